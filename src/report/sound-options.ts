import { checkInteger, checkNames, checkString } from '../core/check.ts'
import { type ChartPart, rounded } from './chart.ts'

/** Options of `waveformSpec`, `logMelSpec` and `pitchSpec`. */
export interface SoundChartOptions {
  /** Title above the chart. Default: none. */
  title?: string
  /** Width of the plot, pixels; default 760, at least 100. */
  width?: number
}

const WIDTH = 760

/** Checks the options and fills in the defaults; `more` are names of further known options. */
export function checkLooks(
  where: string,
  options: SoundChartOptions,
  more: readonly string[] = [],
): { width: number; looks: ChartPart } {
  checkNames(where, options, ['title', 'width', ...more])
  const { title, width = WIDTH } = options
  checkInteger(where, 'width', width, { min: 100 })
  return { width, looks: title === undefined ? {} : { title: { text: checkString(where, 'title', title) } } }
}

/** A time with three digits, such as `0.5 s`. */
export function secondsText(seconds: number): string {
  return `${rounded(seconds, 3)} s`
}
