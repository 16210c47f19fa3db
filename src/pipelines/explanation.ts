/**
 * Reasons of an answer by occlusion (Zeiler & Fergus, "Visualizing and understanding convolutional networks", ECCV 2014): the probability of the
 * answer less that which is left when a group of measures, or a stretch of time, is taken away.
 */
import { floatView } from '../core/array.ts'
import { checkNumber, checkOneOf, checkOptions } from '../core/check.ts'
import { expectation, StateError } from '../core/errors.ts'
import type { FloatArray, FloatNdArray, VectorLike } from '../core/types.ts'
import { argmax } from '../networks/decision.ts'
import { displayedExplanation } from './answer-display.ts'
import { tempered } from './confidence.ts'
import { featuresOfSound, frameStep, type SoundFrontEnd } from './front-end.ts'
import type { Explanation, GroupEffect, MomentEffect, Recognition } from './recognition.ts'
import type { Recognizer } from './recognizer.ts'
import { type HeardSound, heardSound } from './recognizer-parts.ts'
import type { Occlusion } from './system.ts'

/** Options of {@link explainAnswer}. */
export interface ExplainOptions {
  /** The class whose probability is explained. Default: the most probable. */
  label?: string
  /** Length of the stretches that are left out, s. Default 0.5. */
  windowSeconds?: number
  /** From one stretch to the next, s. Default 0.1. */
  stepSeconds?: number
}

/** Rows with some columns at the values of `neutral`. */
export function neutralised(
  { data, shape }: FloatNdArray,
  columns: readonly number[],
  neutral: ArrayLike<number>,
): FloatNdArray {
  const [rows, cols] = shape
  const out = data.slice()
  for (let t = 0; t < rows; t++) for (const j of columns) out[t * cols + j] = neutral[j]
  return floatView(out, [rows, cols])
}

/** The occlusion of a recogniser's classifier. */
export function occlusionOf(where: string, recognizer: Recognizer): Occlusion {
  if (typeof recognizer?.inside !== 'function') {
    throw new TypeError(expectation(where, 'recognizer', 'a Recognizer', recognizer))
  }
  const { occlusion } = recognizer.inside().classifier
  if (occlusion !== undefined) return occlusion
  throw new StateError(`${where}: a recogniser of "${recognizer.system.system}" cannot tell by what it decides`)
}

/** Features without the rows `from` up to `to`. */
function withoutRows({ data, shape }: FloatNdArray, from: number, to: number): FloatNdArray {
  const [rows, cols] = shape
  const left = data.slice(0, data.length - (to - from) * cols)
  left.set(data.subarray(to * cols), from * cols)
  return floatView(left, [rows - (to - from), cols])
}

/** Samples without those from `from` up to `to`. */
function withoutSamples(x: FloatArray, from: number, to: number): FloatArray {
  const left = x.slice(0, x.length - (to - from))
  left.set(x.subarray(to), from)
  return left
}

/** A place of the recording, in rows or samples, and what is left of it without a stretch there. */
interface Cutting {
  length: number
  /** Rows or samples a second. */
  rate: number
  /** Of the recording. */
  seconds: number
  without(from: number, to: number): FloatNdArray
}

function cuttingOf(heard: FloatArray, features: FloatNdArray, frontEnd: SoundFrontEnd): Cutting {
  const { sampleRate } = frontEnd
  const seconds = heard.length / sampleRate
  if (frontEnd.functionals) {
    const without = (from: number, to: number): FloatNdArray =>
      featuresOfSound(withoutSamples(heard, from, to), frontEnd)
    return { length: heard.length, rate: sampleRate, seconds, without }
  }
  const rate = sampleRate / frameStep(sampleRate)
  return { length: features.shape[0], rate, seconds, without: (from, to) => withoutRows(features, from, to) }
}

/**
 * Tells by what a recogniser decides: the effect of each group of measures (pitch, energy, voice quality, spectrum and so on) and of
 * each moment of a recording on the probability of its answer. A group is taken away by setting its measures to the means that the
 * recogniser compares with, a moment by cutting it out. Effects do not add up to the probability: groups speak together, and the least
 * probability of one class is a larger one of the others.
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises'
 *
 * const recognizer = Recognizer.from(await readFile('node_modules/ser-core/models/recognizer.safetensors'))
 * const [voice] = syntheticCorpus()
 * const { label, probability, groups, moments } = explainAnswer(recognizer, voice.samples(), voice.sampleRate)
 * console.log(label, probability.toFixed(2), groups[0].group, moments.length > 0)
 * ```
 *
 * @param samples - one channel, in [-1, 1); integer arrays hold 16 bit samples
 * @param sampleRate - in Hz, a whole number >= 4000
 * @throws TypeError or RangeError for samples as {@link Recognizer.predict}, and for options; StateError for ensembles, whose members explain
 *   themselves
 */
export function explainAnswer(
  recognizer: Recognizer,
  samples: VectorLike,
  sampleRate: number,
  options: ExplainOptions = {},
): Explanation {
  const where = 'explainAnswer'
  const settings = explainSettings(where, recognizer, options)
  return explained(recognizer, heardSound(where, samples, sampleRate, recognizer.inside().frontEnd), settings)
}

/** The answer for a recording and its reasons, whose features are computed once; no reasons where there is no speech. @internal */
export function explainedAnswer(
  recognizer: Recognizer,
  samples: VectorLike,
  sampleRate: number,
  { timeline }: { timeline: boolean },
): { recognition: Recognition; explanation: Explanation | null } {
  const where = 'explainAnswer'
  const settings = explainSettings(where, recognizer, {})
  const heard = heardSound(where, samples, sampleRate, recognizer.inside().frontEnd)
  const recognition = recognizer.answerFor(heard, timeline)
  return { recognition, explanation: heard.speech ? explained(recognizer, heard, settings) : null }
}

/** Checked {@link ExplainOptions}. */
interface ExplainSettings {
  occlusion: Occlusion
  /** Class to explain; the most probable where it is not given. */
  label?: string
  window: number
  step: number
}

function explainSettings(where: string, recognizer: Recognizer, options: ExplainOptions): ExplainSettings {
  checkOptions(where, options, ['label', 'windowSeconds', 'stepSeconds'])
  const { label } = options
  return {
    occlusion: occlusionOf(where, recognizer),
    ...(label === undefined ? {} : { label: checkOneOf(where, 'label', label, recognizer.classes) }),
    window: checkNumber(where, 'windowSeconds', options.windowSeconds ?? 0.5, { min: 0.05 }),
    step: checkNumber(where, 'stepSeconds', options.stepSeconds ?? 0.1, { min: 0.01 }),
  }
}

function explained(recognizer: Recognizer, sound: HeardSound, settings: ExplainSettings): Explanation {
  const { occlusion, window, step } = settings
  const { classes } = recognizer
  const { confidence } = recognizer.inside()
  const { heard, features, frontEnd, speech } = sound
  const rows = occlusion.rows(features)
  const posterior = (of: FloatNdArray): FloatArray => tempered(occlusion.predictRows(of), confidence)
  const whole = posterior(rows)
  const { label = classes[argmax(whole)] } = settings
  const k = classes.indexOf(label)
  const probability = whole[k]
  const left = (of: FloatNdArray): Effect => {
    const without = posterior(of)[k]
    return { without, effect: probability - without }
  }
  const groups = occlusion.groups(rows.shape[1]).map(({ name, columns }) => {
    return { group: name, ...left(neutralised(rows, columns, occlusion.neutral)) }
  })
  groups.sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect))
  const cutting = cuttingOf(heard, features, frontEnd)
  const moments = momentsOf(cutting, { window, step }, (cut) => left(occlusion.rows(cut)))
  return displayedExplanation({ label, probability, speech, groups, moments })
}

type Effect = Pick<GroupEffect, 'without' | 'effect'>

function momentsOf(
  cutting: Cutting,
  { window, step }: { window: number; step: number },
  left: (cut: FloatNdArray) => Effect,
): MomentEffect[] {
  return stretchesOf(cutting, window, step).map(([from, to]) => {
    const { rate, without } = cutting
    return { start: from / rate, end: Math.min(to / rate, cutting.seconds), ...left(without(from, to)) }
  })
}

/** Stretches of `window` seconds every `step`, the last at the end; none where they would leave less than a tenth of a second. */
function stretchesOf({ length, rate }: Cutting, window: number, step: number): [number, number][] {
  const [size, hop] = [Math.max(1, Math.round(window * rate)), Math.max(1, Math.round(step * rate))]
  if (length - size < 0.1 * rate) return []
  const starts = Array.from({ length: Math.floor((length - size) / hop) + 1 }, (_, i) => i * hop)
  if (starts[starts.length - 1] + size < length) starts.push(length - size)
  return starts.map((from) => [from, from + size])
}
