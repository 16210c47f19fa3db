import { checkInteger, checkOptions } from '../core/check.ts'
import { checkResults, type ExperimentResults, type SystemSummary } from '../experiments/results.ts'
import { shownStudyOf } from '../experiments/study.ts'
import { nameLabels, titleLines } from './axis-labels.ts'
import { type Chart, type ChartPart, chart, rounded } from './chart.ts'
import { ink } from './colors.ts'
import { isCombination, percentage, percentages, protocolsOf } from './facts.ts'

/** Systems by decreasing mean accuracy under the first protocol that has them. */
export function systemsByRate(results: ExperimentResults): string[] {
  const rates = new Map<string, number>()
  for (const protocol of protocolsOf(results)) {
    for (const one of results.summary.filter((summary) => summary.protocol === protocol)) {
      if (!rates.has(one.name)) rates.set(one.name, one.accuracy.mean)
    }
  }
  return [...rates].sort(([, a], [, b]) => b - a).map(([name]) => name)
}

function rowOf(results: ExperimentResults, one: SystemSummary): ChartPart {
  const percent = (share: number): number => rounded(100 * share, 6)
  const { mean, low, high } = one.accuracy
  return {
    system: one.name,
    protocol: one.protocol,
    mean: percent(mean),
    label: percentage(mean),
    low: percent(low),
    high: percent(high),
    from: percent(one.accuracyInterval.low),
    to: percent(one.accuracyInterval.high),
    study: percent(shownStudyOf(results, one.name)?.printed ?? Number.NaN) || null,
  }
}

/** Options of {@link ratesSpec}. */
export interface RatesOptions {
  /**
   * Width of the plot, pixels; default 560, at least 120. Below 480, as on a phone, names are above the bars instead of
   * left of them.
   */
  width?: number
}

const WIDTH = 560
/** Width below which the names are above the bars. */
const NARROW = 480
/** Width of a rate that follows its name on the same line, pixels. */
const RATE = 44
/** Factor by which Vega overestimates the width of texts that it cannot measure. */
const LETTERS = 1.3
/** Letters in a line of a name beside the bars, and of the title where there is little room. */
const LINE = { name: 24, title: 30 } as const

const x = (field: string): ChartPart => ({ x: { field, type: 'quantitative' } })

function marks(hasStudy: boolean): ChartPart[] {
  const study: ChartPart = {
    transform: [{ filter: 'isValid(datum.study)' }],
    mark: { type: 'tick', color: ink.other, opacity: 1, thickness: 3, size: 18 },
    encoding: x('study'),
  }
  return [
    { mark: { type: 'rule', color: ink.value }, encoding: { ...x('from'), x2: { field: 'to' } } },
    { mark: { type: 'bar', size: 9, color: ink.range }, encoding: { ...x('low'), x2: { field: 'high' } } },
    ...(hasStudy ? [study] : []),
    { mark: { type: 'point', filled: true, opacity: 1, size: 55, color: ink.value }, encoding: x('mean') },
  ]
}

/** The rate, to the right of its interval. */
const rateBehind: ChartPart = {
  mark: { type: 'text', align: 'left', dx: 8, fontSize: 12, color: ink.text },
  encoding: { ...x('to'), text: { field: 'label', type: 'nominal' } },
}

/** The name and the rate above the bar. */
function textsAbove(width: number): ChartPart[] {
  const mark = { type: 'text', dy: -15, fontSize: 12, color: ink.text }
  const text = (field: string): ChartPart => ({ text: { field, type: 'nominal' } })
  return [
    {
      mark: { ...mark, align: 'left', limit: LETTERS * (width - RATE) },
      encoding: { x: { value: 0 }, ...text('system') },
    },
    { mark: { ...mark, align: 'right', fontWeight: 'bold' }, encoding: { x: { value: width }, ...text('label') } },
  ]
}

function shapeOf(results: ExperimentResults, width: number, scale: ChartPart, hasStudy: boolean): ChartPart {
  const narrow = width < NARROW
  const names = systemsByRate(results)
  const axis: ChartPart | null = narrow ? null : { grid: true, ...nameLabels(names, LINE.name) }
  const isWrapped = names.some((name) => name.length > LINE.name)
  return {
    width,
    height: { step: narrow ? 44 : isWrapped ? 34 : 26 },
    encoding: {
      y: { field: 'system', type: 'nominal', sort: names, title: null, axis },
      x: { type: 'quantitative', scale, title: null, axis: { tickCount: narrow ? 5 : 10 } },
    },
    layer: [...marks(hasStudy), ...(narrow ? textsAbove(width) : [rateBehind])],
  }
}

/** A panel for each protocol, with its name beside it or, in narrow charts, above it. */
export function protocolRows(results: ExperimentResults, narrow: boolean): ChartPart {
  const header: ChartPart = narrow ? { labelOrient: 'top', labelAnchor: 'start', labelAngle: 0, labelPadding: 4 } : {}
  return { row: { field: 'protocol', type: 'nominal', title: null, sort: protocolsOf(results), header } }
}

/**
 * The accuracy of each system: a dot at the mean over the seeds, a thick bar over their range, a line over Wilson's 95
 * % interval, and a tick at the study's rate if the results are compared with it.
 */
export function ratesSpec(results: ExperimentResults, options: RatesOptions = {}): Chart {
  checkResults('ratesSpec', results)
  checkOptions('ratesSpec', options, ['width'])
  const width = checkInteger('ratesSpec', 'width', options.width ?? WIDTH, { min: 120 })
  const rows = results.summary.map((one) => rowOf(results, one))
  const least = Math.min(...rows.flatMap(({ from, study }) => [Number(from), study === null ? 100 : Number(study)]))
  const texts = results.summary.map(
    (one) =>
      `${one.name}${isCombination(results, one.name) ? ' (combination)' : ''}, ${one.protocol}: ` +
      `${percentage(one.accuracy.mean)}, interval ${percentages(one.accuracyInterval)}`,
  )
  const title = 'Recordings recognised rightly (WAR), percent'
  const scale = { domain: [Math.max(0, 10 * Math.floor(least / 10)), 100], nice: false, zero: false }
  const hasStudy = rows.some(({ study }) => study !== null)
  return chart(`${title}. ${texts.join('; ')}.`, {
    title: { text: width < NARROW ? titleLines(title, LINE.title) : title },
    data: { values: rows },
    facet: protocolRows(results, width < NARROW),
    spec: shapeOf(results, width, scale, hasStudy),
  })
}
