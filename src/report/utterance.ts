/** Charts of an utterance: waveform, log mel energies and posteriors over sliding windows. */

import { checkFinite, toSamples } from '../core/array.ts'
import { checkArray, checkInteger, checkObject } from '../core/check.ts'
import type { VectorLike } from '../core/types.ts'
import { checkRuns, checkTimeline } from '../experiments/check-runs.ts'
import type { ExperimentResults, FoldRecord, RunResults, Timeline } from '../experiments/results.ts'
import { checkResults } from '../experiments/results.ts'
import { type Chart, type ChartPart, chart, rounded } from './chart.ts'
import { bestSummaries } from './facts.ts'
import {
  envelopeOf,
  type MelCell,
  melLayer,
  melOf,
  type PosteriorPoint,
  posteriorLayer,
  timeAxis,
  type WaveColumn,
  waveLayer,
} from './sound-parts.ts'

const WIDTH = 760

/** Data of {@link utteranceSpec}; times in seconds. */
export interface UtterancePanel {
  path: string
  /** Length of the recording, s. */
  duration: number
  classes: string[]
  /** The least and the greatest sample of each column. */
  envelope: WaveColumn[]
  /** Mean log mel energy of each cell, filters counted from 0. */
  mel: MelCell[]
  /** Half the sample rate or 8 kHz, whichever is less. */
  highestHertz: number
  posteriors: PosteriorPoint[]
}

/**
 * Computes the data of {@link utteranceSpec}.
 *
 * @param samples - the whole recording, one channel
 * @param sampleRate - Hz, at least 8000
 * @param timeline - the posteriors over its sliding windows
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
  const { path, seconds, posteriors } = checkTimeline(where, timeline)
  const signal = toSamples(where, 'samples', samples, 'float32')
  checkFinite(where, 'samples', signal)
  return {
    path,
    duration: signal.length / sampleRate,
    classes: [...classes],
    envelope: envelopeOf(signal, sampleRate),
    ...melOf(signal, sampleRate),
    posteriors: posteriors.flatMap((row, t) =>
      row.map((posterior, k) => {
        return { seconds: seconds[t], label: classes[k], posterior: rounded(posterior) }
      }),
    ),
  }
}

/** The utterance to show: of the best run with timelines, the one with the most windows. */
export interface ShownUtterance {
  run: RunResults
  fold: FoldRecord
  timeline: Timeline
}

/** The utterance that the report shows, or null where no run has a timeline. */
export function chooseUtterance(results: ExperimentResults): ShownUtterance | null {
  checkResults('chooseUtterance', results)
  checkRuns('chooseUtterance', results.runs)
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

/** Waveform, log mel energies and posteriors over sliding windows, stacked over a common time axis. */
export function utteranceSpec(panel: UtterancePanel): Chart {
  checkArray('utteranceSpec', 'panel.classes', checkObject<UtterancePanel>('utteranceSpec', 'panel', panel).classes)
  const { path, duration, classes, envelope, posteriors } = panel
  const [above, lowest] = [timeAxis(duration, false), timeAxis(duration, true)]
  return chart(
    `The utterance ${path}: waveform, log mel energies, and the posteriors of ${classes.join(', ')} in windows of 1 s.`,
    {
      title: { text: `${path}: waveform, log mel energies, posteriors of windows of 1 s` },
      data: { values: [] },
      spacing: 8,
      vconcat: [
        waveLayer(envelope, above, WIDTH),
        melLayer(panel, above, WIDTH),
        posteriorLayer(posteriors, classes, lowest, WIDTH),
      ],
      config: { ...(chart('', {}).config as ChartPart), axisY: { minExtent: 34 } },
    },
  )
}
