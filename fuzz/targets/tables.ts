/** Doors that take tables and names of files. */
import { parseFeatureTable } from '../../src/corpora/feature-table.ts'
import { parseAudacity } from '../../src/corpora/foreign/audacity.ts'
import { audformatCsv } from '../../src/corpora/foreign/audformat.ts'
import { elanTiers } from '../../src/corpora/foreign/elan.ts'
import { utterancesOf } from '../../src/corpora/foreign/entries.ts'
import { parseKaldiData } from '../../src/corpora/foreign/kaldi.ts'
import { parseLabelStudio } from '../../src/corpora/foreign/label-studio.ts'
import { lhotseCuts } from '../../src/corpora/foreign/lhotse.ts'
import { parseNkululeko } from '../../src/corpora/foreign/nkululeko.ts'
import { parseTextGrid } from '../../src/corpora/foreign/textgrid.ts'
import { corpora, likenessOf, manifestText, parseManifest } from '../../src/corpora/index.ts'
import { parseVotes } from '../../src/corpora/votes.ts'
import { parseBaselines } from '../../src/experiments/baselines.ts'
import { inFile } from '../../src/node/foreign/files.ts'
import { parseXmlRoot } from '../../src/node/foreign/packages.ts'
import { mutateBytes } from '../mutate/bytes.ts'
import { mutateJsonFile, mutateTable } from '../mutate/json.ts'
import { bytesOf, fileOf, type Target, textOf } from './target.ts'

const manifests = [
  'path,label,speaker\na.wav,joy,s1\nb/c.wav,anger,s2\n',
  'file;emotion;actor;transcript\r\n"a;b.wav";joy;01;"er sagte ""ja"""\r\nc.wav;sadness;02;x\r\n',
  'path\tlabel\tspeaker\tstart\tend\na.wav\tjoy\ts1\t0\t1.5\na.wav\tanger\ts1\t0:00:01.5\t0 days 00:00:02.25\n',
  '\ufeffPath,Label,Speaker,onset,duration\n./x/../a.wav,joy,,0.5,1\nb\\c.flac,neutral,s,1,2\n',
]

const featureTables = [
  'file,start,end,F0,loudness\nwav/a.wav,0 days,0 days 00:00:01.5,1,2.5\nwav/b.wav,0 days 00:00:00.25,NaT,-3e-2,.5\n',
  "name;frameTime;F0\n'a.wav';0.0;1\n'a.wav';0.01;2\n",
  ',0,1,2\na.wav,nan,-inf,1e39\n',
  'file\tspeaker\tx\na.wav\t3\t1\r\n"b\tc.wav"\t4\t2\r\n',
]

/** A table of another tool behind a line with its name; Audacity's for other names. */
function foreignTable(bytes: Uint8Array): unknown {
  const [kind, ...lines] = textOf(bytes).split('\n')
  const text = lines.join('\n')
  if (kind === 'nkululeko') return utterancesOf(parseNkululeko(text))
  if (kind === 'audformat') return audformatCsv(text)
  if (kind !== 'kaldi') return utterancesOf(parseAudacity(text, 'a.wav'))
  const [sounds, segments, labels, speakers] = text.split('====\n')
  return utterancesOf(parseKaldiData({ 'wav.scp': sounds, segments, utt2emo: labels, utt2spk: speakers }, 'utt2emo'))
}

/** The names in a list, read by the rules of all corpora. */
function grammarsOf(bytes: Uint8Array): unknown {
  const paths = textOf(bytes).split('\n').slice(0, 200)
  return Object.entries(corpora).map(([name, grammar]) => [
    name,
    paths.map((path) => grammar.parse(path)),
    likenessOf(paths),
  ])
}

const labelled = (label: string): unknown => ({
  id: 1,
  data: { audio: '/data/upload/1/12345678-a.wav', speaker: '03' },
  annotations: [
    { result: [{ id: 'r', from_name: 'e', type: 'labels', value: { start: 0, end: 1, channel: 0, labels: [label] } }] },
  ],
})

/** An annotation file of ELAN. */
const elan = `<?xml version="1.0"?>
<ANNOTATION_DOCUMENT><TIME_ORDER>
<TIME_SLOT TIME_SLOT_ID="a" TIME_VALUE="0"/><TIME_SLOT TIME_SLOT_ID="b"/><TIME_SLOT TIME_SLOT_ID="c" TIME_VALUE="900"/>
</TIME_ORDER><TIER TIER_ID="x" PARTICIPANT="03">
<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="p" TIME_SLOT_REF1="a" TIME_SLOT_REF2="b"><ANNOTATION_VALUE>so &amp; so</ANNOTATION_VALUE>
</ALIGNABLE_ANNOTATION></ANNOTATION>
<ANNOTATION><REF_ANNOTATION ANNOTATION_ID="q" ANNOTATION_REF="p"><ANNOTATION_VALUE>joy</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION>
</TIER></ANNOTATION_DOCUMENT>`

/** The tiers of an annotation file; errors of the XML parser are those of the door. */
async function elanOf(bytes: Uint8Array): Promise<unknown> {
  const root = await inFile('a.eaf', async () => await parseXmlRoot(textOf(bytes)))
  return elanTiers(root)
}

/** A data folder of Kaldi in one text, its tables apart by lines of signs. */
const kaldiFolder = ['a x.ark:2\nb b.wav\n', 'u a 0 1.5\nv a 1.5 -1 A\n', 'u joy\nv anger\n', 'u 03\nv 1e5\n'].join(
  '====\n',
)

/** Targets of tables. */
export const tableTargets: readonly Target[] = [
  {
    ...{ name: 'manifest', doors: 'lists of recordings (loadCorpus)', weight: 10, mutate: mutateTable },
    bases: () => manifests.map(bytesOf),
    run: (bytes) => parseManifest(manifestText(bytes)),
  },
  {
    ...{ name: 'feature-table', doors: 'tables of features (withFeatures)', weight: 5, mutate: mutateTable },
    bases: () => featureTables.map(bytesOf),
    run: (bytes) => parseFeatureTable(bytes),
  },
  {
    ...{ name: 'textgrid', doors: 'TextGrids (loadCorpus)', weight: 4, mutate: mutateBytes },
    bases: () => ['long', 'short', 'utf16'].map((name) => fileOf(`test/vectors/foreign/textgrid/${name}.TextGrid`)),
    run: (bytes) => parseTextGrid(bytes),
  },
  {
    ...{ name: 'lhotse', doors: 'manifests of lhotse (loadCorpus)', weight: 3, mutate: mutateJsonFile },
    bases: () => [fileOf('test/vectors/foreign/lhotse/one_cuts.jsonl')],
    run: (bytes) => utterancesOf(lhotseCuts([{ name: 'cuts', text: textOf(bytes) }])),
  },
  {
    ...{ name: 'label-studio', doors: 'exports of Label Studio (loadCorpus)', weight: 3, mutate: mutateJsonFile },
    bases: () => [bytesOf(JSON.stringify([labelled('joy'), labelled('03')]))],
    run: (bytes) => utterancesOf(parseLabelStudio(textOf(bytes))),
  },
  {
    ...{ name: 'elan', doors: 'annotations of ELAN (loadCorpus)', weight: 3, mutate: mutateTable, outside: true },
    bases: () => [bytesOf(elan)],
    run: elanOf,
  },
  {
    ...{ name: 'foreign-tables', doors: 'tables of Kaldi, nkululeko, audformat, Audacity (loadCorpus)', weight: 4 },
    bases: () =>
      [
        `kaldi\n${kaldiFolder}`,
        'nkululeko\nfile,start,end,emotion,speaker\na.wav,0 days 00:00:01,NaT,joy,03\nb.wav,0.5,2,NA,\n',
        'audformat\nfile,start,end,emotion\na.wav,0 days 00:00:00,0 days 00:00:01.5,03\n',
        'audacity\n0.0\t0.5\tjoy\r\n\\\t100\t200\r\n1.0\t1.0\tx\r\n',
      ].map(bytesOf),
    mutate: mutateTable,
    run: foreignTable,
  },
  {
    ...{ name: 'predictions', doors: 'parseBaselines', weight: 5, mutate: mutateTable },
    bases: () => [bytesOf('file,label,lstm,mlp\n03a01Fa.wav,joy,anger,joy\nb.wav,,joy,\n"c,d.wav",sadness,x,y\n')],
    run: (bytes) => parseBaselines('table', textOf(bytes)),
  },
  {
    ...{ name: 'votes', doors: 'votes of listeners (openSource)', weight: 3, mutate: mutateTable },
    bases: () => [bytesOf('"","FileName","VoiceVote"\n1,1001_DFA_ANG_XX,A\n2,1001_DFA_HAP_XX,H:N\n')],
    run: (bytes) => parseVotes(textOf(bytes)),
  },
  {
    ...{ name: 'file-names', doors: 'rules of the corpora for file names', weight: 4, mutate: mutateTable },
    bases: () => [
      bytesOf(
        Object.values(corpora)
          .map(({ example }) => example)
          .join('\n'),
      ),
    ],
    run: grammarsOf,
  },
]
