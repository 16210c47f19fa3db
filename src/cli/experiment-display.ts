/** The display of `ser experiment`: progress on stderr, results on stdout. */

import { fitTable, NO_BREAK } from '../core/text-table.ts'
import { ConfusionMatrix } from '../evaluation/confusion-matrix.ts'
import { percent, range } from '../evaluation/confusion-table.ts'
import { foldsText } from '../experiments/folds.ts'
import { costOf, type FoldJob } from '../experiments/jobs.ts'
import type { ExperimentPlan, Protocol } from '../experiments/plan.ts'
import { type PretrainingRun, pretrainingText } from '../experiments/pretraining.ts'
import type { ExperimentResults, MeanAndRange, RunResults } from '../experiments/results.ts'
import type { ExperimentSource } from '../node/source.ts'
import type { TrainingProgress } from '../pipelines/system.ts'
import { describeCorpus } from './corpus-description.ts'
import { corpusTable } from './corpus-table.ts'
import type { Terminal } from './terminal.ts'

const statistics: Record<Protocol, string> = {
  strict: 'statistics of the training speakers',
  speaker: "statistics of each speaker, the test speaker's unlabelled recordings included",
  corpus: "statistics of each corpus, the test corpus' unlabelled recordings included",
}

/** Whether a plan has a single run. */
export function isSingle({ systems, seeds, protocols, combinations }: ExperimentPlan): boolean {
  return systems.length * seeds.length * protocols.length === 1 && combinations.length === 0
}

/** Describes a plan in lines of text. */
export function describePlan(source: ExperimentSource, plan: ExperimentPlan, terminal: Terminal): void {
  describeCorpus(source, terminal)
  const seeds = `seed${plan.seeds.length > 1 ? 's' : ''} ${plan.seeds.join(', ')}`
  const several = plan.systems.length > 1 ? 's  ' : '   '
  terminal.line(`system${several} ${plan.systems.map((system) => system.name).join(', ')}, ${seeds}`)
  for (const text of pretrainingText(plan.systems)) terminal.line(`before    ${text}`)
  for (const protocol of plan.protocols) {
    terminal.line(`protocol  ${foldsText(plan.folds)}, ${statistics[protocol]}`)
  }
}

/** The line of a finished run. */
export function runText({ name, protocol, seed, accuracy, unweightedRecall }: RunResults): string {
  return `run       ${name}, ${protocol}, seed ${seed}: ${percent(accuracy)} (UAR ${percent(unweightedRecall)})`
}

/** Shows the progress of the folds. */
export class FoldsDisplay {
  private readonly terminal: Terminal
  private readonly single: boolean
  private all = 0
  private cost = 0
  private doneCost = 0
  private done = 0
  private before = 0
  private begun = false
  private readonly costs = new Map<FoldJob, number>()
  private readonly inWork = new Map<FoldJob, TrainingProgress | null>()

  constructor(terminal: Terminal, single: boolean) {
    this.terminal = terminal
    this.single = single
  }

  /** Called before the first fold. */
  start(jobs: readonly FoldJob[], before: readonly FoldJob[]): void {
    // A separate bar, since the time of recordings does not predict that of folds.
    this.terminal.end()
    this.begun = true
    this.all = jobs.length
    this.before = before.length
    for (const job of jobs) this.costs.set(job, costOf(job))
    this.cost = [...this.costs.values()].reduce((sum, cost) => sum + cost, 0)
    if (before.length > 0) {
      const rest = jobs.length === 0 ? 'all there (--fresh does them again)' : `${jobs.length} to do`
      this.terminal.line(`folds     ${before.length} done before, ${rest}`)
    }
  }

  /** Called before a pre-training, and after each of its epochs. */
  pretraining({ name, protocol, seed }: PretrainingRun, progress: TrainingProgress | null): void {
    const run = `pre-training ${name}, ${protocol}, seed ${seed}${reachText(progress)}`
    this.terminal.progress(progress?.epoch ?? 0, progress?.epochs ?? 1, run)
    if (progress?.epoch === progress?.epochs) this.terminal.end()
  }

  /** Called when a fold begins. */
  begin(job: FoldJob): void {
    this.inWork.set(job, null)
    this.show()
  }

  /** Called after each epoch of a fold. */
  epoch(job: FoldJob, progress: TrainingProgress): void {
    this.inWork.set(job, progress)
    this.show()
  }

  /** Called after each fold. */
  fold(job: FoldJob, recordings: number, score: string): void {
    this.inWork.delete(job)
    this.done++
    this.doneCost += this.costOf(job)
    const rate = `${score} of ${recordings}`
    const { name, protocol, seed, speaker, folds } = job
    const alone = `${folds === undefined ? 'speaker   ' : 'fold      '}${speaker}: ${rate}`
    this.terminal.line(this.single ? alone : `fold      ${name}, ${protocol}, seed ${seed}, ${partOf(job)}: ${rate}`)
    this.show()
  }

  /** Called after each run. */
  run(text: string): void {
    if (!this.single) this.terminal.line(text)
  }

  /** Prints where the finished folds of a stopped experiment are kept, if it had begun. */
  tellWhatStays(folder: string): void {
    const kept = this.before + this.done
    if (!this.begun) return
    this.terminal.line(
      kept === 0
        ? 'no fold was finished: the same command begins again'
        : `finished folds stay in ${folder}: the same command goes on with the others`,
    )
  }

  private costOf(job: FoldJob): number {
    return this.costs.get(job) ?? 0
  }

  private show(): void {
    let cost = this.doneCost
    for (const [job, progress] of this.inWork)
      if (progress) cost += (this.costOf(job) * progress.epoch) / progress.epochs
    this.terminal.progress(Math.min(cost, this.cost), this.cost, this.text())
  }

  private text(): string {
    if (this.inWork.size === 1) {
      const [[job, progress]] = this.inWork
      const { name, seed } = job
      const whose = this.single ? partOf(job) : `${name}, seed ${seed}, ${partOf(job)}`
      return `fold ${this.done + 1}/${this.all} (${whose})${reachText(progress)}`
    }
    const working = [...this.inWork].flatMap(([job, progress]) => (progress ? [{ job, ...progress }] : []))
    const each = working.map(({ job, epoch, epochs }) => {
      return `${this.single ? '' : `${job.name} ${job.seed} `}${job.speaker} ${epoch}/${epochs}`
    })
    const begun = working.length === 0 && this.inWork.size > 0 ? [`${this.inWork.size} begun`] : each
    return `${this.done}/${this.all} folds${begun.length > 0 ? `; ${begun.join(', ')}` : ''}`
  }
}

/** The test part of a fold. */
function partOf({ speaker, folds }: FoldJob): string {
  return folds === undefined ? `speaker ${speaker}` : `test part ${speaker}`
}

function reachText(progress: TrainingProgress | null): string {
  if (progress === null) return ' begins'
  const { epoch, epochs, loss } = progress
  return `, epoch ${epoch}/${epochs}, loss ${loss.toFixed(3)}`
}

function meanText({ mean, low, high }: MeanAndRange): string {
  const parts = low === high ? [percent(mean)] : [percent(mean), `(${range({ low, high })})`]
  return parts.map((part) => part.replaceAll(' ', NO_BREAK)).join(' ')
}

/** Tables by corpus of each system, where there are several corpora. */
function corporaText({ summary }: ExperimentResults, width: number): string[] {
  return summary.flatMap(({ name, protocol, corpora = [] }) =>
    corpora.length < 2 ? [] : [`\n${name}, ${protocol}`, corpusTable(corpora, width)],
  )
}

/** Results as text of `width` columns: the confusion matrix of a single run, else a line for each system. */
export function resultsText(results: ExperimentResults, width: number): string {
  const { runs, summary } = results
  const each = corporaText(results, width)
  if (runs.length === 1) return [ConfusionMatrix.fromJSON(runs[0].confusion).toString({ width }), ...each].join('\n')
  const head = ['system', 'protocol', 'seeds', 'accuracy (WAR)', 'unweighted recall (UAR)']
  const rows = summary.map(({ name, protocol, seeds, accuracy, unweightedRecall }) => {
    return [name, protocol, String(seeds), meanText(accuracy), meanText(unweightedRecall)]
  })
  return [...fitTable([head, ...rows], width), ...each].join('\n')
}
