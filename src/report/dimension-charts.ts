/** Charts of predicted against given numbers: scatter, calibration, speakers. */

import { judgedPredictions } from '../experiments/dimension-results.ts'
import type { DimensionResults, DimensionSummary } from '../experiments/dimensions.ts'
import { groupRuns } from '../experiments/rate-summary.ts'
import { type Chart, type ChartPart, chart, rounded } from './chart.ts'
import { ink } from './colors.ts'
import { scoreText } from './dimension-facts.ts'

/** Most points of a scatter plot; of more, evenly spread ones are drawn. */
const MOST_POINTS = 1500
const SIZE = 300
const WIDEST = 560

/** Given and predicted numbers of target k, the latter means over the seeds. */
function pointsOf({ runs }: DimensionResults, { name, protocol }: DimensionSummary, k: number) {
  const own = groupRuns(runs).find((group) => group.name === name && group.protocol === protocol)?.runs ?? []
  const all = own.map(({ folds }) => judgedPredictions(folds))
  return all[0].map(({ given, speaker }, i) => {
    const said = all.reduce((sum, run) => sum + run[i].said[k] / all.length, 0)
    return { given: given[k], said, speaker }
  })
}

function thinned<T>(points: readonly T[]): readonly T[] {
  const step = points.length / MOST_POINTS
  return step <= 1 ? points : Array.from({ length: MOST_POINTS }, (_, i) => points[Math.floor(i * step)])
}

/** The diagonal, on which predicted and given are equal. */
function diagonal(from: number, to: number): ChartPart {
  return {
    data: { values: [from, to].map((value) => ({ given: rounded(value, 6), said: rounded(value, 6) })) },
    mark: { type: 'line', color: ink.axis, strokeDash: [4, 3], strokeWidth: 1 },
    encoding: { x: { field: 'said', type: 'quantitative' }, y: { field: 'given', type: 'quantitative' } },
  }
}

/**
 * Predictions of a system for a target against what the corpus gives, a point for each recording, and the means of ten groups by
 * prediction, which show its calibration.
 */
export function scatterSpec(results: DimensionResults, summary: DimensionSummary, k: number): Chart {
  const points = pointsOf(results, summary, k)
  const { target, concordance, calibration } = summary.scores[k]
  const numbers = points.flatMap(({ given, said }) => [given, said])
  const [from, to] = [numbers.reduce((a, b) => Math.min(a, b)), numbers.reduce((a, b) => Math.max(a, b))]
  const axis = (field: string, title: string): ChartPart => {
    return { field, type: 'quantitative', title, scale: { domain: [from, to], nice: true, zero: false } }
  }
  const both = { x: axis('said', 'predicted'), y: axis('given', 'given') }
  const values = thinned(points).map(({ given, said }) => ({ given: rounded(given), said: rounded(said) }))
  const groups = calibration.map(({ given, said }) => ({ given: rounded(given), said: rounded(said) }))
  const title = `${target}: ${summary.name}, ${summary.protocol}`
  return chart(`${title}. Predicted against given numbers, CCC ${scoreText(concordance)}, and means of ten groups.`, {
    title: { text: title, subtitle: `CCC ${scoreText(concordance)}; orange: means of ten groups by prediction` },
    width: SIZE,
    height: SIZE,
    layer: [
      { data: { values }, mark: { type: 'circle', size: 14, opacity: 0.35, color: ink.text }, encoding: both },
      diagonal(from, to),
      {
        data: { values: groups },
        mark: { type: 'line', color: ink.other, strokeWidth: 2, point: { color: ink.other, size: 45 } },
        encoding: both,
      },
    ],
  })
}

/** CCC of each speaker, a point for each system, speakers in the order of the mean of the systems. */
export function speakerScoresSpec({ summary }: DimensionResults, k: number): Chart {
  const { target } = summary[0].scores[k]
  const values = summary.flatMap(({ name, protocol, speakers }) =>
    speakers.flatMap(({ speaker, n, scores }) => {
      const ccc = scores[k].concordance
      return ccc === null ? [] : [{ speaker, n, ccc: rounded(ccc), system: `${name}, ${protocol}` }]
    }),
  )
  const title = `CCC of ${target} for each speaker`
  const few = summary.length > 1
  return chart(`${title}. The table beneath has the numbers.`, {
    title: { text: title },
    data: { values },
    width: WIDEST,
    height: 200,
    mark: { type: 'circle', size: 40, opacity: 0.8, ...(few ? {} : { color: ink.text }) },
    encoding: {
      x: {
        ...{ field: 'speaker', type: 'nominal', title: 'speaker left out' },
        sort: { field: 'ccc', op: 'mean', order: 'ascending' },
        axis: { labelOverlap: true, labelFontSize: 11 },
      },
      y: { field: 'ccc', type: 'quantitative', title: 'CCC' },
      ...(few ? { color: { field: 'system', type: 'nominal', title: null } } : {}),
    },
  })
}
