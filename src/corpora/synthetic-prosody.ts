import { exp } from '../core/elementary.ts'
import { pow, square } from '../core/power.ts'
import { sin } from '../core/trigonometric.ts'
import type { Random } from '../numerics/random.ts'
import type { Segment, Syllable } from './synthetic-phones.ts'

/** Time between the values of a control, seconds. */
export const CONTROL_STEP = 0.005

/** Manner of speaking of one utterance. */
export interface Manner {
  /** Mean F0, Hz. */
  pitch: number
  /** Size of the movements of F0; 1 is a fall by 4 semitones through the sentence and accents of 4. */
  range: number
  /** Speed; 1 is about six syllables per second. */
  tempo: number
  /** Root mean square of the utterance, dB below full scale (negative). */
  level: number
  /** Attenuation of the voice at 3 kHz, dB. */
  tilt: number
  /** Amplitude of the noise in the voice, relative to it. */
  breath: number
  /** Relative standard deviation of successive periods. */
  jitter: number
  /** Factor on all resonances: 1 for a man's tract, above 1 for a shorter one. */
  formants: number
}

/** Controls of the voice, one value every {@link CONTROL_STEP}. */
export interface Controls {
  frames: number
  /** Hz. */
  f0: Float64Array
  voice: Float64Array
  breath: Float64Array
  friction: Float64Array
  /** Hz. */
  centre: Float64Array
  width: Float64Array
  formants: [Float64Array, Float64Array, Float64Array]
}

interface Timed {
  segment: Segment
  from: number
  to: number
}

interface Timeline {
  seconds: number
  segments: Timed[]
  /** Middles of the accented vowels, seconds. */
  accents: number[]
}

const PAUSE = 0.06
const ACCENT_LENGTHENING = 1.25
const FINAL_LENGTHENING = 1.4
/** Standard deviation in time of an accent's bell-shaped rise and fall, seconds at tempo 1. */
const ACCENT_WIDTH = 0.09
/** Accents and fall of F0 at range 1, octaves. */
const ACCENT_HEIGHT = 4 / 12
const DECLINATION = 4 / 12

/** Durations, F0 contour and articulation of a sentence said in a manner. */
export function controlsOf(sentence: readonly Syllable[], manner: Manner, random: Random): Controls {
  const timeline = layOut(sentence, manner.tempo, random)
  const frames = Math.ceil(timeline.seconds / CONTROL_STEP)
  const track = (target: (segment: Segment) => number, halfWidth: number) =>
    smooth(sampled(timeline, frames, target), halfWidth)
  const emphasis = amplitudeContour(timeline, frames, manner.tempo)
  const scaled = (values: Float64Array, by = 1) => values.map((value, i) => value * emphasis[i] * by)
  const voice = track((s) => s.voice, 2)
  const breath = track((s) => s.breath + manner.breath * s.voice, 2)
  return {
    frames,
    f0: pitchContour(timeline, frames, manner, random),
    voice: scaled(voice),
    breath: scaled(breath),
    friction: scaled(track((s) => s.friction, 1)),
    centre: sampled(timeline, frames, (s) => s.centre),
    width: sampled(timeline, frames, (s) => s.width),
    formants: [0, 1, 2].map((i) => track((s) => s.formants[i] * manner.formants, 4)) as Controls['formants'],
  }
}

function layOut(sentence: readonly Syllable[], tempo: number, random: Random): Timeline {
  const segments: Timed[] = []
  const accents: number[] = []
  let time = PAUSE * (1 + random.uniform())
  sentence.forEach((syllable, i) => {
    const slow = (syllable.accented ? ACCENT_LENGTHENING : 1) * (i === sentence.length - 1 ? FINAL_LENGTHENING : 1)
    syllable.segments.forEach((segment, k) => {
      const stretch = (k >= syllable.nucleus ? slow : 1) * exp(0.1 * random.normal())
      const to = time + (segment.seconds * stretch) / tempo
      if (k === syllable.nucleus && syllable.accented) accents.push((time + to) / 2)
      segments.push({ segment, from: time, to })
      time = to
    })
  })
  return { seconds: time + PAUSE * (1 + random.uniform()), segments, accents }
}

/** The target at each control step; before the first and after the last segment theirs, silenced. */
function sampled({ segments }: Timeline, frames: number, target: (segment: Segment) => number): Float64Array {
  const out = new Float64Array(frames)
  const first = silent(segments[0].segment)
  const last = silent(segments[segments.length - 1].segment)
  for (let i = 0, k = 0; i < frames; i++) {
    const time = i * CONTROL_STEP
    while (k < segments.length && segments[k].to <= time) k++
    if (k === segments.length) out[i] = target(last)
    else out[i] = target(time < segments[0].from ? first : segments[k].segment)
  }
  return out
}

function silent(segment: Segment): Segment {
  return { ...segment, voice: 0, breath: 0, friction: 0 }
}

/** Moving average over `halfWidth` steps to either side, applied twice to round the corners. */
function smooth(values: Float64Array, halfWidth: number): Float64Array {
  const once = (x: Float64Array) =>
    x.map((_, i) => {
      const near = x.subarray(Math.max(0, i - halfWidth), i + halfWidth + 1)
      return near.reduce((sum, value) => sum + value, 0) / near.length
    })
  return once(once(values))
}

/** Sum of bumps of height 1 at the accents. */
function bumps(accents: readonly number[], time: number, width: number): number {
  return accents.reduce((sum, at) => sum + exp(-0.5 * square((time - at) / width)), 0)
}

/** log2 F0 falls through the sentence, rises on accents, and drifts a little at random. */
function pitchContour(timeline: Timeline, frames: number, manner: Manner, random: Random): Float64Array {
  const heights = timeline.accents.map(() => exp(0.2 * random.normal()))
  const [phase1, phase2] = [2 * Math.PI * random.uniform(), 2 * Math.PI * random.uniform()]
  return new Float64Array(frames).map((_, i) => {
    const time = i * CONTROL_STEP
    const fall = DECLINATION * (0.5 - time / timeline.seconds)
    const rise = timeline.accents.reduce(
      (sum, at, k) => sum + heights[k] * ACCENT_HEIGHT * bumps([at], time, ACCENT_WIDTH / manner.tempo),
      0,
    )
    const drift = 0.02 * (sin(2 * Math.PI * 2.3 * time + phase1) + sin(2 * Math.PI * 3.7 * time + phase2))
    return manner.pitch * pow(2, manner.range * (fall + rise) + drift)
  })
}

/** Amplitude contour: accents are 1.5 times as strong, and amplitude falls by about half over the sentence. */
function amplitudeContour(timeline: Timeline, frames: number, tempo: number): Float64Array {
  return new Float64Array(frames).map((_, i) => {
    const time = i * CONTROL_STEP
    return (1 - 0.5 * (time / timeline.seconds)) * (1 + 0.5 * bumps(timeline.accents, time, ACCENT_WIDTH / tempo))
  })
}
