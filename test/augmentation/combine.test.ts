import { describe, expect, it } from 'vitest'
import { augmentSequences } from '../../src/augmentation/augment-sequences.ts'
import { limitBand } from '../../src/augmentation/band.ts'
import { augmentByOneOf, augmentInTurn, augmentSometimes } from '../../src/augmentation/combine.ts'
import { changeGain, clipPeaks, compandMulaw } from '../../src/augmentation/level.ts'
import { addNoise } from '../../src/augmentation/noise.ts'
import { addReverberation } from '../../src/augmentation/reverberation.ts'
import type { SoundAugmentation } from '../../src/augmentation/sound.ts'
import { AugmentationStream } from '../../src/augmentation/stream.ts'
import { changeSpeed, shiftPitch } from '../../src/augmentation/tempo.ts'
import { matrix } from '../../src/core/matrix.ts'
import { Dense } from '../../src/layers/dense.ts'
import { MeanPool } from '../../src/layers/pool.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { Random } from '../../src/numerics/random.ts'
import { Adam } from '../../src/optim/adam.ts'
import { apply, farthest, hiss, inChunks, rate } from './support.ts'

const sound = hiss(20000, 'sound')
const louder = changeGain({ decibels: 6 })
const softer = changeGain({ decibels: -12 })

describe('augmentations in turn', () => {
  it('are one after the other', () => {
    const { samples } = apply(augmentInTurn([louder, clipPeaks({ level: 0.1 })]), sound)
    const factor = 10 ** (6 / 20)
    const wanted = sound.map((value) => Math.max(-0.1, Math.min(0.1, factor * value)))
    expect(farthest(samples, wanted)).toBeLessThan(1e-12)
  })

  it('draw from streams of their own: one that draws more changes no other', () => {
    const gains = (first: SoundAugmentation): number => {
      const { samples } = apply(augmentInTurn([first, changeGain({ decibels: [-20, 20] })]), sound)
      return samples[100] / sound[100]
    }
    expect(gains(augmentSometimes(0, addNoise()))).toBeCloseTo(gains(augmentSometimes(0, changeGain())), 12)
  })

  it('round once, at their end', () => {
    const narrow = Float32Array.from(sound)
    const chain = augmentInTurn([changeGain({ decibels: 3 }), changeGain({ decibels: -3 })])
    const { samples } = chain({ samples: narrow, sampleRate: rate }, new Random(1))
    expect(farthest(samples, narrow)).toBe(0)
  })

  it('take functions of your own, whose results go on', () => {
    const reversed: SoundAugmentation = ({ samples, sampleRate }) => ({
      samples: Float64Array.from(samples as Float64Array).reverse(),
      sampleRate,
    })
    const { samples } = apply(augmentInTurn([louder, reversed]), sound)
    expect(farthest(samples, apply(louder, sound).samples.slice().reverse())).toBe(0)
  })
})

describe('augmentations by chance', () => {
  it('happen as often as they should', () => {
    const often = augmentSometimes(0.3, softer)
    const random = new Random(1)
    let times = 0
    for (let k = 0; k < 1000; k++) {
      const { samples } = often({ samples: Float64Array.of(0.5), sampleRate: rate }, random)
      if (samples[0] !== 0.5) times++
    }
    expect(Math.abs(times - 300)).toBeLessThan(60)
  })

  it('are one of several, all equally likely', () => {
    const one = augmentByOneOf([louder, softer, clipPeaks({ level: 0.1 })])
    const counts = new Map<number, number>()
    const random = new Random(2)
    for (let k = 0; k < 900; k++) {
      const value = one({ samples: Float64Array.of(0.5), sampleRate: rate }, random).samples[0]
      counts.set(value, (counts.get(value) ?? 0) + 1)
    }
    expect(counts.size).toBe(3)
    for (const count of counts.values()) expect(Math.abs(count - 300)).toBeLessThan(70)
  })

  it('hold for sequences too, inside fit', async () => {
    const calls: number[] = []
    const own = (x: Parameters<ReturnType<typeof augmentSequences>>[0]) => {
      calls.push(1)
      return augmentSequences({})(x, new Random(1))
    }
    const augment = augmentInTurn([augmentSometimes(0.5, augmentSequences({ noise: 1 })), augmentByOneOf([own])])
    const network = new Sequential([
      new Dense({ inputs: 2, units: 3 }),
      new MeanPool(),
      new Dense({ units: 2, activation: 'softmax' }),
    ])
    const sequences = [
      matrix([
        [1, 2],
        [3, 4],
      ]),
      matrix([
        [0, 1],
        [5, 6],
      ]),
    ]
    await network.fit(sequences, [0, 1], { optimizer: new Adam(), epochs: 2, augment })
    expect(calls.length).toBe(4)
  })

  it('refuse other arguments', () => {
    expect(() => augmentSometimes(1.5, louder)).toThrow(
      /augmentSometimes: "probability" expected a finite number >= 0 and <= 1/,
    )
    expect(() => augmentSometimes(0.5, {} as never)).toThrow(/"augmentation" expected a function/)
    expect(() => augmentInTurn([louder as never, augmentSequences({ noise: 1 })])).toThrow(
      /expected those of sound or those of sequences, got both/,
    )
    expect(() => augmentInTurn([])).toThrow(/augmentInTurn: "augmentations" expected at least 1 item/)
    expect(() => augmentByOneOf([louder, 3 as never])).toThrow(
      /augmentByOneOf: "augmentations\[1\]" expected a function/,
    )
  })
})

describe('a stream', () => {
  const streamed = {
    changeGain: changeGain(),
    clipPeaks: clipPeaks(),
    compandMulaw: compandMulaw(),
    addNoise: addNoise({ color: 'pink', level: [-40, -20] }),
    limitBand: limitBand(),
    addReverberation: addReverberation(),
    'addReverberation without a tail': addReverberation({ tail: false }),
    changeSpeed: changeSpeed(),
    augmentInTurn: augmentInTurn([
      changeSpeed(),
      limitBand({ low: 300, high: 3000 }),
      addNoise({ level: -30 }),
      compandMulaw(),
    ]),
    augmentSometimes: augmentSometimes(0.5, limitBand()),
    augmentByOneOf: augmentByOneOf([changeSpeed(), addReverberation(), changeGain()]),
  }

  it.each(Object.entries(streamed))('%s: gives the bits of the whole, in chunks of any size', (_, augment) => {
    const sizes = new Random('sizes')
    for (let seed = 0; seed < 3; seed++) {
      const x = hiss(1 + sizes.integer(15000), `x${seed}`)
      expect(farthest(inChunks(augment, x, seed, sizes), apply(augment, x, seed).samples)).toBe(0)
    }
  })

  it('begins anew after its end, with the same seed', () => {
    const stream = new AugmentationStream(streamed.augmentInTurn, { sampleRate: rate })
    const once = (): number[] => [...stream.push(sound), ...stream.flush()]
    expect(farthest(once(), once())).toBe(0)
  })

  it('refuses what must hear the whole, and says why', () => {
    const of = (augmentation: SoundAugmentation) => () => new AugmentationStream(augmentation, { sampleRate: rate })
    expect(of(addNoise())).toThrow(/addNoise hears the whole: its "snr" is of the mean power; give "level" for streams/)
    expect(of(augmentInTurn([louder, augmentSometimes(0.5, shiftPitch())]))).toThrow(
      /augmentSometimes: shiftPitch: it looks ahead/,
    )
    expect(of((x) => x as never)).toThrow(/"augmentation" expected one of this library/)
    expect(() => new AugmentationStream(louder, { sampleRate: 0 })).toThrow(/"sampleRate"/)
  })

  it('stays as it was where a chunk is no sound', () => {
    const stream = new AugmentationStream(streamed.limitBand, { sampleRate: rate, dtype: 'float64' })
    const first = stream.push(sound.subarray(0, 9000))
    expect(() => stream.push(Float64Array.of(0, Number.POSITIVE_INFINITY))).toThrow(
      /AugmentationStream.push: "chunk" expected finite/,
    )
    const rest = [...stream.push(sound.subarray(9000)), ...stream.flush()]
    expect(farthest([...first, ...rest], apply(streamed.limitBand, sound).samples)).toBe(0)
  })
})

describe('augmentSequences', () => {
  const bands = [{ start: 0, filters: 3 }]

  it('refuses options that are none', () => {
    expect(() => augmentSequences({ bandMasks: 1 })).toThrow(/augmentSequences: "bandMasks" needs "mel"/)
    expect(() => augmentSequences({ vocalTract: 0.1 })).toThrow(/"vocalTract" needs "mel"/)
    expect(() => augmentSequences({ timeMask: 1 })).toThrow(/"timeMask"/)
    expect(() => augmentSequences({ nois: 1 } as never)).toThrow(/unknown option "nois"/)
    expect(() => augmentSequences({ mel: { bands, sampleRate: rate, scale: [1, 0, 1] } })).toThrow(
      /"mel.scale" expected numbers > 0, got 0 at index 1/,
    )
    expect(() => augmentSequences({ mel: { bands, sampleRate: rate, mean: [1] } })).toThrow(
      /"mel.mean" expected at least 3 numbers, got 1/,
    )
    expect(() => augmentSequences({ mel: { bands, sampleRate: rate, lowFrequency: 9000 } })).toThrow(
      /"mel.lowFrequency"/,
    )
    expect(() => augmentSequences({ mel: { bands: [...bands, { start: 3, filters: 2 }], sampleRate: rate } })).toThrow(
      /the same number of filters/,
    )
  })

  it('refuses sequences without the columns of "mel"', () => {
    const augment = augmentSequences({ bandMasks: 1, mel: { bands, sampleRate: rate } })
    expect(() => augment(matrix([[1, 2]]), new Random(1))).toThrow(/"mel.bands" expected columns below 2, got up to 2/)
  })

  it('warps other filters than those of the front ends where it is told their edges', () => {
    const warped = (low: number): number[] => {
      const mel = { bands, sampleRate: rate, lowFrequency: low, melScale: 'htk' as const }
      return Array.from(augmentSequences({ vocalTract: 0.3, mel })(matrix([[1, 2, 4]]), new Random(3)).data)
    }
    expect(warped(300)).not.toEqual(warped(20))
  })
})
