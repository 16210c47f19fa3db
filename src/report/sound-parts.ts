/** Parts of the charts of a recording: columns, cells and layers over a common time axis. */
import { log } from '../core/elementary.ts'
import type { FloatArray, FloatNdArray } from '../core/types.ts'
import { resolveFrames } from '../features/frames.ts'
import { hzToMel } from '../features/mel-scale.ts'
import { logMel } from '../features/mfcc.ts'
import { mfccPresets } from '../features/presets.ts'
import { type ChartPart, rounded } from './chart.ts'
import { ink, palette } from './colors.ts'

/** Most columns of the waveform and of the log mel energies. */
const COLUMNS = { wave: 760, mel: 190 } as const
const FILTERS = 40
const LOWEST_HERTZ = 20
const HIGHEST_HERTZ = 8000
const FRAMES = { frameLengthSeconds: 0.025, frameStepSeconds: 0.01 } as const
const LABELLED_HERTZ = [250, 500, 1000, 2000, 4000]
/** Dynamic range below the loudest cell, nats; without a limit, noise would take most of the colours. */
const RANGE = 14
/** Number of classes with solid lines; lines of the others are dashed. */
const WHOLE_LINES = 4

/** The least and the greatest sample of a column; times in seconds. */
export interface WaveColumn {
  seconds: number
  low: number
  high: number
}

/** Mean log mel energy of a cell, filters counted from 0. */
export interface MelCell {
  from: number
  to: number
  filter: number
  energy: number
}

/** Probability of a class at a time. */
export interface PosteriorPoint {
  seconds: number
  label: string
  posterior: number
}

/** The least and the greatest sample of each column. */
export function envelopeOf(samples: FloatArray, sampleRate: number): WaveColumn[] {
  const columns = Math.min(COLUMNS.wave, samples.length)
  return Array.from({ length: columns }, (_, c) => {
    const from = Math.floor((c * samples.length) / columns)
    const to = Math.floor(((c + 1) * samples.length) / columns)
    let [low, high] = [samples[from], samples[from]]
    for (let i = from; i < to; i++) {
      low = Math.min(low, samples[i])
      high = Math.max(high, samples[i])
    }
    return { seconds: rounded((from + to) / 2 / sampleRate), low: rounded(low), high: rounded(high) }
  })
}

/** Frames averaged to few columns; the time of a frame is its middle. */
function melCells(features: FloatNdArray, sampleRate: number): MelCell[] {
  const { length, step } = resolveFrames('logMel', { sampleRate, ...FRAMES })
  const [frames, filters] = features.shape
  const columns = Math.min(COLUMNS.mel, frames)
  const at = (frame: number): number => (frame * step + (length - step) / 2) / sampleRate
  return Array.from({ length: columns }, (_, c) => {
    const from = Math.floor((c * frames) / columns)
    const to = Math.floor(((c + 1) * frames) / columns)
    return Array.from({ length: filters }, (__, filter) => {
      let sum = 0
      for (let t = from; t < to; t++) sum += features.get(t, filter)
      return { from: rounded(at(from)), to: rounded(at(to)), filter, energy: rounded(sum / (to - from), 3) }
    })
  }).flat()
}

/** Log mel energies in few columns, up to 8 kHz or half the sample rate, whichever is less. */
export function melOf(samples: FloatArray, sampleRate: number): { mel: MelCell[]; highestHertz: number } {
  const highestHertz = Math.min(HIGHEST_HERTZ, sampleRate / 2)
  const options = { sampleRate, filters: FILTERS, lowFrequency: LOWEST_HERTZ, highFrequency: highestHertz }
  return { mel: melCells(logMel(samples, { ...options, ...FRAMES }), sampleRate), highestHertz }
}

/** The (fractional) filter index, from 0, whose centre is this frequency. */
function filterAt(hertz: number, highestHertz: number): number {
  const [low, high] = [hzToMel(LOWEST_HERTZ), hzToMel(highestHertz)]
  return Math.round(((hzToMel(hertz) - low) / (high - low)) * (FILTERS + 1) - 1)
}

/** Extends cells under their neighbours, which are drawn later, so that scaling shows no seams. */
function overlapping(mel: readonly MelCell[], duration: number): ChartPart[] {
  return mel.map(({ from, to, filter, energy }) => {
    const right = rounded(Math.min(duration, to + (to - from) / 2))
    return { from, right, bottom: filter, top: Math.min(FILTERS, filter + 1.5), energy }
  })
}

/** A time axis over the whole recording; only the lowest of several has labels. */
export function timeAxis(duration: number, isLowest: boolean): ChartPart {
  const axis: ChartPart = isLowest ? { grid: true } : { labels: false, grid: false, ticks: false }
  const scale = { domain: [0, duration], nice: false }
  return { type: 'quantitative', scale, title: isLowest ? 'time, s' : null, axis }
}

/** The waveform. */
export function waveLayer(envelope: readonly WaveColumn[], x: ChartPart, width: number): ChartPart {
  const loudest = Math.max(1e-3, ...envelope.flatMap(({ low, high }) => [-low, high]))
  return {
    data: { values: envelope.map((column) => ({ ...column })) },
    width,
    height: 80,
    mark: { type: 'area', color: ink.line },
    encoding: {
      x: { ...x, field: 'seconds' },
      y: {
        field: 'low',
        type: 'quantitative',
        title: 'waveform',
        scale: { domain: [-loudest, loudest], nice: false },
        axis: { tickCount: 3, grid: false },
      },
      y2: { field: 'high' },
    },
  }
}

/** Cells of log mel energies and the ranges of their axes. */
interface MelPanel {
  mel: readonly MelCell[]
  highestHertz: number
  duration: number
}

/**
 * The energy of the lightest colour: the loudest, with a lower bound so that the floor of silence does not look like
 * sound.
 */
function lightest(mel: readonly MelCell[]): number {
  const silence = rounded(log(mfccPresets.study.floor), 3)
  return mel.reduce((most, { energy }) => Math.max(most, energy), silence + RANGE)
}

/** The log mel energies, lighter for more energy. */
export function melLayer({ mel, highestHertz, duration }: MelPanel, x: ChartPart, width: number): ChartPart {
  const hertz = LABELLED_HERTZ.filter((frequency) => frequency < highestHertz)
  const labels = Object.fromEntries(hertz.map((frequency) => [filterAt(frequency, highestHertz), `${frequency}`]))
  const loudest = lightest(mel)
  const labelExpr = `${JSON.stringify(labels)}[datum.value]`
  return {
    data: { values: overlapping(mel, duration) },
    width,
    height: 4 * FILTERS,
    mark: { type: 'rect' },
    encoding: {
      x: { ...x, field: 'from' },
      x2: { field: 'right' },
      y: {
        field: 'bottom',
        type: 'quantitative',
        title: 'log mel, Hz',
        scale: { domain: [0, FILTERS], nice: false },
        axis: { values: Object.keys(labels).map(Number), labelExpr, grid: false },
      },
      y2: { field: 'top' },
      color: {
        field: 'energy',
        type: 'quantitative',
        scale: { scheme: 'viridis', domain: [loudest - RANGE, loudest], clamp: true },
        legend: null,
      },
    },
  }
}

/** A line for each class. */
export function posteriorLayer(
  posteriors: readonly PosteriorPoint[],
  classes: readonly string[],
  x: ChartPart,
  width: number,
): ChartPart {
  const colors = classes.map((_, k) => palette[k % palette.length])
  const dashes = classes.map((_, k) => (k < WHOLE_LINES ? [1, 0] : [6, 3]))
  const domain = [...classes]
  const nominal = { field: 'label', type: 'nominal', title: null, sort: domain }
  const legend = { orient: 'bottom', symbolType: 'stroke', symbolStrokeWidth: 4, symbolSize: 300, columns: 4 }
  const dashed = { strokeDash: { ...nominal, scale: { domain, range: dashes }, legend } }
  return {
    data: { values: posteriors.map((point) => ({ ...point })) },
    width,
    height: 150,
    mark: { type: 'line', strokeWidth: 2.5, point: { size: 25 } },
    encoding: {
      x: { ...x, field: 'seconds' },
      y: {
        field: 'posterior',
        type: 'quantitative',
        title: 'posterior',
        scale: { domain: [0, 1] },
        axis: { tickCount: 5 },
      },
      color: { ...nominal, scale: { domain, range: colors }, legend },
      ...(classes.length > WHOLE_LINES ? dashed : {}),
    },
  }
}
