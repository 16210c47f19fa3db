import { checkArray, checkInteger, checkObject, checkOptions, checkString } from '../core/check.ts'
import type { GroupComparison, GroupRates } from '../evaluation/group-comparison.ts'
import { nameLabels, titleLines } from './axis-labels.ts'
import { type Chart, type ChartPart, chart, rounded } from './chart.ts'
import { ink } from './colors.ts'
import { percentage, percentages } from './facts.ts'

/** Options of {@link groupsSpec}. */
export interface GroupsChartOptions {
  /** Default `Mean recall by groups of speakers (UAR), percent`. */
  title?: string
  /** Width of the plot, pixels; default 480, at least 120. */
  width?: number
}

const WIDTH = 480
/** Width below which titles are wrapped. */
const NARROW = 400
/** Letters in a line of a name, and of the title where there is little room. */
const LINE = { name: 22, title: 30 } as const

function percent(share: number): number | null {
  return Number.isFinite(share) ? rounded(100 * share, 6) : null
}

function rowOf(by: string, one: GroupRates): ChartPart {
  const { low, high } = one.unweightedRecallInterval
  return {
    ...{ by, group: one.group, small: one.small, label: percentage(one.unweightedRecall) },
    ...{ mean: percent(one.unweightedRecall), from: percent(low), to: percent(high) },
  }
}

const x = (field: string): ChartPart => ({ x: { field, type: 'quantitative' } })

/** Interval, dot (hollow for a small group) and number of each group. */
function marks(): ChartPart[] {
  const fill: ChartPart = { condition: { test: 'datum.small', value: ink.ground }, value: ink.value }
  return [
    { mark: { type: 'rule', color: ink.value }, encoding: { ...x('from'), x2: { field: 'to' } } },
    {
      mark: { type: 'point', filled: true, opacity: 1, size: 60, stroke: ink.value, strokeWidth: 1.5 },
      encoding: { ...x('mean'), fill },
    },
    {
      mark: { type: 'text', align: 'left', dx: 8, fontSize: 12, color: ink.text },
      encoding: { ...x('to'), text: { field: 'label', type: 'nominal' } },
    },
  ]
}

function panel({ by, groups }: GroupComparison, width: number, domain: [number, number], last: boolean): ChartPart {
  const names = groups.map(({ group }) => group)
  const axis: ChartPart = {
    grid: true,
    titleAngle: 0,
    titleAlign: 'left',
    titleAnchor: 'start',
    ...nameLabels(names, LINE.name),
  }
  return {
    width,
    height: { step: 26 },
    title: { text: by, fontSize: 12, offset: 4 },
    data: { values: groups.map((one) => rowOf(by, one)) },
    encoding: {
      y: { field: 'group', type: 'nominal', sort: names, title: null, axis },
      x: {
        type: 'quantitative',
        scale: { domain, nice: false, zero: false },
        title: null,
        axis: { tickCount: 6, labels: last, ticks: last },
      },
    },
    layer: marks(),
  }
}

/**
 * Unweighted recall by groups of speakers, as of `ratesByGroup`: a dot at the rate, hollow for a small group, and a line over its 95 %
 * interval, percent; a panel for each of gender, age, language and corpus.
 *
 * @throws TypeError or RangeError for no comparisons, or others than of `ratesByGroup`
 */
export function groupsSpec(comparisons: readonly GroupComparison[], options: GroupsChartOptions = {}): Chart {
  const where = 'groupsSpec'
  for (const [i, one] of checkArray<GroupComparison>(where, 'comparisons', comparisons, 1).entries()) {
    const { by, groups } = checkObject<GroupComparison>(where, `comparisons[${i}]`, one)
    checkString(where, `comparisons[${i}].by`, by)
    for (const [k, group] of checkArray<GroupRates>(where, `comparisons[${i}].groups`, groups, 1).entries()) {
      const { unweightedRecallInterval } = checkObject<GroupRates>(where, `comparisons[${i}].groups[${k}]`, group)
      checkObject(where, `comparisons[${i}].groups[${k}].unweightedRecallInterval`, unweightedRecallInterval)
    }
  }
  checkOptions(where, options, ['title', 'width'])
  const width = checkInteger(where, 'width', options.width ?? WIDTH, { min: 120 })
  const title = checkString(where, 'title', options.title ?? 'Mean recall by groups of speakers (UAR), percent')
  const all = comparisons.flatMap(({ groups }) => groups)
  const least = Math.min(100, ...all.flatMap(({ unweightedRecallInterval: { low } }) => percent(low) ?? []))
  const domain: [number, number] = [Math.max(0, 10 * Math.floor(least / 10)), 100]
  const told = comparisons.flatMap(({ by, groups }) =>
    groups.map((one) => {
      const small = one.small ? ', small' : ''
      return `${by} ${one.group}: ${percentage(one.unweightedRecall)}, interval ${percentages(one.unweightedRecallInterval)}${small}`
    }),
  )
  return chart(`${title}. ${told.join('; ')}.`, {
    title: { text: width < NARROW ? titleLines(title, LINE.title) : title },
    spacing: 14,
    vconcat: comparisons.map((one, i) => panel(one, width, domain, i === comparisons.length - 1)),
  })
}
