import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { speechMeasures } from '../../../src/features/speech/measures.ts'
import { speechMeasureNames, speechTrackNames } from '../../../src/features/speech/names.ts'
import { speechTracks } from '../../../src/features/speech/tracks.ts'
import { sound } from '../egemaps/reference.ts'

const file = new URL('../../vectors/speech-measures.json', import.meta.url)
const vectors = JSON.parse(readFileSync(file, 'utf8')) as { tracks: string; measures: string }
const floats = (text: string): Float64Array => new Float64Array(new Uint8Array(Buffer.from(text, 'base64')).buffer)
const options = { sampleRate: sound.sampleRate, level: true }

/** Names of values that differ by more than 1e-6 of max(|value|, 1). */
function missed(got: ArrayLike<number>, wanted: Float64Array, nameOf: (i: number) => string): string[] {
  return Array.from(wanted, (value, i) => ({ i, miss: Math.abs(got[i] - value) / Math.max(1, Math.abs(value)) }))
    .filter(({ miss }) => !(miss <= 1e-6))
    .map(({ i, miss }) => `${nameOf(i)}: ${miss}`)
}

describe('values computed again in numpy', () => {
  it('are those of the tracks', () => {
    const wanted = floats(vectors.tracks)
    const { data, shape } = speechTracks(sound.samples, options)
    expect(shape).toEqual([wanted.length / 54, 54])
    const names = [...speechTrackNames, 'level']
    expect(missed(data, wanted, (i) => `row ${Math.floor(i / 54)}, ${names[i % 54]}`)).toEqual([])
  })

  it('are those of the measures', () => {
    const names = [...speechMeasureNames, 'level']
    const { data } = speechMeasures(sound.samples, options)
    expect(missed(data, floats(vectors.measures), (i) => names[i])).toEqual([])
  })
})
