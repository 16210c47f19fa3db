/** Doors that take tables and names of files. */
import { corpora, likenessOf, manifestText, parseManifest } from '../../src/corpora/index.ts'
import { parseVotes } from '../../src/corpora/votes.ts'
import { parseBaselines } from '../../src/experiments/baselines.ts'
import { mutateTable } from '../mutate/json.ts'
import { bytesOf, type Target, textOf } from './target.ts'

const manifests = [
  'path,label,speaker\na.wav,joy,s1\nb/c.wav,anger,s2\n',
  'file;emotion;actor;transcript\r\n"a;b.wav";joy;01;"er sagte ""ja"""\r\nc.wav;sadness;02;x\r\n',
  'path\tlabel\tspeaker\tstart\tend\na.wav\tjoy\ts1\t0\t1.5\na.wav\tanger\ts1\t0:00:01.5\t0 days 00:00:02.25\n',
  '\ufeffPath,Label,Speaker,onset,duration\n./x/../a.wav,joy,,0.5,1\nb\\c.flac,neutral,s,1,2\n',
]

/** The names in a list, read by the rules of all corpora. */
function grammarsOf(bytes: Uint8Array): unknown {
  const paths = textOf(bytes).split('\n').slice(0, 200)
  return Object.entries(corpora).map(([name, grammar]) => [
    name,
    paths.map((path) => grammar.parse(path)),
    likenessOf(paths),
  ])
}

/** Targets of tables. */
export const tableTargets: readonly Target[] = [
  {
    ...{ name: 'manifest', doors: 'lists of recordings (loadCorpus)', weight: 10, mutate: mutateTable },
    bases: () => manifests.map(bytesOf),
    run: (bytes) => parseManifest(manifestText(bytes)),
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
