import type { EnergyHistory } from '../energy/energy-history.ts'
import { checkResults, type ExperimentResults, type RunResults } from '../experiments/results.ts'
import type { History } from '../training/history.ts'
import { titleLines } from './axis-labels.ts'
import { type Chart, type ChartPart, chart, rounded } from './chart.ts'
import { ink } from './colors.ts'
import { headline } from './facts.ts'
import { historySpec, isHistory } from './history-chart.ts'

/** Most points of a line, and of all lines of a panel; longer trainings show every second, third, ... epoch. */
const MOST_POINTS = 80
const MOST_IN_ALL = 2400
const FEWEST_POINTS = 20

/** Letters in a line of the title of one system's curves. */
const LINE = 26

function pointsOf({ name, folds }: RunResults): ChartPart[] {
  const most = Math.min(MOST_POINTS, Math.max(FEWEST_POINTS, Math.floor(MOST_IN_ALL / folds.length)))
  return folds.flatMap(({ speaker, epochs }) => {
    const step = Math.ceil(epochs.length / most)
    // Some systems train several models in turn, each with its own count of epochs.
    return epochs.flatMap(({ loss }, i) => {
      // JSON has null for a loss that is not finite.
      const shown = Number.isFinite(loss) && (i % step === 0 || i === epochs.length - 1)
      return shown ? [{ system: name, speaker, epoch: i + 1, loss: rounded(loss) }] : []
    })
  })
}

/** The runs to show: the first seed of each trained system under the first protocol. */
export function shownRuns(results: ExperimentResults): RunResults[] {
  const protocol = headline(results)
  const candidates = results.runs.filter(
    (run) =>
      run.protocol === protocol && run.folds.some(({ epochs }) => epochs.some(({ loss }) => Number.isFinite(loss))),
  )
  return candidates.filter((run, i) => candidates.findIndex(({ name }) => name === run.name) === i)
}

/** Opacity of lines, lower for more lines, so that a hundred do not merge into a black band. */
function opacityOf(runs: readonly RunResults[]): number {
  const most = Math.max(...runs.map(({ folds }) => folds.length))
  return rounded(Math.max(0.2, Math.min(0.6, 12 / most)), 2)
}

/** Lines of the loss over the epochs, one per fold. */
const panel = (runs: readonly RunResults[]): ChartPart => ({
  width: 225,
  height: 130,
  mark: { type: 'line', strokeWidth: 1.2, opacity: opacityOf(runs), color: ink.value },
  encoding: {
    x: { field: 'epoch', type: 'quantitative', title: 'epoch', axis: { grid: false, tickMinStep: 1, tickCount: 5 } },
    y: {
      field: 'loss',
      type: 'quantitative',
      title: null,
      scale: { zero: false },
      axis: { tickCount: 4, labelFlush: true },
    },
    detail: { field: 'speaker', type: 'nominal' },
  },
})

/** The training loss of one run over the epochs, a line for each fold. */
export function foldCurvesSpec(run: RunResults): Chart {
  const { name, seed, protocol } = run
  return chart(`Training loss of ${name} by epoch, a line for each fold (seed ${seed}, ${protocol}).`, {
    title: { text: titleLines(name, LINE), fontSize: 13 },
    data: { values: pointsOf(run) },
    ...panel([run]),
  })
}

function resultsSpec(results: ExperimentResults): Chart | null {
  checkResults('trainingCurvesSpec', results)
  const runs = shownRuns(results)
  if (runs.length === 0) return null
  const title = `Training loss by epoch, a line for each fold (seed ${runs[0].seed}, ${headline(results)})`
  const names = runs.map(({ name }) => name)
  return chart(`${title}: ${names.join(', ')}.`, {
    title: { text: title },
    data: { values: runs.flatMap(pointsOf) },
    facet: { field: 'system', type: 'nominal', title: null, sort: names },
    columns: 3,
    bounds: 'flush',
    align: 'all',
    spacing: { row: 72, column: 56 },
    spec: panel(runs),
    resolve: { scale: { x: 'independent', y: 'independent' }, axis: { x: 'independent', y: 'independent' } },
  })
}

/**
 * Training curves over the epochs. For a history that `fit` of a network or energy model returns: the loss, or the
 * reconstruction error of energy models, also of the validation data if any, and a rule at the epoch whose weights the
 * model keeps, if it is not the last. Of several histories: a panel for each, those of energy models, as stacks and
 * `pretrain` return them, called layers, those of networks fits. Of an experiment's results: the training loss, a line
 * for each fold, a panel for each system, of the first seed under the first protocol; null where nothing was trained.
 *
 * @throws RangeError for a history without an epoch; TypeError for what is neither results nor a history
 * @example
 * ```ts
 * const net = new MLP({ layers: [2, 4, 2], seed: 1 })
 * const history = await net.fit([[0, 1], [1, 0], [0, 0.9], [0.9, 0]], [0, 1, 0, 1], {
 *   optimizer: new Adam({ learningRate: 0.05 }),
 *   epochs: 10,
 * })
 * trainingCurvesSpec(history).description // 'Loss by epoch, 10 epochs.'
 * ```
 */
export function trainingCurvesSpec(history: History | EnergyHistory | readonly (History | EnergyHistory)[]): Chart
export function trainingCurvesSpec(results: ExperimentResults): Chart | null
export function trainingCurvesSpec(
  given: ExperimentResults | History | EnergyHistory | readonly (History | EnergyHistory)[],
): Chart | null {
  return isHistory(given) ? historySpec('trainingCurvesSpec', given) : resultsSpec(given)
}
