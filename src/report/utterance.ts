/** An utterance for looking at: waveform, log mel energies and what a classifier said of its windows. */

import { toSamples } from '../core/array.ts'
import { checkArray, checkInteger } from '../core/check.ts'
import type { FloatNdArray, VectorLike } from '../core/types.ts'
import type { ExperimentResults, FoldRecord, RunResults, Timeline } from '../experiments/results.ts'
import { hzToMel } from '../features/mel-scale.ts'
import { logMel } from '../features/mfcc.ts'
import { type Chart, type ChartPart, chart, ink, palette, rounded } from './chart.ts'
import { bestSummaries } from './facts.ts'

const WIDTH = 760
/** Columns of the waveform and of the log mel energies at the most, and mel filters. */
const COLUMNS = { wave: 760, mel: 190 } as const
const FILTERS = 40
const LOWEST_HERTZ = 20
const HIGHEST_HERTZ = 8000
const FRAME_SECONDS = { length: 0.025, step: 0.01 } as const
const LABELLED_HERTZ = [250, 500, 1000, 2000, 4000]
/** What lies further below the loudest cell is as good as silent, nats. */
const RANGE = 14

/** What {@link utteranceSpec} shows; times in seconds. */
export interface UtterancePanel {
  path: string
  /** Of the recording, s. */
  duration: number
  classes: string[]
  /** The least and the greatest sample of each column. */
  envelope: { seconds: number; low: number; high: number }[]
  /** Mean log mel energy of each cell, filters counted from 0. */
  mel: { from: number; to: number; filter: number; energy: number }[]
  /** Half the sample rate or 8 kHz, whichever is less. */
  highestHertz: number
  posteriors: { seconds: number; label: string; posterior: number }[]
}

function envelopeOf(samples: ArrayLike<number>, sampleRate: number): UtterancePanel['envelope'] {
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

/** Frames averaged to few columns. */
function melCells(features: FloatNdArray): UtterancePanel['mel'] {
  const [frames, filters] = features.shape
  const columns = Math.min(COLUMNS.mel, frames)
  const at = (frame: number): number => frame * FRAME_SECONDS.step + (FRAME_SECONDS.length - FRAME_SECONDS.step) / 2
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

/**
 * What is to be seen of an utterance.
 *
 * @param samples - the whole recording, one channel
 * @param sampleRate - Hz, at least 8000
 * @param timeline - what a classifier said of its windows
 * @param classes - names of the K posteriors
 */
export function utterancePanel(
  samples: VectorLike,
  sampleRate: number,
  timeline: Timeline,
  classes: readonly string[],
): UtterancePanel {
  const where = 'utterancePanel'
  checkInteger(where, 'sampleRate', sampleRate, { min: 8000 })
  checkArray(where, 'classes', classes, 1)
  const signal = toSamples(where, 'samples', samples, 'float32')
  const highestHertz = Math.min(HIGHEST_HERTZ, sampleRate / 2)
  const options = { sampleRate, filters: FILTERS, lowFrequency: LOWEST_HERTZ, highFrequency: highestHertz }
  const frames = { frameLengthSeconds: FRAME_SECONDS.length, frameStepSeconds: FRAME_SECONDS.step }
  return {
    path: timeline.path,
    duration: signal.length / sampleRate,
    classes: [...classes],
    envelope: envelopeOf(signal, sampleRate),
    mel: melCells(logMel(signal, { ...options, ...frames })),
    highestHertz,
    posteriors: timeline.posteriors.flatMap((row, t) =>
      row.map((posterior, k) => {
        return { seconds: timeline.seconds[t], label: classes[k], posterior: rounded(posterior) }
      }),
    ),
  }
}

/** Which utterance is shown: of the best run that has any, the one with the most windows. */
export interface ShownUtterance {
  run: RunResults
  fold: FoldRecord
  timeline: Timeline
}

/** The utterance that the report shows, or null where no run has a timeline. */
export function chooseUtterance(results: ExperimentResults): ShownUtterance | null {
  const ranks = bestSummaries(results)
  const rankOf = ({ name, protocol }: RunResults): number => {
    const rank = ranks.findIndex((one) => one.name === name && one.protocol === protocol)
    return rank < 0 ? ranks.length : rank
  }
  const runs = results.runs.filter(({ folds }) => folds.some(({ timeline }) => timeline !== undefined))
  const [run] = [...runs].sort((a, b) => rankOf(a) - rankOf(b))
  if (run === undefined) return null
  const shown = run.folds.flatMap((fold) => (fold.timeline ? [{ run, fold, timeline: fold.timeline }] : []))
  return shown.reduce((most, one) => (one.timeline.seconds.length > most.timeline.seconds.length ? one : most))
}

/** At which filter, counted from 0, a frequency is the middle. */
function filterAt(hertz: number, highestHertz: number): number {
  const [low, high] = [hzToMel(LOWEST_HERTZ), hzToMel(highestHertz)]
  return Math.round(((hzToMel(hertz) - low) / (high - low)) * (FILTERS + 1) - 1)
}

/** Cells reach under their neighbours, which are drawn later: no seams show where a page scales the drawing. */
function overlapping({ mel, duration }: UtterancePanel): ChartPart[] {
  return mel.map(({ from, to, filter, energy }) => {
    const right = rounded(Math.min(duration, to + (to - from) / 2))
    return { from, right, bottom: filter, top: Math.min(FILTERS, filter + 1.5), energy }
  })
}

function melLayer(panel: UtterancePanel, x: ChartPart): ChartPart {
  const { mel, highestHertz } = panel
  const hertz = LABELLED_HERTZ.filter((frequency) => frequency < highestHertz)
  const labels = Object.fromEntries(hertz.map((frequency) => [filterAt(frequency, highestHertz), `${frequency}`]))
  const loudest = Math.max(...mel.map(({ energy }) => energy))
  return {
    data: { values: overlapping(panel) },
    width: WIDTH,
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
        axis: {
          values: Object.keys(labels).map(Number),
          labelExpr: `${JSON.stringify(labels)}[datum.value]`,
          grid: false,
        },
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

/** Waveform, log mel energies and posteriors of the windows, one above the other over one axis of time. */
export function utteranceSpec(panel: UtterancePanel): Chart {
  const { path, duration, classes, envelope, posteriors } = panel
  const scale = { domain: [0, duration], nice: false }
  const x: ChartPart = { type: 'quantitative', scale, title: null, axis: { labels: false, grid: false, ticks: false } }
  const bottom: ChartPart = { ...x, title: 'time, s', axis: { grid: true } }
  const loudest = Math.max(1e-3, ...envelope.flatMap(({ low, high }) => [-low, high]))
  return chart(
    `The utterance ${path}: waveform, log mel energies, and the posteriors of ${classes.join(', ')} in windows of 1 s.`,
    {
      title: { text: `${path}: waveform, log mel energies, posteriors of windows of 1 s` },
      data: { values: [] },
      spacing: 8,
      vconcat: [
        {
          data: { values: envelope },
          width: WIDTH,
          height: 80,
          mark: { type: 'area', color: ink.value },
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
        },
        melLayer(panel, x),
        {
          data: { values: posteriors },
          width: WIDTH,
          height: 150,
          mark: { type: 'line', strokeWidth: 2.5, point: { size: 25 } },
          encoding: {
            x: { ...bottom, field: 'seconds' },
            y: {
              field: 'posterior',
              type: 'quantitative',
              title: 'posterior',
              scale: { domain: [0, 1] },
              axis: { tickCount: 5 },
            },
            color: {
              field: 'label',
              type: 'nominal',
              title: null,
              sort: classes,
              scale: { domain: classes, range: classes.map((_, k) => palette[k % palette.length]) },
              legend: { orient: 'bottom', symbolType: 'stroke', symbolStrokeWidth: 4, symbolSize: 300 },
            },
          },
        },
      ],
      config: { ...(chart('', {}).config as ChartPart), axisY: { minExtent: 34 } },
    },
  )
}
