/** Options of `Recognizer.stream` and `Recognizer.listen`. */
import { checkInteger, checkNumber, checkOptions } from '../../core/check.ts'
import { expectation } from '../../core/errors.ts'
import { SpeakerStatistics } from '../../features/speaker-statistics.ts'
import { frameStep, LOWEST_RATE, leastSoundOf, type SoundFrontEnd } from '../front-end.ts'

/** Options of {@link Recognizer.stream}. */
export interface RecognizerStreamOptions {
  /** Of the chunks, Hz, a whole number >= 4000. */
  sampleRate: number
  /** Length of a window, s, up to 60. Default 2. */
  windowSeconds?: number
  /** Time from one window to the next, s; from 0.01 on. Default 0.25. */
  hopSeconds?: number
  /**
   * Whether to adapt to the speaker while listening (true), or the statistics of the speaker so far, to which further turns are
   * added. Default false.
   */
  adapt?: boolean | SpeakerStatistics
  /** Silence that ends a turn, s, from 0.1 to 5. Default 0.6. */
  pauseSeconds?: number
  /** Length at which a turn ends even without a pause, s, from 1 to 60. Default 15. */
  longestTurnSeconds?: number
}

/** Checked options, in samples of the front end's rate and in its frames. */
export interface LiveSettings {
  inputRate: number
  sampleRate: number
  window: number
  hop: number
  step: number
  pause: number
  longest: number
  adapts: boolean
  /** Statistics that were given, or none. */
  speaker: SpeakerStatistics | null
}

const names = ['sampleRate', 'windowSeconds', 'hopSeconds', 'adapt', 'pauseSeconds', 'longestTurnSeconds'] as const
/** Longest window and turn, s, so that memory is bounded. */
const LONGEST = 60

/** Checks {@link RecognizerStreamOptions} and fills in the defaults. */
export function liveSettings(where: string, options: RecognizerStreamOptions, frontEnd: SoundFrontEnd): LiveSettings {
  checkOptions(where, options, names)
  const seconds = (name: (typeof names)[number], fallback: number, min: number, max: number): number =>
    checkNumber(where, name, options[name] ?? fallback, { min, max })
  const { sampleRate } = frontEnd
  const step = frameStep(sampleRate)
  const framesOf = (duration: number): number => Math.round((duration * sampleRate) / step)
  // A row lies in every window, wherever it begins.
  const least = leastSoundOf(frontEnd) + (frontEnd.set === undefined ? 0.01 : 0)
  const { adapt = false } = options
  const given = adapt instanceof SpeakerStatistics ? adapt : null
  if (given === null && typeof adapt !== 'boolean') {
    throw new TypeError(expectation(where, 'adapt', 'true, false or SpeakerStatistics', adapt))
  }
  return {
    ...{ sampleRate, step },
    inputRate: checkInteger(where, 'sampleRate', options.sampleRate, { min: LOWEST_RATE }),
    window: Math.round(seconds('windowSeconds', 2, least, LONGEST) * sampleRate),
    hop: Math.round(seconds('hopSeconds', 0.25, 0.01, LONGEST) * sampleRate),
    pause: framesOf(seconds('pauseSeconds', 0.6, 0.1, 5)),
    longest: framesOf(seconds('longestTurnSeconds', 15, 1, LONGEST)),
    adapts: adapt !== false,
    speaker: given,
  }
}
