/** One row of numbers for each utterance, and a support-vector machine. */

import type { Json } from '../core/types.ts'
import { type SvcKernel, svcKernels } from '../estimators/kernel-function.ts'
import { checkGamma, SVC, type SVCState, type SvcGamma } from '../estimators/svc.ts'
import { gridOf, oneOrMore, type RowSystemOptions, type RowSystemState, resolveRows, rowSystem } from './row-system.ts'
import type { System } from './system.ts'
import { number, word } from './system-settings.ts'

/** Options of {@link svmSystem}, plain JSON. */
export interface SvmSystemOptions extends RowSystemOptions {
  /** `rbf` (default) or `linear`. */
  kernel?: SvcKernel
  /**
   * C of `SVC`, or several to choose from on held-out speakers or corpora. Default 0.1, 1, 10, 100; of the kernel `linear` 0.001, 0.01,
   * 0.1, 1.
   */
  C?: number | number[]
  /** gamma of the kernel `rbf`, as of `SVC`, or several to choose from. Default `scale`. */
  gamma?: SvcGamma | SvcGamma[]
}

/** Values of C by the kernel. */
const grids: Record<SvcKernel, number[]> = { rbf: [0.1, 1, 10, 100], linear: [0.001, 0.01, 0.1, 1] }

/**
 * The system of support-vector machines: by default of eGeMAPS' functionals, with a radial kernel. Posteriors are a softmax of the
 * decision values, at a temperature fitted to the training speakers (or corpora) when they are held out, so that the likeliest class is
 * that of `SVC`. Nothing in a training is drawn: its seed changes nothing.
 *
 * @example
 * ```ts
 * const { frontEnd, settings } = svmSystem({ kernel: 'linear', frontEnd: { set: 'speech' } })
 * frontEnd.functionals // true
 * settings.C // [0.001, 0.01, 0.1, 1]
 * ```
 */
export function svmSystem(options: SvmSystemOptions = {}): System<RowSystemState<SVCState>> {
  const linear = options?.kernel === 'linear'
  const settings = resolveRows('svmSystem', options, {
    defaults: { kernel: 'rbf', C: grids[linear ? 'linear' : 'rbf'], gamma: 'scale' },
    rules: {
      kernel: word(svcKernels),
      C: oneOrMore(number({ above: 0 })),
      gamma: oneOrMore((where, _name, value) => checkGamma(where, value)),
    },
  })
  const { kernel, C, gamma } = settings
  return rowSystem({
    ...{ name: 'svm', settings, epochs: 1 },
    candidates: gridOf(linear ? { C } : ({ C, gamma } as { [option: string]: Json })),
    fit: ({ x, labels, weights }, choice, { onEpoch }) => {
      const model = new SVC({ kernel, ...choice }).fit(x, labels, { sampleWeights: weights })
      onEpoch?.({ epoch: 1, epochs: 1, loss: 0 })
      return { model, history: { epochs: [], stoppedEarly: false, bestEpoch: 1 } }
    },
    restore: (state) => SVC.fromState(state),
  })
}
