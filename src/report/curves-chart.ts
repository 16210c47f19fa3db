import { checkResults, type ExperimentResults, type RunResults } from '../experiments/results.ts'
import { type Chart, type ChartPart, chart, ink, rounded } from './chart.ts'
import { headline } from './facts.ts'

/** Points of a line at the most; of longer trainings every second, third, ... epoch is shown. */
const MOST_POINTS = 80

function pointsOf({ name, folds }: RunResults): ChartPart[] {
  return folds.flatMap(({ speaker, epochs }) => {
    const step = Math.ceil(epochs.length / MOST_POINTS)
    const shown = epochs.filter((_, i) => i % step === 0 || i === epochs.length - 1)
    // Some systems train one model after another and count their epochs anew.
    return shown.map((record) => {
      return { system: name, speaker, epoch: epochs.indexOf(record) + 1, loss: rounded(record.loss) }
    })
  })
}

/** The runs that the curves show: of each trained system the first seed, under the first protocol. */
function shownRuns(results: ExperimentResults): RunResults[] {
  const protocol = headline(results)
  const candidates = results.runs.filter(
    (run) => run.protocol === protocol && run.folds.some(({ epochs }) => epochs.length > 0),
  )
  return candidates.filter((run, i) => candidates.findIndex(({ name }) => name === run.name) === i)
}

/**
 * The training loss over the epochs, a line for each fold, a panel for each system; of the first seed under the first protocol.
 * Null where nothing was trained.
 */
export function trainingCurvesSpec(results: ExperimentResults): Chart | null {
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
    spec: {
      width: 225,
      height: 130,
      mark: { type: 'line', strokeWidth: 1.2, opacity: 0.6, color: ink.value },
      encoding: {
        x: {
          field: 'epoch',
          type: 'quantitative',
          title: 'epoch',
          axis: { grid: false, tickMinStep: 1, tickCount: 5 },
        },
        y: {
          field: 'loss',
          type: 'quantitative',
          title: null,
          scale: { zero: false },
          axis: { tickCount: 4, labelFlush: true },
        },
        detail: { field: 'speaker', type: 'nominal' },
      },
    },
    resolve: { scale: { x: 'independent', y: 'independent' }, axis: { x: 'independent', y: 'independent' } },
  })
}
