/** Learning-rate schedules: functions of the number of updates done. */
import { checkInteger, checkNumber, checkOptions } from '../core/check.ts'
import { pow } from '../core/power.ts'
import { cos } from '../core/trigonometric.ts'
import { type LearningRate, type Schedule, toSchedule } from '../numerics/schedule.ts'

/** Options of {@link stepDecay}. */
export interface StepDecayOptions {
  /** Rate of the first `every` updates. */
  initial: number
  /** Factor after each `every` updates. Default 0.5. */
  factor?: number
  /** Updates between two changes. */
  every: number
}

/** initial * factor^floor(step / every). */
export function stepDecay(options: StepDecayOptions): Schedule {
  checkOptions('stepDecay', options, ['initial', 'factor', 'every'])
  const initial = checkNumber('stepDecay', 'initial', options.initial, { min: 0 })
  const factor = checkNumber('stepDecay', 'factor', options.factor ?? 0.5, { above: 0 })
  const every = checkInteger('stepDecay', 'every', options.every, { min: 1 })
  return (step) => initial * pow(factor, Math.floor(step / every))
}

/** Options of {@link cosineDecay}. */
export interface CosineDecayOptions {
  initial: number
  /** Updates until `final` is reached; it stays there. */
  steps: number
  /** Rate at the end. Default 0. */
  final?: number
}

/** final + (initial - final) (1 + cos(pi step / steps)) / 2: Loshchilov & Hutter (2017), without restarts. */
export function cosineDecay(options: CosineDecayOptions): Schedule {
  checkOptions('cosineDecay', options, ['initial', 'steps', 'final'])
  const initial = checkNumber('cosineDecay', 'initial', options.initial, { min: 0 })
  const final = checkNumber('cosineDecay', 'final', options.final ?? 0, { min: 0 })
  const steps = checkInteger('cosineDecay', 'steps', options.steps, { min: 1 })
  return (step) => final + ((initial - final) * (1 + cos((Math.PI * Math.min(step, steps)) / steps))) / 2
}

/** Rises linearly over the first `steps` updates to the rate that follows; a schedule starts after them. */
export function warmUp(learningRate: LearningRate, steps: number): Schedule {
  const after = toSchedule('warmUp', 'learningRate', learningRate)
  checkInteger('warmUp', 'steps', steps, { min: 0 })
  return (step) => (step < steps ? (after(0) * (step + 1)) / steps : after(step - steps))
}
