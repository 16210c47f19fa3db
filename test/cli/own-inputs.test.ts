/** Outputs that would replace what a command reads are refused before anything is written. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { encodeWav } from '../../src/audio/wav-encode.ts'
import { syntheticCorpus } from '../../src/corpora/synthetic.ts'
import { reportResults } from '../support/report.ts'
import { type Finished, root, runNode } from '../support/run.ts'

const folder = mkdtempSync(join(tmpdir(), 'ser-own-inputs-'))
afterAll(() => rmSync(folder, { recursive: true }))
const ser = (...args: string[]): Promise<Finished> => runNode([`${root}dist/cli.js`, ...args], folder)
const write = (name: string, content: string | Uint8Array): void => writeFileSync(join(folder, name), content)

const voices = syntheticCorpus({ speakers: 2, sentences: 1, emotions: ['sadness', 'anger'] })
const sounds = voices.map(({ samples, sampleRate }) => encodeWav({ sampleRate, channels: [samples()] }))
mkdirSync(join(folder, 'kk'))
mkdirSync(join(folder, 'plain'))
mkdirSync(join(folder, 'results'))
sounds.forEach((sound, i) => {
  write(`in${i}.wav`, sound)
})
write('plain/in.wav', sounds[0])
symlinkSync(join(folder, 'in0.wav'), join(folder, 'link.npy'))
write(
  'list.csv',
  `file,emotion,speaker\n${voices.map(({ label, speaker }, i) => `in${i}.wav,${label},${speaker}`).join('\n')}\n`,
)
write('corpora.json', JSON.stringify([{ kind: 'nkululeko', path: 'list.csv' }]))
write('kk/wav.scp', 'a kk/sounds.ark:2\nb in1.wav\n')
write('kk/utt2emo', 'a anger\nb sadness\n')
write('kk/utt2spk', 'a s1\nb s2\n')
write('kk/sounds.ark', Buffer.concat([Buffer.from('a '), sounds[0]]))
write('results/results.json', JSON.stringify(reportResults()))

const many = ['features', '--corpus', 'nkululeko', '--data', 'list.csv', '--no-cache']
const kaldi = ['features', '--corpus', 'kaldi', '--data', 'kk', '--no-cache']
const contents = (): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => `${name} ${readFileSync(join(parentPath, name)).toString('latin1')}`)

describe('an output that is an input is refused', () => {
  it.each<[string, string[]]>([
    ['the one recording', ['features', 'in0.wav', '-o', 'in0.wav', '--format', 'npy']],
    ['the one recording, by a link', ['features', 'in0.wav', '-o', 'link.npy']],
    ['the one recording, as CSV', ['features', 'in0.wav', '-o', './in0.wav', '--format', 'csv']],
    ['a recording of a folder', ['features', 'plain', '-o', 'plain/in.wav', '--format', 'npz', '--no-cache']],
    ['the list of a corpus', [...many, '-o', 'list.csv']],
    ['the list of a corpus in --corpora', ['features', '--corpora', 'corpora.json', '-o', 'list.csv', '--no-cache']],
    ['the file of --corpora', ['features', '--corpora', 'corpora.json', '-o', 'corpora.json', '--format', 'csv']],
    ['a recording of a list', [...many, '-o', 'in2.wav', '--format', 'csv']],
    ['the script file beside an archive', [...kaldi, '-o', 'kk/wav.ark']],
    ['an archive of sounds', [...kaldi, '-o', 'kk/sounds.ark']],
    ['a table of a Kaldi folder', [...kaldi, '-o', 'kk/utt2emo', '--format', 'csv']],
    ['a list, by ser train', ['train', '--corpus', 'nkululeko', '--data', 'list.csv', '-o', 'list.csv']],
    ['a recording, by ser train', ['train', '--corpus', 'nkululeko', '--data', 'list.csv', '-o', 'in1.wav']],
    ['a list, by ser evaluate', ['evaluate', '--corpus', 'nkululeko', '--data', 'list.csv', '--out', 'list.csv']],
    ['the results, by ser report', ['report', 'results', '--markdown', 'results/results.json']],
  ])('%s', async (_, args) => {
    const before = contents()
    const { code, stderr, stdout } = await ser(...args)
    expect(stderr).toMatch(/error: the output \S+ would replace an input: it is read/)
    expect([code, stdout]).toEqual([2, ''])
    expect(contents()).toEqual(before)
  })

  it('but not an older output beside the lists', async () => {
    for (let run = 0; run < 2; run++) {
      const { code, stdout } = await ser(...kaldi, '-o', 'kk/feats.ark')
      expect([code, stdout]).toEqual([0, 'kk/feats.ark and kk/feats.scp: 2 recordings, 13 columns\n'])
    }
  })
})
