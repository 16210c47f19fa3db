import { checkArray, checkInteger, checkNumber, checkObject, checkOptions, checkString } from '../core/check.ts'
import { signedText } from '../core/text.ts'
import type { GroupImportance, Importance, RateLoss } from '../pipelines/importance.ts'
import { type Chart, chart, rounded } from './chart.ts'
import { ink } from './colors.ts'

/** Options of {@link importanceSpec}. */
export interface ImportanceChartOptions {
  /** Width of the plot, pixels; default 480, at least 120. */
  width?: number
}

/** The groups of an importance, checked. */
export function checkedImportance(where: string, importance: Importance): Importance {
  const { groups, unweightedRecall } = checkObject<Importance>(where, 'importance', importance)
  checkNumber(where, 'importance.unweightedRecall', unweightedRecall)
  checkArray<GroupImportance>(where, 'importance.groups', groups, 1).forEach((one, i) => {
    const place = `importance.groups[${i}]`
    checkString(where, `${place}.group`, checkObject<GroupImportance>(where, place, one).group)
    const loss = checkObject<RateLoss>(where, `${place}.unweightedRecall`, one.unweightedRecall)
    for (const name of ['mean', 'low', 'high'] as const)
      checkNumber(where, `${place}.unweightedRecall.${name}`, loss[name])
  })
  return importance
}

/**
 * Importance as a chart: how much unweighted recall is lost without each group of measures, with its 95 % interval.
 *
 * @throws TypeError or RangeError for anything but a result of `permutationImportance` or `corpusImportance`, and for options
 * @example
 * ```ts
 * const loss = { mean: 0.12, sd: 0.01, low: 0.08, high: 0.17 }
 * const groups = [{ group: 'pitch', accuracy: loss, unweightedRecall: loss }]
 * const spec = importanceSpec({ recordings: 80, accuracy: 0.7, unweightedRecall: 0.68, groups })
 * spec.description // Unweighted recall lost without a group, of 0.680: pitch +0.120 (+0.080 to +0.170).
 * ```
 */
export function importanceSpec(importance: Importance, options: ImportanceChartOptions = {}): Chart {
  const where = 'importanceSpec'
  checkOptions(where, options, ['width'])
  const width = checkInteger(where, 'width', options.width ?? 480, { min: 120 })
  const { groups, unweightedRecall } = checkedImportance(where, importance)
  const values = groups.map(({ group, unweightedRecall: { mean, low, high } }) => {
    return { group, mean: rounded(mean), low: rounded(low), high: rounded(high) }
  })
  const texts = values.map(
    ({ group, mean, low, high }) => `${group} ${signedText(mean)} (${signedText(low)} to ${signedText(high)})`,
  )
  const title = `Unweighted recall lost without a group, of ${unweightedRecall.toFixed(3)}`
  const y = { field: 'group', type: 'nominal', sort: values.map(({ group }) => group), title: null }
  const x = { field: 'mean', type: 'quantitative', title: null, axis: { tickCount: 5 } }
  return chart(`${title}: ${texts.join('; ')}.`, {
    ...{ title, width, height: { step: 24 }, data: { values } },
    layer: [
      { mark: { type: 'bar', size: 14, color: ink.range }, encoding: { y, x } },
      {
        mark: { type: 'rule', color: ink.value, strokeWidth: 2 },
        encoding: { y, x: { ...x, field: 'low' }, x2: { field: 'high' } },
      },
      { mark: { type: 'rule', color: ink.axis }, encoding: { x: { datum: 0, type: 'quantitative' } } },
    ],
  })
}
