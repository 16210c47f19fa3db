import { pathToFileURL } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { abortableFeatures } from '../../src/node/long-features.ts'
import { Random } from '../../src/numerics/random.ts'
import { extractFeatures, resolveFrontEnd } from '../../src/pipelines/front-end.ts'
import { checkBuilt } from '../support/built.ts'

const script = new URL('../../dist/fold-worker.js', import.meta.url)
const rate = 8000

function noise(seconds: number): { sampleRate: number; channels: Float32Array[] } {
  const samples = new Float32Array(seconds * rate)
  new Random('long').normalInto(samples, 0, 0.1)
  return { sampleRate: rate, channels: [samples] }
}

describe('features of a long recording', () => {
  beforeAll(checkBuilt)
  const frontEnd = resolveFrontEnd({ sampleRate: rate, pitch: true })

  it('are those of extractFeatures, bit for bit, with a signal and without', async () => {
    const sound = noise(61)
    const wanted = extractFeatures(sound, frontEnd)
    for (const signal of [undefined, new AbortController().signal]) {
      const { data, shape } = await abortableFeatures(sound, frontEnd, { signal, script })
      expect([shape, data]).toEqual([wanted.shape, wanted.data])
    }
  })

  it('end in the middle at an abort, with its reason, while this thread goes on', async () => {
    const stop = new AbortController()
    let isOver = false
    const speech = resolveFrontEnd({ sampleRate: rate, set: 'speech' })
    const work = abortableFeatures(noise(1800), speech, { signal: stop.signal, script }).finally(() => {
      isOver = true
    })
    // Turns of the loop, of which there are none while features are computed here.
    for (let i = 0; i < 100; i++) await new Promise((resolve) => setImmediate(resolve))
    expect(isOver).toBe(false)
    stop.abort(new RangeError('enough'))
    await expect(work).rejects.toThrow('enough')
  })

  it('name the fault of a sample as extractFeatures does', async () => {
    const sound = noise(61)
    sound.channels[0][9] = Number.NaN
    const { signal } = new AbortController()
    await expect(abortableFeatures(sound, frontEnd, { signal, script })).rejects.toThrow(
      /extractFeatures: "recording.channels\[0\]".*9/,
    )
  })

  it('are computed in this thread where there is no script, and not at all once aborted', async () => {
    const missing = pathToFileURL('/missing/fold-worker.js')
    const { signal } = new AbortController()
    const { shape } = await abortableFeatures(noise(61), frontEnd, { signal, script: missing })
    expect(shape[0]).toBeGreaterThan(6000)
    const aborted = AbortSignal.abort(new RangeError('before'))
    await expect(abortableFeatures(noise(1), frontEnd, { signal: aborted })).rejects.toThrow('before')
  })
})
