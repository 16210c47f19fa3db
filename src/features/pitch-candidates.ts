/** Candidates of a frame: slot 0 is "unvoiced", each other slot a fundamental frequency. */
import { log } from '../core/elementary.ts'
import { peaksInto, peaksLength } from '../kernels/frame-correlations.ts'

export interface PitchCandidates {
  frames: number
  /** Candidates per frame, the unvoiced one included. */
  slots: number
  /** Natural log of F0 in Hz, [frames * slots]; 0 in slot 0. */
  logF0: Float64Array
  /** Scores that the path sums, [frames * slots]; -Infinity in a slot not used. */
  score: Float64Array
  /** Normalised autocorrelation at the candidate's lag, [frames * slots]; in slot 0 the frame's largest, or 0. */
  correlation: Float64Array
  /** Scratch of {@link addCandidates}. */
  peaks: Int32Array
}

/** Settings for the selection of peaks as candidates. */
export interface CandidateSettings {
  sampleRate: number
  lowFrequency: number
  highFrequency: number
  octaveCost: number
}

/** A table with every frame unvoiced, to be filled by {@link addCandidates}. */
export function emptyCandidates(frames: number, slots: number, voicingThreshold: number): PitchCandidates {
  const table = {
    frames,
    slots,
    logF0: new Float64Array(frames * slots),
    score: new Float64Array(frames * slots),
    correlation: new Float64Array(frames * slots),
    peaks: new Int32Array(0),
  }
  for (let t = 0; t < frames; t++) clearCandidates(table, t, voicingThreshold)
  return table
}

/** Leaves the unvoiced candidate of frame t alone. */
export function clearCandidates(table: PitchCandidates, t: number, voicingThreshold: number): void {
  const [from, to] = [t * table.slots, (t + 1) * table.slots]
  table.logF0.fill(0, from, to)
  table.correlation.fill(0, from, to)
  table.score.fill(-Infinity, from, to)
  table.score[from] = voicingThreshold
}

/** Adds the peaks of one frame's normalised autocorrelation; see {@link addPeaks}. */
export function addCandidates(table: PitchCandidates, t: number, r: Float64Array, settings: CandidateSettings): void {
  const length = peaksLength(r.length)
  if (table.peaks.length < length) table.peaks = new Int32Array(length)
  peaksInto(table.peaks, 0, r, 0, r.length)
  addPeaks(table, t, settings, r, 0, table.peaks, 0)
}

/**
 * Adds the peaks of one frame's normalised autocorrelation r, which begins at index `from`, refined by parabolic interpolation; `peaks`, from
 * `peaksFrom` on, are those of {@link peaksInto}. The score of a peak of height r at frequency f is r - octaveCost *
 * log2(highFrequency / f), so that of equal peaks, at the period and its multiples, the shortest lag wins.
 */
export function addPeaks(
  table: PitchCandidates,
  t: number,
  settings: CandidateSettings,
  r: Float64Array,
  from: number,
  peaks: Int32Array,
  peaksFrom: number,
): void {
  const { sampleRate, lowFrequency, highFrequency, octaveCost } = settings
  const logHigh = log(highFrequency)
  const logLow = log(lowFrequency)
  const first = Math.max(1, Math.floor(sampleRate / highFrequency))
  const unvoiced = t * table.slots
  let weakest = weakestSlot(table, t)
  let largest = table.correlation[unvoiced]
  for (let i = 1; i <= peaks[peaksFrom]; i++) {
    const k = peaks[peaksFrom + i]
    if (k < first) continue
    const before = r[from + k - 1]
    const now = r[from + k]
    const next = r[from + k + 1]
    const curvature = 2 * now - before - next
    const shift = (next - before) / (2 * curvature)
    const height = Math.min(1, now + ((next - before) * shift) / 4)
    if (height > largest) largest = height
    // Costs are not negative: what is too low without them needs no logarithm.
    if (height <= table.score[weakest]) continue
    const logF0 = Math.min(logHigh, Math.max(logLow, log(sampleRate / (k + shift))))
    const score = height - (octaveCost * (logHigh - logF0)) / Math.LN2
    if (score <= table.score[weakest]) continue
    putCandidate(table, weakest, logF0, score, height)
    weakest = weakestSlot(table, t)
  }
  table.correlation[unvoiced] = largest
}

/** Index of the frame's first free slot, else of its weakest candidate. */
function weakestSlot({ slots, score }: PitchCandidates, t: number): number {
  const first = t * slots + 1
  let weakest = first
  for (let slot = first; slot < first + slots - 1; slot++) {
    if (score[slot] === -Infinity) return slot
    if (score[slot] < score[weakest]) weakest = slot
  }
  return weakest
}

function putCandidate(table: PitchCandidates, slot: number, logF0: number, score: number, correlation: number): void {
  table.logF0[slot] = logF0
  table.score[slot] = score
  table.correlation[slot] = correlation
}

/** Replaces the frame's weakest candidate if the new one is stronger. */
export function enterCandidate(
  table: PitchCandidates,
  t: number,
  logF0: number,
  score: number,
  correlation: number,
): void {
  const unvoiced = t * table.slots
  const weakest = weakestSlot(table, t)
  table.correlation[unvoiced] = Math.max(table.correlation[unvoiced], correlation)
  if (score > table.score[weakest]) putCandidate(table, weakest, logF0, score, correlation)
}
