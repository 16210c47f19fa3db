/** The mutator: the same seed gives the same mutants, right files are left alone, and their structure is hit. */
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  bigChunkLayout,
  boxLayout,
  flacLayout,
  oggLayout,
  riffLayout,
  w64Layout,
  zipLayout,
} from '../../fuzz/mutate/layout.ts'
import { faultOf } from '../../fuzz/outcome.ts'
import { streamOf, targetOf, targets } from '../../fuzz/targets/index.ts'
import { FormatError } from '../../src/core/errors.ts'
import { Random } from '../../src/numerics/random.ts'
import { aiffBytes } from '../support/aiff.ts'
import { flacBytes } from '../support/flac.ts'
import { chunk, fmt, riff } from '../support/wav-bytes.ts'

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

describe('mutants', () => {
  it.each(targets)('of $name are those of their seed, differ, and leave the right file as it is', (target) => {
    const bases = target.bases()
    const before = bases.map(hash)
    const drawn = (seed: number): string[] =>
      Array.from({ length: 60 }, (_, i) =>
        hash(target.mutate(new Random(streamOf(seed, target.name, i)), bases[i % bases.length])),
      )
    const first = drawn(1)
    expect(drawn(1)).toEqual(first)
    expect(drawn(2)).not.toEqual(first)
    expect(new Set(first).size).toBeGreaterThan(40)
    expect(bases.map(hash)).toEqual(before)
  })

  it('of a target are partly read and partly refused, so that both ways are tried', async () => {
    const target = targetOf('wav')
    const bases = target.bases()
    let read = 0
    for (let i = 0; i < 200; i++) {
      const mutant = target.mutate(new Random(streamOf(1, 'wav', i)), bases[i % bases.length])
      try {
        await target.run(mutant)
        read++
      } catch (error) {
        expect(faultOf(error)).toBeUndefined()
      }
    }
    expect(read).toBeGreaterThan(40)
    expect(read).toBeLessThan(160)
  })
})

describe('layouts', () => {
  const wav = riff([fmt({ tag: 1, bits: 16, channels: 1, sampleRate: 8000 }), chunk('data', [1, 0, 2, 0])])

  it('have the chunks of files and the places of their sizes', () => {
    const { parts, fields } = riffLayout(wav)
    expect(parts).toEqual([
      [12, 36],
      [36, 48],
    ])
    expect(fields).toContainEqual({ at: 40, bytes: 4, little: true })
    expect(fields).toContainEqual({ at: 24, bytes: 4, little: true }) // the sample rate
    expect(bigChunkLayout(aiffBytes(8000, [Float32Array.of(0)])).parts).toHaveLength(2)
    expect(flacLayout(flacBytes(8000, new Float32Array(9))).parts).toHaveLength(2)
    const [w64] = targetOf('w64').bases()
    expect(w64Layout(w64).parts.length).toBeGreaterThan(1)
    const [npz] = targetOf('npz').bases()
    expect(zipLayout(npz).fields.length).toBeGreaterThan(10)
    const sounds = targetOf('sound-file').bases()
    expect(sounds.filter((bytes) => oggLayout(bytes).parts.length > 1).length).toBe(1)
    expect(sounds.filter((bytes) => boxLayout(bytes).parts.length > 2).length).toBeGreaterThan(1)
  })
})

describe('faults', () => {
  it('are errors of the engine, also within those of the library, and none of the library itself', () => {
    expect(faultOf(new TypeError("Cannot read properties of null (reading 'x')"))).toMatch(/^TypeError: Cannot read/)
    expect(faultOf(new RangeError('Invalid array length'))).toMatch(/Invalid array length/)
    const cause = new RangeError('Maximum call stack size exceeded')
    expect(faultOf(new FormatError(`loadModel: ${cause.message}`, { cause }))).toMatch(/Maximum call stack/)
    expect(faultOf(new FormatError('readAudioFile: damaged', { cause }), true)).toBeUndefined()
    expect(faultOf('text')).toBe('no error: text')
    expect(faultOf(new FormatError('decodeNpy: not an .npy file'))).toBeUndefined()
    expect(faultOf(new RangeError('mfcc: "filters" expected an integer >= 1, got 0'))).toBeUndefined()
  })
})
