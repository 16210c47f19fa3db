/** Augmentation of sound that arrives in chunks. */
import { checkDtype, toSamples } from '../core/array.ts'
import { checkInteger, checkOptions } from '../core/check.ts'
import { expectation } from '../core/errors.ts'
import { checkSound } from '../core/input.ts'
import { limits } from '../core/limits.ts'
import { Printed } from '../core/printed.ts'
import type { Dtype, FloatArray, VectorLike } from '../core/types.ts'
import { checkSeed, Random, type Seed } from '../numerics/random.ts'
import { effectOf, type NamedEffect, type SoundAugmentation, type SoundProcessor } from './sound.ts'

/** Options of {@link AugmentationStream}. */
export interface AugmentationStreamOptions {
  /** Of the chunks, Hz. */
  sampleRate: number
  /** Default 1. */
  seed?: Seed
  /** Element type of the result; default `float32`. */
  dtype?: Dtype
}

/**
 * The samples of `augmentation(sound, new Random(seed))`, bit for bit, from chunks of any size. Augmentations that must hear the whole
 * recording first (noise at an `snr`, other sounds, babble, tempo, pitch) cannot be streams.
 *
 * @example
 * ```ts
 * const augmentation = augmentInTurn([limitBand({ low: 300, high: 3400 }), addNoise({ level: -40 })])
 * const stream = new AugmentationStream(augmentation, { sampleRate: 16000, seed: 7 })
 * const parts = [stream.push(new Float32Array(8000)), stream.push(new Float32Array(8000)), stream.flush()]
 * parts.reduce((sum, part) => sum + part.length, 0) // 16000
 * ```
 */
export class AugmentationStream extends Printed {
  /** Of the result, Hz. */
  readonly sampleRate: number
  readonly dtype: Dtype
  private readonly begin: () => SoundProcessor
  private readonly name: string
  private processor: SoundProcessor

  /**
   * @throws TypeError for options that are none, and for functions that are no augmentation of this library; RangeError for one that must
   *   hear the whole
   */
  constructor(augmentation: SoundAugmentation, options: AugmentationStreamOptions) {
    super()
    const where = 'AugmentationStream'
    checkOptions(where, options, ['sampleRate', 'seed', 'dtype'])
    const rate = checkInteger(where, 'sampleRate', options.sampleRate, { min: 1, limit: limits.sampleRate })
    const seed = checkSeed(where, options.seed ?? 1)
    this.dtype = checkDtype(where, options.dtype ?? 'float32')
    const effect = streamed(where, augmentation)
    this.name = effect.name
    this.begin = () => effect.begin(rate, new Random(seed))
    this.processor = this.begin()
    this.sampleRate = this.processor.sampleRate
  }

  /** One line, which consoles print. */
  override toString(): string {
    return `AugmentationStream: ${this.name}, ${this.sampleRate} Hz, ${this.dtype}`
  }

  /**
   * Appends samples (may be empty) and returns those of the result that they complete.
   *
   * @throws TypeError for anything but samples, RangeError for one that is not finite; the stream is then unchanged
   */
  push(chunk: VectorLike): FloatArray {
    const where = 'AugmentationStream.push'
    const x = toSamples(where, 'chunk', chunk, 'float64') as Float64Array
    checkSound(where, 'chunk', x)
    return this.result(this.processor.push(x))
  }

  /** Ends the recording: returns the rest of the result and begins anew, with the same seed. */
  flush(): FloatArray {
    const rest = this.processor.flush()
    this.processor = this.begin()
    return this.result(rest)
  }

  private result(x: Float64Array): FloatArray {
    return this.dtype === 'float64' ? x : Float32Array.from(x)
  }
}

function streamed(where: string, augmentation: SoundAugmentation): Extract<NamedEffect, { apply?: undefined }> {
  const effect = typeof augmentation === 'function' ? effectOf(augmentation) : undefined
  if (effect === undefined) throw new TypeError(expectation(where, 'augmentation', 'one of this library', augmentation))
  if (effect.apply === undefined) return effect
  throw new RangeError(
    `${where}: "augmentation" expected one that works in chunks, and ${effect.name} hears the whole: ${effect.whole}`,
  )
}
