import { checkArray, checkInteger, checkNumber, checkObject, checkOptions, checkString } from '../core/check.ts'
import { signedText } from '../core/text.ts'
import type { Explanation, GroupEffect, MomentEffect } from '../pipelines/recognition.ts'
import { type Chart, type ChartPart, chart, rounded } from './chart.ts'
import { ink } from './colors.ts'

/** Options of {@link explanationSpec}. */
export interface ExplanationChartOptions {
  /** Width of the plots, pixels; default 480, at least 120. */
  width?: number
}

const WIDTH = 480
const HEIGHT = 120

/** Bars for the class in one colour, against it in another. */
const forOrAgainst: ChartPart = { condition: { test: 'datum.effect < 0', value: ink.other }, value: ink.range }

const zero: ChartPart = { mark: { type: 'rule', color: ink.axis }, encoding: { x: { datum: 0, type: 'quantitative' } } }

function groupBars(groups: readonly GroupEffect[], width: number): ChartPart {
  const values = groups.map(({ group, effect }) => ({ group, effect: rounded(effect), label: signedText(effect) }))
  return {
    ...{ width, height: { step: 24 }, data: { values } },
    title: 'Less probable without',
    layer: [
      {
        mark: { type: 'bar', size: 14 },
        encoding: {
          y: { field: 'group', type: 'nominal', sort: groups.map(({ group }) => group), title: null },
          x: { field: 'effect', type: 'quantitative', title: null, axis: { tickCount: 5 } },
          color: forOrAgainst,
        },
      },
      zero,
    ],
  }
}

function momentLine(moments: readonly MomentEffect[], width: number): ChartPart {
  const values = moments.map(({ start, end, effect }) => ({
    seconds: rounded((start + end) / 2),
    effect: rounded(effect),
  }))
  const axis = { seconds: { field: 'seconds', type: 'quantitative', title: 'time, s', scale: { nice: false } } }
  return {
    ...{ width, height: HEIGHT, data: { values } },
    title: 'Less probable without the moment around',
    encoding: { x: axis.seconds },
    layer: [
      {
        mark: { type: 'area', line: { color: ink.value }, color: ink.range, opacity: 0.6 },
        encoding: { y: { field: 'effect', type: 'quantitative', title: null, axis: { tickCount: 4 } } },
      },
    ],
  }
}

/**
 * An explanation as a chart: the effect of each group of measures as a bar, and of each moment over time. Bars to the right speak for the
 * class.
 *
 * @throws TypeError or RangeError for anything but a result of `explainAnswer`, and for options
 * @example
 * ```ts
 * const groups = [{ group: 'pitch', without: 0.4, effect: 0.5 }]
 * const spec = explanationSpec({ label: 'joy', probability: 0.9, speech: true, groups, moments: [] })
 * spec.description // Why joy, probability 0.90. Less probable without: pitch +0.500.
 * ```
 */
export function explanationSpec(explanation: Explanation, options: ExplanationChartOptions = {}): Chart {
  const where = 'explanationSpec'
  checkOptions(where, options, ['width'])
  const width = checkInteger(where, 'width', options.width ?? WIDTH, { min: 120 })
  const { label, probability, groups, moments } = checkedExplanation(where, explanation)
  const texts = groups.map(({ group, effect }) => `${group} ${signedText(effect)}`)
  const title = `Why ${label}, probability ${probability.toFixed(2)}`
  return chart(`${title}. Less probable without: ${texts.join('; ')}.`, {
    title,
    vconcat: [groupBars(groups, width), ...(moments.length > 0 ? [momentLine(moments, width)] : [])],
  })
}

function checkedExplanation(where: string, explanation: Explanation): Omit<Explanation, 'speech'> {
  const { label, probability, groups, moments } = checkObject<Explanation>(where, 'explanation', explanation)
  checkString(where, 'explanation.label', label)
  checkNumber(where, 'explanation.probability', probability)
  checkArray<GroupEffect>(where, 'explanation.groups', groups, 1).forEach((one, i) => {
    const place = `explanation.groups[${i}]`
    checkString(where, `${place}.group`, checkObject<GroupEffect>(where, place, one).group)
    checkNumber(where, `${place}.effect`, one.effect)
  })
  checkArray<MomentEffect>(where, 'explanation.moments', moments).forEach((one, i) => {
    const place = `explanation.moments[${i}]`
    const { start, end, effect } = checkObject<MomentEffect>(where, place, one)
    checkNumber(where, `${place}.start`, start)
    checkNumber(where, `${place}.end`, end)
    checkNumber(where, `${place}.effect`, effect)
  })
  return { label, probability, groups, moments }
}
