import { checkResults, type ExperimentResults, type SystemSummary } from '../experiments/results.ts'
import { studyOf } from '../experiments/study.ts'
import { type Chart, type ChartPart, chart, ink, rounded } from './chart.ts'
import { isCombination, percentage, percentages, protocolsOf } from './facts.ts'

/** Systems by their mean rate under the first protocol that they are in, the best first. */
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
    study: percent(studyOf(results, one.name)?.printed ?? Number.NaN) || null,
  }
}

function layers(hasStudy: boolean): ChartPart[] {
  const x = (field: string): ChartPart => ({ x: { field, type: 'quantitative' } })
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
    {
      mark: { type: 'text', align: 'left', dx: 8, fontSize: 12, color: ink.text },
      encoding: { ...x('to'), text: { field: 'label', type: 'nominal' } },
    },
  ]
}

/**
 * The accuracy of each system: a dot at the mean over the seeds, a thick bar over their range, a line over Wilson's 95 %
 * interval, and a tick at the rate of the study where it has such a system.
 */
export function ratesSpec(results: ExperimentResults): Chart {
  checkResults('ratesSpec', results)
  const rows = results.summary.map((one) => rowOf(results, one))
  const least = Math.min(...rows.flatMap(({ from, study }) => [Number(from), study === null ? 100 : Number(study)]))
  const texts = results.summary.map(
    (one) =>
      `${one.name}${isCombination(results, one.name) ? ' (combination)' : ''}, ${one.protocol}: ` +
      `${percentage(one.accuracy.mean)}, interval ${percentages(one.accuracyInterval)}`,
  )
  const title = 'Recordings recognised rightly (WAR), percent'
  const scale = { domain: [Math.max(0, 10 * Math.floor(least / 10)), 100], nice: false, zero: false }
  return chart(`${title}. ${texts.join('; ')}.`, {
    title: { text: title },
    data: { values: rows },
    facet: { row: { field: 'protocol', type: 'nominal', title: null, sort: protocolsOf(results) } },
    spec: {
      width: 560,
      height: { step: 26 },
      encoding: {
        y: { field: 'system', type: 'nominal', sort: systemsByRate(results), title: null, axis: { grid: true } },
        x: { type: 'quantitative', scale, title: null },
      },
      layer: layers(rows.some(({ study }) => study !== null)),
    },
  })
}
