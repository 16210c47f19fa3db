/** Augmentations made of others, of sound and of feature sequences alike. */

import { checkArray, checkNumber } from '../core/check.ts'
import { expectation } from '../core/errors.ts'
import { joined } from '../core/storage.ts'
import type { Random } from '../numerics/random.ts'
import {
  type AnyAugmentation,
  augmentationOf,
  changed,
  type Effect,
  effectOf,
  type NamedEffect,
  type SoundProcessor,
} from './sound.ts'

/** A stream of its own for one part; the next call has another. */
function part(random: Random): Random {
  return random.substream(random.integer(2 ** 32))
}

function checkOne<A extends AnyAugmentation>(where: string, name: string, augmentation: A): A {
  if (typeof augmentation === 'function') return augmentation
  throw new TypeError(expectation(where, name, 'a function (value, random) => value', augmentation))
}

function checkAll<A extends AnyAugmentation>(where: string, augmentations: readonly A[]): A[] {
  const given = checkArray<A>(where, 'augmentations', augmentations, 1)
  const all = given.map((one, i) => checkOne(where, `augmentations[${i}]`, one))
  if (all.some((one) => effectOf(one) !== undefined) && all.some((one) => 'augmenter' in one)) {
    throw new TypeError(`${where}: "augmentations" expected those of sound or those of sequences, got both`)
  }
  return all
}

/** The effects of augmentations of sound by this library, null where one is another function. */
function effectsOf(augmentations: readonly AnyAugmentation[]): NamedEffect[] | null {
  const effects = augmentations.flatMap((one) => effectOf(one) ?? [])
  return effects.length === augmentations.length ? effects : null
}

/** An effect made of others: in chunks where all of them work in chunks. */
function combined(parts: readonly NamedEffect[], begin: Begin, apply: Apply): Effect {
  const whole = parts.find((one) => one.apply !== undefined)
  if (whole?.apply === undefined) return { begin }
  return { apply, whole: `${whole.name}: ${whole.whole}` }
}

type Begin = Extract<Effect, { apply?: undefined }>['begin']
type Apply = Extract<Effect, { whole: string }>['apply']

/** Processors one behind the other. */
class Series implements SoundProcessor {
  readonly sampleRate: number
  private readonly processors: SoundProcessor[] = []

  constructor(effects: readonly NamedEffect[], rate: number, random: Random) {
    for (const effect of effects) {
      const one = processorOf(effect, rate, part(random))
      this.processors.push(one)
      rate = one.sampleRate
    }
    this.sampleRate = rate
  }

  push(chunk: Float64Array): Float64Array {
    return this.processors.reduce<Float64Array>((x, one) => one.push(x), chunk)
  }

  flush(): Float64Array {
    return this.processors.reduce<Float64Array>((x, one) => joined([one.push(x), one.flush()]), new Float64Array(0))
  }
}

/** The processor of an effect that works in chunks. */
function processorOf(effect: NamedEffect, rate: number, random: Random): SoundProcessor {
  return (effect as Extract<Effect, { apply?: undefined }>).begin(rate, random)
}

/** Lets sound through as it is. */
function unchanged(sampleRate: number): SoundProcessor {
  return { sampleRate, push: (chunk) => chunk.slice(), flush: () => new Float64Array(0) }
}

/**
 * One augmentation after the other. Each has a random stream of its own, so that what one draws does not change the others. Those of sound
 * and those of sequences (for `augment` of `fit`) are combined alike, but not with each other.
 *
 * @example
 * ```ts
 * const augment = augmentInTurn([changeSpeed({ factor: [0.9, 1.1] }), addNoise({ color: 'pink', snr: [5, 20] })])
 * augment({ samples: new Float64Array(16000).fill(0.1), sampleRate: 16000 }, new Random(1)).sampleRate // 16000
 * ```
 *
 * @throws TypeError or RangeError for anything but a list of augmentations
 */
export function augmentInTurn<A extends AnyAugmentation>(augmentations: readonly A[]): A {
  const where = 'augmentInTurn'
  const all = checkAll(where, augmentations)
  const effects = effectsOf(all)
  if (effects === null) {
    const inTurn = (value: unknown, random: Random): unknown =>
      all.reduce((now, one) => one(now as never, part(random)), value)
    return inTurn as unknown as A
  }
  const effect = combined(
    effects,
    (rate, random) => new Series(effects, rate, random),
    (channel, random) => effects.reduce((now, one) => changed(one, now, part(random)), channel),
  )
  return augmentationOf(where, effect) as unknown as A
}

/**
 * An augmentation that only some recordings go through.
 *
 * @example
 * ```ts
 * const augment = augmentSometimes(0.5, changeGain({ decibels: -20 }))
 * const random = new Random(1)
 * const sound = { samples: Float64Array.of(0.5), sampleRate: 16000 }
 * Array.from({ length: 4 }, () => augment(sound, random).samples[0]) // 0.5 or 0.05
 * ```
 *
 * @param probability - of each recording, 0 to 1
 * @throws TypeError or RangeError for other arguments
 */
export function augmentSometimes<A extends AnyAugmentation>(probability: number, augmentation: A): A {
  const where = 'augmentSometimes'
  checkNumber(where, 'probability', probability, { min: 0, max: 1 })
  const does = (random: Random): boolean => random.uniform() < probability
  const [effect] = effectsOf([checkOne(where, 'augmentation', augmentation)]) ?? []
  if (effect === undefined) {
    const sometimes = (value: unknown, random: Random): unknown => {
      return does(random) ? augmentation(value as never, part(random)) : value
    }
    return sometimes as unknown as A
  }
  const now = combined(
    [effect],
    (rate, random) => (does(random) ? processorOf(effect, rate, part(random)) : unchanged(rate)),
    (channel, random) => (does(random) ? changed(effect, channel, part(random)) : channel),
  )
  return augmentationOf(where, now) as unknown as A
}

/**
 * One of several augmentations for each recording, all equally likely.
 *
 * @example
 * ```ts
 * const augment = augmentByOneOf([addReverberation(), compandMulaw(), limitBand({ low: 300, high: 3400 })])
 * augment({ samples: new Float64Array(16000).fill(0.1), sampleRate: 16000 }, new Random(1)).sampleRate // 16000
 * ```
 *
 * @throws TypeError or RangeError for anything but a list of augmentations
 */
export function augmentByOneOf<A extends AnyAugmentation>(augmentations: readonly A[]): A {
  const where = 'augmentByOneOf'
  const all = checkAll(where, augmentations)
  const effects = effectsOf(all)
  if (effects === null) {
    const oneOf = (value: unknown, random: Random): unknown =>
      all[random.integer(all.length)](value as never, part(random))
    return oneOf as unknown as A
  }
  const chosen = (random: Random): NamedEffect => effects[random.integer(effects.length)]
  const effect = combined(
    effects,
    (rate, random) => processorOf(chosen(random), rate, part(random)),
    (channel, random) => changed(chosen(random), channel, part(random)),
  )
  return augmentationOf(where, effect) as unknown as A
}
