import type { GateStatistics } from '../layers/gate-statistics.ts'
import { norm } from '../numerics/clip.ts'
import type { ParameterSet } from '../numerics/parameters.ts'

/** Gradient norms and gate activations of one epoch, for debugging a training. */
export interface EpochStatistics {
  /** Mean over updates of the norm of each parameter's gradient, before clipping. */
  gradientNorms: Record<string, number>
  /** Gate activations, means over updates, by names such as `layers.0.f`; not with LBFGS and HessianFree. */
  gates: Record<string, GateStatistics>
}

/** Weighted means of the gate statistics of several passes. */
export function meanGates(
  passes: readonly Record<string, GateStatistics>[],
  weights: readonly number[],
): Record<string, GateStatistics> {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const mean = (name: string, key: keyof GateStatistics): number =>
    passes.reduce((sum, gates, i) => sum + (weights[i] / total) * gates[name][key], 0)
  const entries = Object.keys(passes[0]).map((name) => [
    name,
    { mean: mean(name, 'mean'), closed: mean(name, 'closed'), open: mean(name, 'open') },
  ])
  return Object.fromEntries(entries)
}

/** Gathers {@link EpochStatistics} over the updates of an epoch. */
export class StatisticsCollector {
  private readonly norms = new Map<string, number>()
  private readonly gates = new Map<string, GateStatistics>()
  private updates = 0

  add({ slots, gradient }: ParameterSet, gates: Record<string, GateStatistics>): void {
    this.updates++
    for (const { name, offset, size } of slots) {
      this.norms.set(name, (this.norms.get(name) ?? 0) + norm(gradient.subarray(offset, offset + size)))
    }
    for (const [name, { mean, closed, open }] of Object.entries(gates)) {
      const sum = this.gates.get(name) ?? { mean: 0, closed: 0, open: 0 }
      this.gates.set(name, { mean: sum.mean + mean, closed: sum.closed + closed, open: sum.open + open })
    }
  }

  /** Returns the means so far and starts anew. */
  take(): EpochStatistics {
    const n = this.updates
    const gradientNorms = Object.fromEntries([...this.norms].map(([name, sum]) => [name, sum / n]))
    const gates = Object.fromEntries(
      [...this.gates].map(([name, { mean, closed, open }]) => [
        name,
        { mean: mean / n, closed: closed / n, open: open / n },
      ]),
    )
    this.norms.clear()
    this.gates.clear()
    this.updates = 0
    return { gradientNorms, gates }
  }
}
