/** The 88 functionals, from the contours of a clip. */
import { log } from '../../core/elementary.ts'
import type { Contours } from './contours.ts'
import { mainExtrema } from './extrema.ts'
import { smoothed, smoothedNonZero } from './smoothing.ts'
import { contourStatistics, nonZero, normedMoments, RATE, segmentLengths } from './statistics.ts'

/** Level of silence, dB. */
export const LEAST_LEVEL = -120

/** Values of a descriptor in voiced or in unvoiced frames, smoothed among themselves, of the first `rows`. */
function valuesWhere(x: Float64Array, pitch: Float64Array, voiced: boolean, rows: number): Float64Array {
  const kept = new Float64Array(pitch.length)
  for (let t = 0; t < kept.length; t++) if (pitch[t] > 0 === voiced) kept[t] = x[t]
  return nonZero(smoothedNonZero(kept).subarray(0, rows))
}

function meanAndDeviation(x: Float64Array): [number, number] {
  const [mean, normed] = normedMoments(x)
  return [mean, mean * normed]
}

/** Loudness, then F0, then all that has a mean and a deviation, in openSMILE's order. */
function levels({ spectral, pitch, voice, decided }: Contours): number[] {
  const everywhere = spectral.map((x) => smoothed(x).subarray(0, x.length))
  const f0 = nonZero(smoothedNonZero(pitch).subarray(0, decided))
  const voiced = voice.map((x) => nonZero(smoothedNonZero(x, decided).subarray(0, decided)))
  return [
    ...contourStatistics(f0),
    ...contourStatistics(everywhere[0]),
    ...everywhere.slice(5).flatMap(normedMoments),
    ...voiced.flatMap(normedMoments),
    ...spectral.slice(1).flatMap((x) => normedMoments(valuesWhere(x, pitch, true, decided))),
    ...spectral.slice(1, 6).map((x) => normedMoments(valuesWhere(x, pitch, false, decided))[0]),
  ]
}

/** Peaks of loudness and segments. */
function rhythm({ spectral, pitch, decided }: Contours): number[] {
  const loudness = smoothed(spectral[0]).subarray(0, spectral[0].length)
  const f0 = Array.from(smoothedNonZero(pitch).subarray(0, decided))
  const voiced = segmentLengths(f0.map((value) => value > 0))
  return [
    mainExtrema(loudness).filter(({ isMaximum }) => isMaximum).length / (loudness.length / RATE),
    decided > 0 ? voiced.length / (decided / RATE) : 0,
    ...meanAndDeviation(voiced),
    ...meanAndDeviation(segmentLengths(f0.map((value) => value === 0))),
  ]
}

/** The functionals. */
export function functionalsOf(contours: Contours): Float64Array {
  const level = Math.max(LEAST_LEVEL, (10 / Math.LN10) * log(contours.meanSquare))
  return Float64Array.of(...levels(contours), ...rhythm(contours), level)
}
