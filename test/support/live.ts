/** Speech with pauses, in chunks. */
import { syntheticCorpus } from '../../src/corpora/synthetic.ts'
import type { RecognitionEvent, RecognizerStream } from '../../src/pipelines/live/recognizer-stream.ts'

const RATE = 16000

/** Recordings one after the other, each behind so many seconds of near silence, and where they lie, s. */
export function strung(
  recordings: readonly Float32Array[],
  pauseSeconds: number,
): { sound: Float32Array; places: [number, number][] } {
  const pause = Math.round(pauseSeconds * RATE)
  const length = recordings.reduce((sum, x) => sum + pause + x.length, pause)
  // A faint tone is no silence that a detector might look for.
  const sound = Float32Array.from({ length }, (_, n) => 1e-4 * Math.sin(0.7 * n))
  const places: [number, number][] = []
  let at = 0
  for (const x of recordings) {
    at += pause
    for (let n = 0; n < x.length; n++) sound[at + n] += x[n]
    places.push([at / RATE, (at + x.length) / RATE])
    at += x.length
  }
  return { sound, places }
}

/** Synthetic voices at 16 kHz. */
export function spoken(count: number, seed = 3): Float32Array[] {
  return syntheticCorpus({ speakers: count, sentences: 1, emotions: ['anger'], seed }).map((voice) => voice.samples())
}

/** All events of a sound, in chunks of these lengths in turn. */
export function heardIn(stream: RecognizerStream, sound: Float32Array, lengths: readonly number[]): RecognitionEvent[] {
  const events: RecognitionEvent[] = []
  for (let at = 0, i = 0; at < sound.length; i++) {
    const length = lengths[i % lengths.length]
    events.push(...stream.push(sound.subarray(at, at + length)))
    at += length
  }
  return [...events, ...stream.flush()]
}
