/** What `ser experiment` shows: on stderr how far it is, on stdout what it found. */
import { ConfusionMatrix } from '../evaluation/confusion-matrix.ts'
import { percent } from '../evaluation/confusion-table.ts'
import { costOf, type FinishedFold, type FoldJob } from '../experiments/jobs.ts'
import type { ExperimentPlan, Protocol } from '../experiments/plan.ts'
import type { ExperimentResults, MeanAndRange, RunResults } from '../experiments/results.ts'
import type { TrainingProgress } from '../pipelines/system.ts'
import type { ExperimentSource } from '../runtime/node/source.ts'
import { describeCorpus } from './corpus-flags.ts'
import type { Progress } from './display.ts'

const statistics: Record<Protocol, string> = {
  strict: 'statistics of the training speakers',
  speaker: "statistics of each speaker, the test speaker's unlabelled recordings included",
}

/** Whether a plan has one run and nothing else. */
export function isSingle({ systems, seeds, protocols, combinations }: ExperimentPlan): boolean {
  return systems.length * seeds.length * protocols.length === 1 && combinations.length === 0
}

/** Lines that tell what is about to be done. */
export function describePlan(source: ExperimentSource, plan: ExperimentPlan, progress: Progress): void {
  describeCorpus(source, progress)
  const seeds = `seed${plan.seeds.length > 1 ? 's' : ''} ${plan.seeds.join(', ')}`
  const several = plan.systems.length > 1 ? 's  ' : '   '
  progress.line(`system${several} ${plan.systems.map((system) => system.name).join(', ')}, ${seeds}`)
  for (const protocol of plan.protocols) progress.line(`protocol  leave-one-speaker-out, ${statistics[protocol]}`)
}

/** How far the folds are. */
export class FoldsDisplay {
  private readonly progress: Progress
  private readonly single: boolean
  private all = 0
  private cost = 0
  private doneCost = 0
  private done = 0
  private readonly costs = new Map<FoldJob, number>()
  private readonly inWork = new Map<FoldJob, TrainingProgress | null>()

  constructor(progress: Progress, single: boolean) {
    this.progress = progress
    this.single = single
  }

  /** Before the first fold. */
  start(jobs: readonly FoldJob[], before: readonly FoldJob[]): void {
    // A bar of its own: recordings tell nothing of the time that folds take.
    this.progress.stop()
    this.all = jobs.length
    for (const job of jobs) this.costs.set(job, costOf(job))
    this.cost = [...this.costs.values()].reduce((sum, cost) => sum + cost, 0)
    if (before.length > 0) {
      const rest = jobs.length === 0 ? 'all there (--fresh does them again)' : `${jobs.length} to do`
      this.progress.line(`folds     ${before.length} done before, ${rest}`)
    }
  }

  /** A fold begins. */
  begin(job: FoldJob): void {
    this.inWork.set(job, null)
  }

  /** An epoch of a fold has ended. */
  epoch(job: FoldJob, progress: TrainingProgress): void {
    this.inWork.set(job, progress)
    this.show()
  }

  /** A fold is done. */
  fold(job: FoldJob, { fold: { accuracy, predictions } }: FinishedFold): void {
    this.inWork.delete(job)
    this.done++
    this.doneCost += this.costOf(job)
    const rate = `${percent(accuracy)} of ${predictions.length}`
    const { name, protocol, seed, speaker } = job
    this.progress.line(
      this.single
        ? `speaker   ${speaker}: ${rate}`
        : `fold      ${name}, ${protocol}, seed ${seed}, speaker ${speaker}: ${rate}`,
    )
    this.show()
  }

  /** A run is done. */
  run({ name, protocol, seed, accuracy, unweightedRecall }: RunResults): void {
    if (this.single) return
    const rates = `${percent(accuracy)} (UAR ${percent(unweightedRecall)})`
    this.progress.line(`run       ${name}, ${protocol}, seed ${seed}: ${rates}`)
  }

  private costOf(job: FoldJob): number {
    return this.costs.get(job) ?? 0
  }

  private show(): void {
    let cost = this.doneCost
    for (const [job, progress] of this.inWork)
      if (progress) cost += (this.costOf(job) * progress.epoch) / progress.epochs
    this.progress.update(Math.min(cost, this.cost), this.cost, this.text())
  }

  private text(): string {
    const working = [...this.inWork].flatMap(([job, progress]) => (progress ? [{ job, ...progress }] : []))
    if (working.length === 1) {
      const [{ job, epoch, epochs, loss }] = working
      const whose = this.single ? `speaker ${job.speaker}` : `${job.name}, seed ${job.seed}, speaker ${job.speaker}`
      return `fold ${this.done + 1}/${this.all} (${whose}), epoch ${epoch}/${epochs}, loss ${loss.toFixed(3)}`
    }
    const each = working.map(({ job, epoch, epochs }) => {
      return `${this.single ? '' : `${job.name} ${job.seed} `}${job.speaker} ${epoch}/${epochs}`
    })
    return `${this.done}/${this.all} folds${each.length > 0 ? `; ${each.join(', ')}` : ''}`
  }
}

function meanText({ mean, low, high }: MeanAndRange): string {
  return low === high ? percent(mean) : `${percent(mean)} (${percent(low)} to ${percent(high)})`
}

function table(rows: readonly string[][]): string {
  const widths = rows[0].map((_, j) => Math.max(...rows.map((row) => row[j].length)))
  return rows
    .map((row) =>
      row
        .map((cell, j) => cell.padEnd(widths[j]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** What an experiment found, for a fixed-width font: a confusion matrix, or a line a system. */
export function resultsText({ runs, summary }: ExperimentResults): string {
  if (runs.length === 1) return String(ConfusionMatrix.fromJSON(runs[0].confusion))
  const head = ['system', 'protocol', 'seeds', 'accuracy (WAR)', 'unweighted recall (UAR)']
  const rows = summary.map(({ name, protocol, seeds, accuracy, unweightedRecall }) => {
    return [name, protocol, String(seeds), meanText(accuracy), meanText(unweightedRecall)]
  })
  return table([head, ...rows])
}
