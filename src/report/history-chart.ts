/** Curves of one training, from what `fit` returns. */
import { checkArray, checkObject } from '../core/check.ts'
import type { EnergyHistory } from '../energy/energy-history.ts'
import type { History } from '../training/history.ts'
import { type Chart, type ChartPart, chart, rounded } from './chart.ts'
import { ink } from './colors.ts'
import { plural } from './facts.ts'

/** Most points of a line. */
const MOST_POINTS = 400

/** The data of a line. */
type Data = 'training' | 'validation'

/** Measures that have curves, with the record's names for those of training and of validation data. */
const measures = {
  loss: { title: 'loss', training: 'loss', validation: 'validationLoss' },
  reconstructionError: {
    title: 'reconstruction error',
    training: 'reconstructionError',
    validation: 'validationReconstructionError',
  },
} as const

type Measure = (typeof measures)[keyof typeof measures]

/** The parts of a history that curves need; in JSON, numbers that are not finite are null. */
interface Curves {
  epochs: Record<string, unknown>[]
  bestEpoch?: number
}

/** Whether the value is a history or a list of histories; anything else counts as results of an experiment. */
export function isHistory(value: unknown): value is History | EnergyHistory | readonly (History | EnergyHistory)[] {
  return Array.isArray(value) || (typeof value === 'object' && value !== null && 'epochs' in value)
}

function checkHistory(where: string, name: string, value: unknown): Curves {
  const history = checkObject<History>(where, name, value, 'a history, as fit returns it')
  const epochs = checkArray(where, `${name}.epochs`, history.epochs, 1)
  for (const [i, record] of epochs.entries()) checkObject(where, `${name}.epochs[${i}]`, record)
  return history as unknown as Curves
}

function measureOf({ epochs }: Curves): Measure {
  return 'loss' in epochs[0] ? measures.loss : measures.reconstructionError
}

function pointsOf(history: Curves, layer: string): ChartPart[] {
  const { epochs, bestEpoch } = history
  const step = Math.ceil(epochs.length / MOST_POINTS)
  const measure = measureOf(history)
  const value = (record: Record<string, unknown>, data: Data): ChartPart[] => {
    const number = record[measure[data]]
    const shown = typeof number === 'number' && Number.isFinite(number)
    return shown ? [{ layer, data, epoch: Number(record.epoch), value: rounded(number) }] : []
  }
  return epochs.flatMap((record, i) => {
    const shown = i % step === 0 || i === epochs.length - 1 || record.epoch === bestEpoch
    return shown ? [...value(record, 'training'), ...value(record, 'validation')] : []
  })
}

function panel(title: string, hasValidation: boolean): ChartPart {
  const scale = { domain: ['training', 'validation'], range: [ink.line, ink.other] }
  const legend = hasValidation ? { orient: 'bottom', symbolType: 'stroke', symbolStrokeWidth: 3 } : null
  return {
    width: 340,
    height: 180,
    layer: [
      {
        transform: [{ filter: 'isValid(datum.best)' }],
        mark: { type: 'rule', strokeDash: [4, 4], color: ink.axis },
        encoding: { x: { field: 'best', type: 'quantitative' } },
      },
      {
        transform: [{ filter: 'isValid(datum.value)' }],
        mark: { type: 'line', strokeWidth: 2, point: { size: 16 } },
        encoding: {
          x: { field: 'epoch', type: 'quantitative', title: 'epoch', axis: { grid: false, tickMinStep: 1 } },
          y: { field: 'value', type: 'quantitative', title, scale: { zero: false } },
          color: { field: 'data', type: 'nominal', title: null, scale, legend },
        },
      },
    ],
  }
}

/** The rule at the kept epoch, if it is not the last. */
function bestOf({ epochs, bestEpoch }: Curves, layer: string): ChartPart[] {
  const last = epochs[epochs.length - 1].epoch
  return typeof bestEpoch === 'number' && bestEpoch > 0 && bestEpoch !== last ? [{ layer, best: bestEpoch }] : []
}

/** The name for several histories: layers of a stack for energy models, fits for networks. */
function kindOf(history: Curves): 'layer' | 'fit' {
  return measureOf(history) === measures.loss ? 'fit' : 'layer'
}

function namesOf(histories: readonly Curves[]): string[] {
  // The name of a single history is not shown.
  if (histories.length === 1) return ['layer 1']
  return histories.map((history, i) => {
    const kind = kindOf(history)
    return `${kind} ${histories.slice(0, i + 1).filter((one) => kindOf(one) === kind).length}`
  })
}

/** The quantity in words: the measure of all histories, or both measures. */
function measureText(histories: readonly Curves[]): string {
  return [...new Set(histories.map((history) => measureOf(history).title))].join(' or ')
}

function titleOf(histories: readonly Curves[]): string {
  const text = measureText(histories)
  const start = `${text[0].toUpperCase()}${text.slice(1)} by epoch`
  if (histories.length === 1) return start
  const counts = (['layer', 'fit'] as const).map((kind) => {
    const { length } = histories.filter((one) => kindOf(one) === kind)
    return length > 0 ? `, ${plural(length, kind)}` : ''
  })
  return `${start}${counts.join('')}`
}

/** The chart of {@link trainingCurvesSpec} for histories. */
export function historySpec(where: string, given: unknown): Chart {
  const several = Array.isArray(given)
  const list: unknown[] = several ? checkArray(where, 'histories', given, 1) : [given]
  const histories = list.map((one, i) => checkHistory(where, several ? `histories[${i}]` : 'history', one))
  const names = namesOf(histories)
  const points = histories.flatMap((history, i) => pointsOf(history, names[i]))
  const best = histories.flatMap((history, i) => bestOf(history, names[i]))
  const hasValidation = points.some(({ data }) => data === 'validation')
  const title = titleOf(histories)
  const kept = histories.length === 1 && best.length > 0 ? `weights of epoch ${best[0].best} kept` : ''
  const epochs = histories.map((history) => plural(history.epochs.length, 'epoch')).join(' and ')
  const shape = panel(measureText(histories), hasValidation)
  return chart(`${title}, ${epochs}${kept && `, ${kept}`}.`, {
    title: { text: title, ...(kept && { subtitle: `Dashed: ${kept}` }) },
    data: { values: [...points, ...best] },
    ...(histories.length === 1
      ? shape
      : {
          facet: { field: 'layer', type: 'nominal', title: null, sort: names },
          columns: 2,
          spec: shape,
          resolve: { scale: { x: 'independent', y: 'independent' } },
        }),
  })
}
