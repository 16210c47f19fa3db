/** The 88 functionals, from the contours of a clip. */
import { log } from '../../core/elementary.ts'
import type { Contours } from './contours.ts'
import { mainExtrema } from './extrema.ts'
import { smoothed, smoothedBackwards, smoothedNonZero } from './smoothing.ts'
import { contourStatistics, nonZero, normedMoments, RATE, segmentLengths } from './statistics.ts'

/** Level of silence, dB. */
export const LEAST_LEVEL = -120

/**
 * F0 in the rows on which its functionals are taken. Where the pitch of no frame is decided, as in clips of a few frames, that is
 * the first frame's alone.
 */
function pitchRows({ pitch, decided }: Contours): Float64Array {
  return decided > 0 ? smoothedNonZero(pitch).subarray(0, decided) : pitch.subarray(0, 1)
}

/**
 * Values of a descriptor in voiced or in unvoiced frames, smoothed among themselves. Where nothing is decided, all voiced rows
 * count, of which none sees the one behind it, and of the unvoiced ones the first.
 */
function valuesWhere(x: Float64Array, { pitch, decided }: Contours, voiced: boolean): Float64Array {
  const kept = new Float64Array(pitch.length)
  for (let t = 0; t < kept.length; t++) if (pitch[t] > 0 === voiced) kept[t] = x[t]
  if (decided > 0) return nonZero(smoothedNonZero(kept).subarray(0, decided))
  return nonZero(voiced ? smoothedBackwards(kept) : kept.subarray(0, 1))
}

function meanAndDeviation(x: Float64Array): [number, number] {
  const [mean, normed] = normedMoments(x)
  return [mean, mean * normed]
}

/** Loudness, then F0, then all that has a mean and a deviation, in openSMILE's order. */
function levels(contours: Contours): number[] {
  const { spectral, pitch, voice, decided } = contours
  const everywhere = spectral.map((x) => smoothed(x).subarray(0, x.length))
  const voiced = voice.map((x) => nonZero(smoothedNonZero(x, decided).subarray(0, decided || pitch.length)))
  return [
    ...contourStatistics(nonZero(pitchRows(contours))),
    ...contourStatistics(everywhere[0]),
    ...everywhere.slice(5).flatMap(normedMoments),
    ...voiced.flatMap(normedMoments),
    ...spectral.slice(1).flatMap((x) => normedMoments(valuesWhere(x, contours, true))),
    ...spectral.slice(1, 6).map((x) => normedMoments(valuesWhere(x, contours, false))[0]),
  ]
}

/** Peaks of loudness and segments. */
function rhythm(contours: Contours): number[] {
  const [first] = contours.spectral
  const loudness = smoothed(first).subarray(0, first.length)
  const f0 = Array.from(pitchRows(contours))
  const voiced = segmentLengths(f0.map((value) => value > 0))
  return [
    mainExtrema(loudness).filter(({ isMaximum }) => isMaximum).length / (loudness.length / RATE),
    voiced.length / (f0.length / RATE),
    ...meanAndDeviation(voiced),
    ...meanAndDeviation(segmentLengths(f0.map((value) => value === 0))),
  ]
}

/** The functionals. */
export function functionalsOf(contours: Contours): Float64Array {
  const level = Math.max(LEAST_LEVEL, (10 / Math.LN10) * log(contours.meanSquare))
  return Float64Array.of(...levels(contours), ...rhythm(contours), level)
}
