/** The progress bar, a single line. */
import { cutText, textWidth } from '../core/text.ts'

/** Progress of a task. */
export interface Reach {
  done: number
  all: number
  /** Description of the task. */
  text: string
  /** Time taken from `before` to `done`, s. */
  seconds: number
  before: number
}

const WIDEST_BAR = 30
const NARROWEST_BAR = 8
/** Cells around the bar, and cells of the text that take precedence over a longer bar. */
const FACTS = '[]   0 %  59m59s left  '.length
const TEXT = 48
const ELLIPSIS = '...'

/** The share done in percent, rounded down, so that 100 % means the end. */
export function wholePercent({ done, all }: Pick<Reach, 'done' | 'all'>): string {
  return `${String(all > 0 ? Math.floor((100 * done) / all) : 0).padStart(3)} %`
}

/** A duration such as `43s`, `2m05s` or `1h07m`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole}s`
  const [large, small, units] =
    whole < 3600 ? [whole / 60, whole % 60, 'ms'] : [whole / 3600, (whole % 3600) / 60, 'hm']
  return `${Math.floor(large)}${units[0]}${String(Math.floor(small)).padStart(2, '0')}${units[1]}`
}

function timeLeft({ done, all, seconds, before }: Reach): string {
  const rate = (done - before) / seconds
  return rate > 0 && done < all ? `${duration((all - done) / rate).padStart(6)} left  ` : ''
}

function bar({ done, all }: Reach, width: number): string {
  if (width < NARROWEST_BAR) return ''
  const filled = all > 0 ? Math.floor((width * done) / all) : 0
  return `[${'#'.repeat(filled)}${'-'.repeat(width - filled)}] `
}

/** Cuts a text to fewer than `columns` cells, since terminals may wrap a full line. */
export function cutLine(text: string, columns: number): string {
  const room = columns - 1
  if (textWidth(text) <= room) return text
  return cutText(cutText(text, room - ELLIPSIS.length) + ELLIPSIS, room)
}

/**
 * The line in fewer than `columns` cells: a bar if there is room, the share done, the time left, and as much of the
 * text as fits. The bar is ASCII, because the width of block characters differs between terminals.
 */
export function barLine(reach: Reach, columns: number): string {
  const facts = `${wholePercent(reach)}  ${timeLeft(reach)}`
  const width = Math.min(WIDEST_BAR, columns - FACTS - TEXT)
  return cutLine(bar(reach, width) + facts + reach.text, columns)
}
