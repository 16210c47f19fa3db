/** The one line that shows how far long work is. */
import { cutText, textWidth } from '../core/text.ts'

/** How far a stretch of work is. */
export interface Reach {
  done: number
  all: number
  /** The work under way, in words. */
  text: string
  /** Time that it took to get from `before` to `done`, s. */
  seconds: number
  before: number
}

const WIDEST_BAR = 30
const NARROWEST_BAR = 8
/** Cells around the bar, and of the text that come before a longer one. */
const FACTS = '[]   0 %  59m59s left  '.length
const TEXT = 48
const ELLIPSIS = '...'

/** The share done in whole percent, rounded down: 100 % is the end. */
export function wholePercent({ done, all }: Pick<Reach, 'done' | 'all'>): string {
  return `${String(all > 0 ? Math.floor((100 * done) / all) : 0).padStart(3)} %`
}

/** `43s`, `2m05s`, `1h07m`. */
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

/** A text in fewer than `columns` cells: a full line may break. */
export function cutLine(text: string, columns: number): string {
  const room = columns - 1
  if (textWidth(text) <= room) return text
  return cutText(cutText(text, room - ELLIPSIS.length) + ELLIPSIS, room)
}

/**
 * The line in fewer than `columns` cells: a bar where there is room for it, the share done, the time left, and as much of the
 * text as there is room for. ASCII but for the text: how wide block characters are is another matter in every terminal.
 */
export function barLine(reach: Reach, columns: number): string {
  const facts = `${wholePercent(reach)}  ${timeLeft(reach)}`
  const width = Math.min(WIDEST_BAR, columns - FACTS - TEXT)
  return cutLine(bar(reach, width) + facts + reach.text, columns)
}
