import { checkInteger, checkNames, checkString } from '../core/check.ts'
import { type ChartPart, rounded } from './chart.ts'

/** Options of `waveformSpec`, `logMelSpec` and `pitchSpec`. */
export interface SoundChartOptions {
  /** Above the chart; none by default. */
  title?: string
  /** Of the plot, pixels; default 760, at least 100. */
  width?: number
}

const WIDTH = 760

/** The options with their defaults; `more` are names of others that are known. */
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

/** `0.5 s`, in three digits. */
export function secondsText(seconds: number): string {
  return `${rounded(seconds, 3)} s`
}
