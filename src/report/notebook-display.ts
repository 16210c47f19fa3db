/** Features to look at and sound to listen to in notebooks: HTML without scripts that holds its own data. */

import { encodeWav } from '../audio/wav-encode.ts'
import { toMatrix, toSamples } from '../core/array.ts'
import { base64 } from '../core/base64.ts'
import { checkInteger, checkNumber, checkOneOf, checkOptions, checkString, checkStrings } from '../core/check.ts'
import { displayedAs } from '../core/display.ts'
import { escapeHtml } from '../core/escape-html.ts'
import { axisText, FONT, ticksOf } from '../core/line-drawing.ts'
import { printedAs } from '../core/printed.ts'
import type { FloatArray, MatrixLike, VectorLike } from '../core/types.ts'
import { rounded } from './chart.ts'
import { encodePng } from './png.ts'

/** Output that Deno's notebooks show where it is the last value of a cell. Its text is a line that tells the facts. */
export interface Displayed {
  /** HTML without scripts, in the page's own colour of text; for other pages and notebooks. */
  readonly html: string
  toString(): string
}

/** Options of {@link displayFeatures}. */
export interface DisplayFeaturesOptions {
  /** Names of the columns. Default: their numbers. */
  names?: readonly string[]
  /** Seconds from one row to the next, for an axis in seconds; without it, it counts rows. */
  frameStepSeconds?: number
  /** Line above the picture. */
  title?: string
  /**
   * The values that the darkest and the lightest colour stand for: the extremes of each `column` (default), or those of
   * `all`.
   */
  scale?: 'column' | 'all'
}

/** Options of {@link displayAudio}. */
export interface DisplayAudioOptions {
  /** Line above the player. */
  title?: string
}

/** Most pixels of the picture from left to right; longer features are averaged. */
const MOST_PIXELS = 320
/** Most labels of columns. */
const MOST_LABELS = 14
const WIDTH = 520
const [RIGHT, TOP, BOTTOM] = [14, 4, 36]
/** Width of a character of a label, about, and of the longest labels, pixels. */
const CHARACTER = 6.8
const LONGEST = 290
const COLOURS = 64
/** Dark blue to yellow, alike in steps of lightness; after viridis (Smith & van der Walt 2015). */
const anchors = ['#440154', '#46327e', '#365c8d', '#277f8e', '#1fa187', '#4ac16d', '#a0da39', '#fde725']
/** The colour of values that are not finite. */
const GAP = '#808080'

/** Output of this HTML and text. */
export function shown(html: string, text: string): Displayed {
  const output = displayedAs({ html }, () => ({ 'text/plain': text, 'text/html': html }))
  return printedAs(output, () => text)
}

function titled(title: string | undefined, html: string): string {
  const line = title === undefined ? '' : `<div style="${FONT};font-weight:600">${escapeHtml(title)}</div>`
  return `<div style="color:inherit">${line}${html}</div>`
}

/** Colours between the anchors, and that of gaps last. */
function paletteOf(): string[] {
  const between = (from: string, to: string, share: number): string => {
    const channels = [1, 3, 5].map((at) => {
      const [a, b] = [from, to].map((color) => Number.parseInt(color.slice(at, at + 2), 16))
      return Math.round(a + (b - a) * share)
    })
    return `#${channels.map((value) => value.toString(16).padStart(2, '0')).join('')}`
  }
  const colours = Array.from({ length: COLOURS }, (_, i) => {
    const place = (i / (COLOURS - 1)) * (anchors.length - 1)
    const at = Math.min(anchors.length - 2, Math.floor(place))
    return between(anchors[at], anchors[at + 1], place - at)
  })
  return [...colours, GAP]
}

interface Rows {
  data: FloatArray
  rows: number
  cols: number
}

/** Least and greatest finite value of a column, or of all for -1. */
function extremesOf({ data, cols }: Rows, column: number): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let i = Math.max(0, column); i < data.length; i += column < 0 ? 1 : cols) {
    if (!Number.isFinite(data[i])) continue
    low = Math.min(low, data[i])
    high = Math.max(high, data[i])
  }
  return [low, high]
}

/** The picture: time from left to right, the first column at the bottom. */
function pictureOf(features: Rows, scale: 'column' | 'all'): Uint8Array {
  const { data, rows, cols } = features
  const width = Math.min(rows, MOST_PIXELS)
  const pixels = new Uint8Array(width * cols)
  for (let j = 0; j < cols; j++) {
    const [low, high] = extremesOf(features, scale === 'all' ? -1 : j)
    for (let x = 0; x < width; x++) {
      const [from, to] = [Math.floor((x * rows) / width), Math.floor(((x + 1) * rows) / width)]
      let sum = 0
      for (let t = from; t < to; t++) sum += data[t * cols + j]
      const share = low === high ? 0.5 : (sum / (to - from) - low) / (high - low)
      const colour = Number.isFinite(share) ? Math.min(COLOURS - 1, Math.floor(share * COLOURS)) : COLOURS
      pixels[(cols - 1 - j) * width + x] = colour
    }
  }
  return encodePng({ width, height: cols, pixels, palette: paletteOf() })
}

/** Every nth column has a label. */
function labelsOf(cols: number, names: readonly string[] | undefined): { row: number; text: string }[] {
  const every = Math.ceil(cols / MOST_LABELS)
  return Array.from({ length: Math.ceil(cols / every) }, (_, i) => {
    return { row: i * every, text: names?.[i * every] ?? String(i * every) }
  })
}

/** The picture as SVG, with labels of columns and of time. */
function drawingOf(features: Rows, options: DisplayFeaturesOptions, label: string): string {
  const { rows, cols } = features
  const { names, frameStepSeconds: step, scale = 'column' } = options
  const labels = labelsOf(cols, names)
  const left = Math.round(Math.min(LONGEST, 12 + CHARACTER * Math.max(...labels.map(({ text }) => text.length))))
  const height = heightOf(cols)
  const down = (row: number): number => Number((TOP + height * (1 - (row + 0.5) / cols) + 4).toFixed(1))
  const end = rows * (step ?? 1)
  const across = (time: number): number => Number((left + (time / end) * WIDTH).toFixed(1))
  const image = `data:image/png;base64,${base64(pictureOf(features, scale))}`
  const [wide, high] = [left + WIDTH + RIGHT, TOP + height + BOTTOM]
  return [
    `<svg role="img" aria-label="${escapeHtml(label)}" viewBox="0 0 ${wide} ${high}" width="${wide}" style="max-width:100%;color:inherit;${FONT}">`,
    `<image href="${image}" x="${left}" y="${TOP}" width="${WIDTH}" height="${height}" preserveAspectRatio="none" style="image-rendering:pixelated"/>`,
    '<g fill="currentColor">',
    ...labels.map(({ row, text }) => axisText(left - 6, down(row), 'end', text)),
    ...ticksOf([0, end]).map((tick) => axisText(across(tick), TOP + height + 15, 'middle', String(tick))),
    axisText(left + WIDTH / 2, TOP + height + 31, 'middle', step === undefined ? 'row' : 'time, s'),
    '</g></svg>',
  ].join('\n')
}

function heightOf(cols: number): number {
  return Math.max(60, Math.min(300, cols * 12))
}

/**
 * Features to look at: a heat map with time from left to right and the first column at the bottom, for Deno's notebooks.
 * Its size does not grow with the recording: more than 320 rows are averaged.
 *
 * @param features - [T, D], such as `mfcc`, `logMel`, `pitch` or `egemapsFrames` give
 * @throws TypeError or RangeError for features without a row or a column, and for names that are not one a column
 * @example
 * ```ts
 * const tone = Float32Array.from({ length: 8000 }, (_, n) => Math.sin((2 * Math.PI * 200 * n) / 16000) / 2)
 * const picture = displayFeatures(mfcc(tone, { sampleRate: 16000 }), { frameStepSeconds: 0.01, title: 'A tone' })
 * String(picture) // 'Features [48, 13] from -2.42 to 12.2'
 * ```
 */
export function displayFeatures(features: MatrixLike, options: DisplayFeaturesOptions = {}): Displayed {
  const where = 'displayFeatures'
  checkOptions(where, options, ['names', 'frameStepSeconds', 'title', 'scale'])
  const { names, frameStepSeconds: step, title } = options
  const matrix = toMatrix(where, 'features', features, 'float32')
  const { rows, cols } = matrix
  if (rows * cols === 0) throw new RangeError(`${where}: "features" expected at least one row and one column`)
  if (names !== undefined && checkStrings(where, 'names', names).length !== cols) {
    throw new RangeError(`${where}: "names" expected one for each of ${cols} columns, got ${names.length}`)
  }
  if (step !== undefined) checkNumber(where, 'frameStepSeconds', step, { above: 0 })
  if (title !== undefined) checkString(where, 'title', title)
  checkOneOf(where, 'scale', options.scale ?? 'column', ['column', 'all'])
  const [low, high] = extremesOf(matrix, -1).map((value) => rounded(value, 3))
  const text = `Features [${rows}, ${cols}] ${low <= high ? `from ${low} to ${high}` : 'without a finite value'}`
  return shown(titled(title, drawingOf(matrix, options, title ?? text)), text)
}

/**
 * Sound to listen to: a player that holds the samples as a WAV file of 16 bits, for Deno's notebooks. A notebook grows by
 * 2.7 bytes a sample; `resample` to 8000 Hz first where that is too much.
 *
 * @param samples - one channel, [N], -1..1; louder samples are clipped
 * @param sampleRate - Hz
 * @throws TypeError or RangeError for samples or a rate that are none
 * @example
 * ```ts
 * const [voice] = syntheticCorpus()
 * const player = displayAudio(voice.samples(), voice.sampleRate, { title: voice.id })
 * player.html.includes('<audio controls') // true
 * ```
 */
export function displayAudio(samples: VectorLike, sampleRate: number, options: DisplayAudioOptions = {}): Displayed {
  const where = 'displayAudio'
  checkOptions(where, options, ['title'])
  const { title } = options
  if (title !== undefined) checkString(where, 'title', title)
  checkInteger(where, 'sampleRate', sampleRate, { min: 1 })
  const channel = toSamples(where, 'samples', samples, 'float32')
  const bytes = encodeWav({ sampleRate, channels: [channel] })
  const player = `<audio controls preload="metadata" src="data:audio/wav;base64,${base64(bytes)}"></audio>`
  const text = `Audio, ${rounded(channel.length / sampleRate, 3)} s at ${sampleRate} Hz`
  return shown(titled(title, player), text)
}
