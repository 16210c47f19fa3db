/** Names, labels and texts of files with control characters: no command prints them raw, on either output. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { encodeWav } from '../../src/audio/wav-encode.ts'
import { syntheticCorpus } from '../../src/corpora/synthetic.ts'
import { checkBuilt } from '../support/built.ts'
import { type Finished, root, runNode } from '../support/run.ts'

checkBuilt()

const folder = mkdtempSync(join(tmpdir(), 'ser-escapes-'))
afterAll(() => rmSync(folder, { recursive: true }))
const ser = (...args: string[]): Promise<Finished> => runNode([`${root}dist/cli.js`, ...args], folder)

/** Clears the screen, and sets a title in the form of one byte. */
const bad = 'x\x1b[2J\x9d0;y\x07'
const [voice] = syntheticCorpus({ speakers: 1, sentences: 1 })
const wav = encodeWav({ sampleRate: voice.sampleRate, channels: [voice.samples()] })
const write = (name: string, content: string | Uint8Array): void => writeFileSync(join(folder, name), content)
write(`${bad}.wav`, wav)
write(`broken ${bad}.wav`, 'no sound')
mkdirSync(join(folder, `folder ${bad}`, bad), { recursive: true })
write(join(`folder ${bad}`, bad, `${bad}.wav`), wav)
write('list.csv', `path,label,speaker\n${bad}.wav,${bad},${bad}\nbroken ${bad}.wav,${bad}2,${bad}2\n`)
write('header.csv', `path,label,speaker,${bad}\n${bad},,\n`)
write('config.json', JSON.stringify({ [bad]: bad }))
write('systems.json', JSON.stringify([{ name: bad, system: bad, options: { [bad]: bad } }]))
write('damaged.json', `{ "${bad}": `)
write('answers.csv', `file,label,${bad}\n${bad},${bad},${bad}\n`)
mkdirSync(join(folder, 'results'))
write('results/results.json', JSON.stringify({ format: bad, version: bad }))
write('results/plan.json', JSON.stringify({ format: 'ser-core/plan', version: 1, systems: [{ name: bad }] }))
write('model.safetensors', bad)

const data = ['--corpus', 'manifest', '--data']
const commands: string[][] = [
  ['features', `${bad}.wav`],
  ['features', `broken ${bad}.wav`],
  ['features', bad],
  ['features', `folder ${bad}`, '--kind', 'egemaps', '--no-cache'],
  ['features', `broken ${bad}.wav`, '--kind', 'egemaps', '--no-cache'],
  ['features', `${bad}.wav`, '-o', join(bad, 'deep', `${bad}.npy`)],
  ['predict', `broken ${bad}.wav`],
  ['predict', bad, '--json'],
  ['predict', `${bad}.wav`, '--model', 'model.safetensors'],
  ['predict', `${bad}.wav`, '--model', bad],
  ['predict', `${bad}.wav`, '--adapt', bad],
  ['train', ...data, 'list.csv', '-o', 'm.safetensors'],
  ['train', ...data, bad, '-o', bad],
  ['train', '--corpus', 'folder', '--data', `folder ${bad}`, '-o', 'm.safetensors'],
  ['evaluate', ...data, 'list.csv'],
  ['evaluate', ...data, 'header.csv'],
  ['experiment', ...data, 'list.csv', '--out', bad],
  ['experiment', ...data, 'list.csv', '--speaker', `(${bad}`],
  ['experiment', '--config', 'config.json', '--out', 'o'],
  ['experiment', '--config', 'systems.json', '--out', 'o'],
  ['experiment', '--config', 'damaged.json', '--out', 'o'],
  ['experiment', '--config', bad, '--out', 'o'],
  ['experiment', '--systems', bad],
  ['experiment', '--out', 'results'],
  ['experiment', '--compare', `${bad}=answers.csv`, '--epochs', '1', '--out', 'o', '--no-cache'],
  ['experiment', '--queue', `redis://${bad}:1`],
  ['worker', '--queue', `redis://127.0.0.1:1/${bad}`, '--data', bad],
  ['report', 'results'],
  ['merge', bad, '--out', bad],
  ['merge', 'results', '--out', bad],
  ['listen', bad],
  [bad],
  [`--${bad}`],
  ['predict', `--${bad}`, 'x'],
  ['experiment', '--by', bad],
  ['experiment', '--shard', bad],
]

describe('no command prints control characters of names and files', () => {
  it.each(commands.map((args) => [args.map((word) => JSON.stringify(word)).join(' '), args] as const))(
    'ser %s',
    async (_, args) => {
      const { stdout, stderr } = await ser(...args)
      // Standard output into a pipe is data and has names as they are; a terminal gets them escaped (terminal.test.ts).
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the subject
      expect(stderr).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/)
      expect(stderr + stdout).not.toBe('')
      expect(stderr).not.toContain('    at ')
    },
  )
})
