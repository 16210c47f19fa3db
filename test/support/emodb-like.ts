import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeWav } from '../../src/audio/wav-encode.ts'
import { syntheticCorpus } from '../../src/corpora/synthetic.ts'

/** Writes synthetic voices of joy and sadness, named as recordings of EmoDB; returns the folder. */
export function emodbLike(folder: string, text: string, speakers: readonly string[]): string {
  mkdirSync(folder)
  for (const speaker of speakers) {
    const seed = `${text}/${speaker}`
    const voices = syntheticCorpus({ speakers: 1, sentences: 1, seed, emotions: ['joy', 'sadness'] })
    for (const { label, sampleRate, samples } of voices) {
      const name = `${speaker}${text}${label === 'joy' ? 'F' : 'T'}a.wav`
      writeFileSync(join(folder, name), encodeWav({ sampleRate, channels: [samples()] }))
    }
  }
  return folder
}
