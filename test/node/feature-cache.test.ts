import { execFileSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { floatView } from '../../src/core/array.ts'
import { decodeNpy, encodeNpy } from '../../src/io/npy.ts'
import { decodeCached, encodeCached } from '../../src/node/cached-features.ts'
import { runExperiment } from '../../src/node/experiment.ts'
import { FeatureCache } from '../../src/node/feature-cache.ts'
import { syntheticSource } from '../../src/node/source.ts'
import { trainOnCorpus } from '../../src/node/train.ts'
import { functionalsMlpSystem } from '../../src/pipelines/functionals-mlp-system.ts'

const folder = mkdtempSync(join(tmpdir(), 'ser-cache-'))
afterAll(() => rmSync(folder, { recursive: true }))

const features = floatView(Float32Array.of(1, -2, 0.5, Number.NaN, 3, 0), [3, 2])

describe('the file of cached features', () => {
  const file = encodeCached('key', features)

  it('gives back what was written, and NumPy reads it', () => {
    for (const read of [decodeCached('key', file), decodeNpy(file)]) {
      expect([read.data, read.shape]).toEqual([features.data, [3, 2]])
    }
    const wide = floatView(new Float64Array(0), [0, 39])
    expect(decodeCached('key', encodeCached('key', wide)).shape).toEqual([0, 39])
  })

  it('is refused with any bit flipped, cut anywhere, longer, or under the name of another', () => {
    for (let bit = 0; bit < 8 * file.length; bit++) {
      const damaged = Uint8Array.from(file)
      damaged[bit >> 3] ^= 1 << (bit & 7)
      expect(() => decodeCached('key', damaged), `bit ${bit}`).toThrow(expect.objectContaining({ name: 'FormatError' }))
    }
    const whole = encodeNpy(features).length
    for (let length = 0; length < file.length; length++) {
      // Cut to the byte where a file of 0.1.0 would end, it is one.
      if (length !== whole) expect(() => decodeCached('key', file.subarray(0, length)), `${length} bytes`).toThrow()
    }
    expect(() => decodeCached('key', Buffer.concat([file, Buffer.alloc(1)]))).toThrow('does not end')
    expect(() => decodeCached('yek', file)).toThrow('its checksum is that of other features')
  })

  it('may be one of 0.1.0, without a checksum', () => {
    expect(decodeCached('key', encodeNpy(features)).data).toEqual(features.data)
    const indices = Buffer.from(encodeNpy(features))
    indices[indices.indexOf('f4')] = 'i'.charCodeAt(0)
    expect(() => decodeCached('key', indices)).toThrow('it holds no features')
  })
})

describe('damaged features in a cache', () => {
  const source = syntheticSource({ speakers: 2, sentences: 1, emotions: ['joy', 'sadness'] })
  const frontEnd = { filters: 8, coefficients: 8 }
  const options = { frontEnd, cepstra: 4, hidden: [3], epochs: 1, weightDecays: [0.1] }
  const system = functionalsMlpSystem(options)
  const anew = expect.stringMatching(/^its cached features, ".*\.npy", are made anew: its checksum is that of other/)

  /** A cache of the features, of which two have changed places. */
  async function swapped(name: string): Promise<string> {
    const cache = join(folder, name)
    const kept = new FeatureCache(cache)
    for (const { read } of source.utterances) await kept.features(await read(), system.frontEnd)
    const [one, other] = readdirSync(cache).map((file) => join(cache, file))
    renameSync(one, `${one}.old`)
    renameSync(other, one)
    renameSync(`${one}.old`, other)
    return cache
  }

  it('are made anew for experiments, which say so once and keep the bits of their results', async () => {
    const told: unknown[] = []
    const run = async (cache: string | null) => {
      const onProblem = (path: string, reason: string, leftOut: boolean): unknown => told.push([path, reason, leftOut])
      const { seconds: _, ...results } = await runExperiment(source, system, { cache, onProblem })
      return results
    }
    const cache = await swapped('experiment')
    const [file] = readdirSync(cache)
    const before = readFileSync(join(cache, file))
    const undisturbed = await run(null)
    expect(told).toEqual([])
    expect(await run(cache)).toEqual(undisturbed)
    expect(told).toEqual([expect.anything(), expect.anything()].map((path) => [path, anew, false]))
    expect(readFileSync(join(cache, file))).not.toEqual(before)
    expect(await run(cache)).toEqual(undisturbed)
    expect(told).toHaveLength(2)
  })

  it.skipIf(process.platform === 'win32')('are not waited for in a pipe, nor read from a device', async () => {
    const [{ read }] = source.utterances
    const cache = join(folder, 'pipes')
    const sound = await read()
    await new FeatureCache(cache).features(sound, system.frontEnd)
    const file = join(cache, readdirSync(cache)[0])
    for (const make of [() => execFileSync('mkfifo', [file]), () => symlinkSync('/dev/zero', file)]) {
      rmSync(file)
      make()
      const told: string[] = []
      const again = new FeatureCache(cache).features(sound, system.frontEnd, (text) => told.push(text))
      await expect(again).rejects.toThrow('no file but a pipe, device or folder')
      expect(told).toEqual([expect.stringContaining('are made anew: no file but a pipe')])
    }
  })

  it('and for training, and where they cannot be read at all', async () => {
    const told: unknown[] = []
    const cache = await swapped('training')
    writeFileSync(join(cache, readdirSync(cache)[2]), '')
    await trainOnCorpus(
      source,
      { system: 'functionals-mlp', options: { ...options } },
      {
        cache,
        onProblem: (_, reason, leftOut) => told.push([reason, leftOut]),
      },
    )
    expect(told).toHaveLength(3)
    expect(told).toContainEqual([expect.stringMatching(/are made anew: not a \.npy file$/), false])
  })

  it('and are not written where a folder lies in their place, which the error names', async () => {
    const place = await swapped('in-place')
    const name = readdirSync(place)[0]
    rmSync(join(place, name))
    mkdirSync(join(place, name))
    const training = trainOnCorpus(source, { system: 'functionals-mlp', options: { ...options } }, { cache: place })
    await expect(training).rejects.toThrow(`"${join(place, name)}" is no file but a pipe, device or folder`)
  })
})
