/** All that frames are measured with where measures are those of the papers. */
import { FormantFrame, formantOrder } from '../../voice/formants.ts'
import { FrameMagnitudes } from '../../voice/frame-magnitudes.ts'
import { WINDOW_SECONDS } from '../../voice/harmonic-differences.ts'
import type { Rows } from '../../voice/rows.ts'
import { StretchCorrelation } from '../../voice/stretch-correlation.ts'
import { gaussianWindow, windowFunction } from '../../windows.ts'
import { Bands, paperBands } from '../bands.ts'
import { LOWEST_PITCH } from '../f0-candidates.ts'
import { FramedSpectrum } from '../framed-spectrum.ts'
import { type Geometry, geometryOf } from '../geometry.ts'
import { FORMANTS } from '../resonances.ts'
import { SubharmonicSum } from '../subharmonics.ts'
import { PaperBalance } from './balance.ts'

/** Praat's band for formants of a mixed set of speakers, with two coefficients a formant. */
const FORMANT_BAND = 5500
const FORMANT_WINDOW_SECONDS = 0.05
const EMPHASIS = 50
/** The noise ratio compares stretches as long as a period of this many Hz, as `harmonicsToNoise` does. */
const LOWEST_VOICE = 65

/** For frames of 20 ms: spectrum, bands, balance; for windows about their middles the others. */
export interface PaperInstruments {
  geometry: Geometry
  short: FramedSpectrum
  bands: Bands
  balance: PaperBalance
  /** Where the frames of 20 ms lie. */
  rows: Rows
  long: FramedSpectrum
  subharmonics: SubharmonicSum
  harmonics: FrameMagnitudes
  formants: FormantFrame
  correlation: StretchCorrelation
}

function makeInstruments(sampleRate: number): PaperInstruments {
  const geometry = geometryOf(sampleRate)
  const { step, short, long, shortFft, longFft } = geometry
  const rows = { sampleRate, step, align: short, start: 0 }
  const longest = Math.ceil(sampleRate / LOWEST_PITCH)
  const stretch = Math.round(sampleRate / LOWEST_VOICE)
  return {
    geometry,
    short: new FramedSpectrum(windowFunction('hamming', short), shortFft),
    bands: new Bands(paperBands(geometry)),
    balance: new PaperBalance(shortFft / 2 + 1, sampleRate / shortFft),
    rows,
    long: new FramedSpectrum(gaussianWindow(long), longFft),
    subharmonics: new SubharmonicSum({ longFft, longHertz: sampleRate / longFft }, true),
    harmonics: new FrameMagnitudes(Math.round(WINDOW_SECONDS * sampleRate), sampleRate, 1),
    formants: new FormantFrame({
      rows,
      count: FORMANTS,
      highFrequency: FORMANT_BAND,
      order: formantOrder(sampleRate, FORMANT_BAND, FORMANTS),
      method: 'autocorrelation',
      window: Math.round(FORMANT_WINDOW_SECONDS * sampleRate),
      preEmphasisFrequency: EMPHASIS,
    }),
    correlation: new StretchCorrelation(longest + Math.ceil(longest * PERIOD_REACH) + 2, stretch),
  }
}

/** Share of the period by which the lag of the noise ratio may differ from it. */
export const PERIOD_REACH = 0.06

let kept: PaperInstruments | undefined

/** The instruments of a sample rate: those of the call before where it had the same. */
export function paperInstrumentsFor(sampleRate: number): PaperInstruments {
  if (kept?.geometry.sampleRate !== sampleRate) kept = makeInstruments(sampleRate)
  return kept
}
