import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import type { FloatNdArray } from '../../src/core/types.ts'
import { Random } from '../../src/numerics/random.ts'
import { extractFeatures, resolveFrontEnd } from '../../src/pipelines/front-end.ts'
import { lstmSystem } from '../../src/pipelines/lstm-system.ts'
import type { LabelledFeatures } from '../../src/pipelines/system.ts'
import { createSystem } from '../../src/pipelines/systems.ts'

/** Two classes that differ in the mean of a column, three speakers that differ in another. */
function data(seed: number, perSpeaker = 8): LabelledFeatures {
  const random = new Random(seed)
  const speakers = ['a', 'b', 'c'].flatMap((speaker) => Array.from({ length: perSpeaker }, () => speaker))
  const labels = Int32Array.from(speakers, (_, i) => i % 2)
  const sequences = speakers.map((speaker, i) => {
    const x = new Float32Array(3 * 12)
    random.normalInto(x)
    for (let t = 0; t < 12; t++) {
      x[3 * t] += labels[i] === 0 ? -2 : 2
      x[3 * t + 1] += speaker.charCodeAt(0)
    }
    return view(x, [12, 3])
  })
  return { sequences, labels, speakers }
}

/** Small, and without what works on log mel energies, which the columns above are not. */
const small = {
  ...{ units: 4, rectifier: 4, epochs: 30, batchSize: 8, warmUp: 2, learningRate: 0.02, averaging: 0.5 },
  ...{ bandMasks: 0, vocalTract: 0 },
}

describe('the LSTM system', () => {
  it.each([
    ['with its defaults', {}],
    ['frame by frame, without the rectifier', { pooling: [], rectifier: 0 }],
    ['stopping by held-out speakers', { validationSpeakers: 1, patience: 5, epochs: 60 }],
  ])('learns, %s', async (_, options) => {
    const trained = await lstmSystem({ ...small, ...options }).train(data(1), 2, 'seed', {})
    const test = data(2)
    const right = test.sequences.filter((x, i) => {
      const posterior = trained.predict(x)
      expect(posterior[0] + posterior[1]).toBeCloseTo(1, 5)
      return posterior[test.labels[i]] > 0.5
    })
    expect(right.length / test.sequences.length).toBeGreaterThan(0.95)
  })

  it('gives the same bits for the same seed, others for another', async () => {
    const system = lstmSystem({ ...small, epochs: 3 })
    const run = async (seed: string): Promise<unknown> =>
      (await system.train(data(1), 2, seed, {})).predict(data(1).sequences[0])
    const first = await run('x')
    expect(await run('x')).toEqual(first)
    expect(await run('y')).not.toEqual(first)
  })

  it('is saved and restored, scaler and all, to the same answers', async () => {
    const system = lstmSystem({ ...small, epochs: 3 })
    const trained = await system.train(data(1), 2, 'x', {})
    const { scaler, network } = trained.state()
    const text = JSON.stringify({ scaler, network: { ...network, parameters: Array.from(network.parameters) } })
    const restored = system.restore(JSON.parse(text))
    for (const x of data(2).sequences) expect(restored.predict(x)).toEqual(trained.predict(x))
  })

  it('scales by the speakers it trains on, not by those it stops by', async () => {
    const settings = { ...small, epochs: 2, validationSpeakers: 1 }
    const before = data(1)
    const run = async (given: LabelledFeatures): Promise<number[]> => {
      const losses: number[] = []
      await lstmSystem(settings).train(given, 2, 'seed', { onEpoch: ({ loss }) => losses.push(loss) })
      return losses
    }
    const wanted = await run(before)
    const changed = await Promise.all(
      ['a', 'b', 'c'].map((speaker) => {
        const sequences = before.sequences.map((x, i) =>
          before.speakers[i] === speaker
            ? view(
                (x.data as Float32Array).map((v) => 100 * v),
                x.shape,
              )
            : x,
        )
        return run({ ...before, sequences: sequences as FloatNdArray[] })
      }),
    )
    const untouched = changed.filter((losses) => losses.every((loss, i) => loss === wanted[i]))
    expect(untouched).toHaveLength(1)
  })

  it('refuses to mask and warp columns that its front end does not give', async () => {
    const system = lstmSystem({ ...small, bandMasks: 1 })
    await expect(system.train(data(1), 2, 'seed', {})).rejects.toThrow(/"features" expected 86 columns, got .*3/)
  })

  it('masks and warps where there are log mel energies, unless told not to', () => {
    const has = ({ settings: { bandMasks, vocalTract } }: ReturnType<typeof lstmSystem>): unknown => [
      bandMasks,
      vocalTract,
    ]
    expect(has(lstmSystem())).toEqual([2, 0.1])
    expect(has(lstmSystem({ bandMasks: 1 }))).toEqual([1, 0.1])
    expect(has(lstmSystem({ cepstra: 13 }))).toEqual([0, 0])
    expect(has(lstmSystem({ frontEnd: { spectral: 'mfcc' } }))).toEqual([0, 0])
    expect(has(lstmSystem({ preset: 'study' }))).toEqual([0, 0])
  })

  it('tells every setting as JSON', () => {
    const { settings, frontEnd, epochs } = createSystem('lstm', { epochs: 7, frontEnd: { filters: 30 } })
    expect(JSON.parse(JSON.stringify(settings))).toEqual(settings)
    expect(settings).toMatchObject({ epochs: 7, units: 64, frontEnd: { filters: 30, pitch: true } })
    expect([frontEnd.filters, epochs]).toEqual([30, 7])
  })

  it('takes undefined for not given, in options and in those of the front end', () => {
    const { settings } = lstmSystem({ units: undefined, frontEnd: { filters: undefined, pitch: undefined } })
    expect(JSON.stringify(settings)).toBe(JSON.stringify(lstmSystem().settings))
    expect(lstmSystem({ frontEnd: undefined }).settings).toEqual(lstmSystem().settings)
  })

  it('has fewer filters than cepstral coefficients where it takes none', () => {
    expect(createSystem('blstm', { frontEnd: { filters: 12 } }).frontEnd).toMatchObject({ filters: 12 })
    expect(
      extractFeatures(
        { sampleRate: 16000, channels: [new Float32Array(800)] },
        { spectral: 'logMel', filters: 12, deltas: 0 },
      ).shape[1],
    ).toBe(13)
  })

  it.each<[() => unknown, RegExp]>([
    [() => lstmSystem({ unit: 3 } as never), /lstmSystem: unknown option "unit"/],
    [() => lstmSystem({ epochs: 0 }), /lstmSystem: "epochs" expected an integer >= 1, got 0/],
    [() => lstmSystem({ noise: -1 }), /lstmSystem: "noise" expected a finite number >= 0, got -1/],
    [() => lstmSystem({ dropout: -1 }), /"dropout" expected a finite number >= 0 and < 1, got -1/],
    [() => lstmSystem({ pooling: ['median' as never] }), /"pooling\[0\]" expected one of "mean", "max", "sd"/],
    [() => createSystem('forest' as never), /createSystem: "name" expected one of "crbm-dnn", .*, got "forest"/],
    [() => lstmSystem({ frontEnd: 5 as never }), /lstmSystem: "frontEnd" expected an object, got 5/],
    [() => lstmSystem({ frontEnd: [] as never }), /"frontEnd" expected an object, got an array of length 0/],
    [() => resolveFrontEnd({ filters: 12 }), /frontEnd: "coefficients" expected an integer >= 1 and <= 12, got 13/],
    [() => resolveFrontEnd({ spectral: 'plp' as never }), /"spectral" expected one of "mfcc", "logMel"/],
  ])('refuses bad options %#', (act, message) => {
    expect(act).toThrow(message)
  })
})

describe('the front end', () => {
  const sampleRate = 22050
  const tone = Float32Array.from({ length: 22050 }, (_, n) => 0.4 * Math.sin((2 * Math.PI * 200 * n) / sampleRate))
  const recording = { sampleRate, channels: [tone, tone] }

  it('brings any recording to 100 frames a second', () => {
    const widths = [
      [{}, 39],
      [{ deltas: 0 as const }, 13],
      [{ spectral: 'logMel' as const, filters: 40, deltas: 1 as const, pitch: true }, 86],
      [{ pitch: true, deltas: 0 as const }, 15],
    ] as const
    for (const [options, columns] of widths) expect(extractFeatures(recording, options).shape).toEqual([98, columns])
  })

  it.each([1, 3999, Number.NaN])('refuses a recording of %d Hz', (rate) => {
    expect(() => extractFeatures({ ...recording, sampleRate: rate })).toThrow(RangeError)
    expect(() => extractFeatures({ ...recording, sampleRate: rate })).toThrow(
      `extractFeatures: "recording.sampleRate" expected an integer >= 4000, got ${rate}`,
    )
  })

  it('puts log F0 behind the envelope', () => {
    const x = extractFeatures(recording, { deltas: 0, pitch: true })
    for (let t = 10; t < 88; t++) expect(Math.exp(x.get(t, 13))).toBeCloseTo(200, 0)
  })
})
