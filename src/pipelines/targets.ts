/** Targets of a training in place of classes: numbers such as arousal, which systems learn relative to mean and spread. */
import { allocate, checkFinite, floatView } from '../core/array.ts'
import { checkArray, checkObject } from '../core/check.ts'
import { describe, expectation } from '../core/errors.ts'
import { savedNumbers } from '../core/saved.ts'
import type { FloatArray, FloatNdArray } from '../core/types.ts'
import { word } from './system-settings.ts'

/** Losses of a training with targets. */
export type TargetLoss = 'concordance' | 'squaredError'

/** Option of the systems that can learn targets. */
export interface TargetOptions {
  /**
   * Loss of a training with targets in place of classes: `concordance`, 1 - CCC (Lin 1989) of each batch, mean over the targets, or
   * `squaredError`. Default `concordance`.
   */
  targetLoss?: TargetLoss
}

/** Its default and its rule. */
export const targetDefaults: { readonly targetLoss: TargetLoss } = { targetLoss: 'concordance' }
export const targetRules: { targetLoss: ReturnType<typeof word> } = {
  targetLoss: /* @__PURE__ */ word(['concordance', 'squaredError']),
}

/** Mean and standard deviation of each target in the training set, which a trained system adds to its outputs. */
export interface TargetScale {
  mean: number[]
  scale: number[]
}

/** A target in messages, by its name where it has one. */
function nameOf(names: readonly string[] | undefined, k: number): string {
  return names === undefined ? `"data.targets" column ${k}` : describe(names[k])
}

/**
 * Mean and standard deviation of targets [n, M].
 *
 * @throws RangeError for a target that is the same for all: nothing could be learned
 */
export function targetScale(where: string, { data, shape }: FloatNdArray, names?: readonly string[]): TargetScale {
  const [rows, cols] = shape
  const [mean, scale] = [new Array<number>(cols).fill(0), new Array<number>(cols).fill(0)]
  for (let k = 0; k < cols; k++) {
    for (let i = k; i < data.length; i += cols) mean[k] += (data[i] - data[k]) / rows
    mean[k] += data[k]
    for (let i = k; i < data.length; i += cols) scale[k] += ((data[i] - mean[k]) * (data[i] - mean[k])) / rows
    scale[k] = Math.sqrt(scale[k])
    if (scale[k] > 0) continue
    throw new RangeError(
      `${where}: ${nameOf(names, k)} is ${data[k]} in all ${rows} training recordings: nothing varies`,
    )
  }
  return { mean, scale }
}

/** Targets [n, M] less their means, by their standard deviations. */
export function standardTargets({ data, shape }: FloatNdArray, { mean, scale }: TargetScale): FloatNdArray {
  const out = allocate(data.length, 'float32')
  for (let i = 0; i < out.length; i++) out[i] = (data[i] - mean[i % shape[1]]) / scale[i % shape[1]]
  return floatView(out, shape)
}

/** Outputs [M] as targets; posteriors stay as they are where there is no scale. */
export function asTargets(values: FloatArray, scale: TargetScale | null): FloatArray {
  return scale === null ? values : values.map((value, k) => value * scale.scale[k] + scale.mean[k])
}

/** The scale in a saved state; null where it has none. */
export function savedScale(where: string, value: unknown): TargetScale | null {
  if (value === undefined) return null
  const { mean, scale } = checkObject<TargetScale>(where, 'targets', value)
  const vectors = {
    mean: savedNumbers(where, 'targets.mean', mean),
    scale: savedNumbers(where, 'targets.scale', scale),
  }
  if (vectors.mean.length !== vectors.scale.length) {
    throw new RangeError(expectation(where, 'targets.scale', `${vectors.mean.length} numbers`, scale))
  }
  return { mean: Array.from(vectors.mean), scale: Array.from(vectors.scale) }
}

/** Throws unless the value is absent or numbers [n, M], all finite. */
export function checkTargets(where: string, value: unknown, rows: number): void {
  if (value === undefined) return
  const { data, shape } = checkObject<FloatNdArray>(where, 'data.targets', value)
  const sizes = checkArray<number>(where, 'data.targets.shape', shape)
  if (sizes.length !== 2 || sizes[0] !== rows || sizes[1] === 0) {
    throw new RangeError(`${where}: "data.targets" expected shape [${rows}, M], got [${sizes.join(', ')}]`)
  }
  checkFinite(where, 'data.targets', data, sizes[1])
}
