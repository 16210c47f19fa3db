/** A user's project: ser-core and ndarray are installed, and it has a few recordings. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { encodeWav } from '../../src/audio/wav-encode.ts'
import { syntheticCorpus } from '../../src/corpora/synthetic.ts'
import { checkBuilt } from './built.ts'
import { root } from './run.ts'

/** Makes the project in a folder of its own. */
export function createProject(): { folder: string; remove(): void } {
  checkBuilt()
  const folder = mkdtempSync(join(tmpdir(), 'ser-project-'))
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, '.bin'), { recursive: true })
  symlinkSync(root, join(modules, 'ser-core'))
  for (const name of ['ndarray', '@types']) symlinkSync(join(root, 'node_modules', name), join(modules, name))
  symlinkSync(join(root, 'dist/cli.js'), join(modules, '.bin', 'ser'))
  return { folder, remove: () => rmSync(folder, { recursive: true }) }
}

/** EmoDB's letters for the emotions of the synthetic voices. */
const emodbLetters: Record<string, string> = { joy: 'F', neutral: 'N', sadness: 'T', anger: 'W' }

function writeVoice(path: string, { sampleRate, samples }: { sampleRate: number; samples(): Float32Array }): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, encodeWav({ sampleRate, channels: [samples()] }))
}

/**
 * Writes the files that programs of the documentation name: `speech.wav` and `tone.flac`, a model `model.keras`, and in `data/emodb` two
 * speakers' sentences named as in that corpus. The voices are synthetic.
 */
export function writeRecordings(folder: string): void {
  const voices = syntheticCorpus({ speakers: 2, sentences: 1 })
  writeVoice(join(folder, 'speech.wav'), voices[3])
  cpSync(join(root, 'test/vectors/audio/tone.flac'), join(folder, 'tone.flac'))
  const { cases } = JSON.parse(readFileSync(join(root, 'test/vectors/keras-models.json'), 'utf8'))
  writeFileSync(join(folder, 'model.keras'), gunzipSync(Buffer.from(cases.bidirectional.files.keras, 'base64')))
  for (const voice of voices) {
    const speaker = voice.speaker === voices[0].speaker ? '03' : '08'
    writeVoice(join(folder, 'data/emodb/wav', `${speaker}a01${emodbLetters[voice.label]}a.wav`), voice)
  }
}

/** Whether a text names one of the files that {@link writeRecordings} writes. */
export function recordingsNamedIn(text: string): boolean {
  return /\b(?:speech\.wav|tone\.flac|model\.keras|data\/emodb)\b/.test(text)
}
