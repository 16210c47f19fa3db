/** All that frames are measured with: tables and buffers of a sample rate. */
import { gaussianWindow, windowFunction } from '../windows.ts'
import { Balance } from './balance.ts'
import { Bands, compatibleBands } from './bands.ts'
import { FramedSpectrum } from './framed-spectrum.ts'
import { type Geometry, geometryOf } from './geometry.ts'
import { Harmonics } from './harmonics.ts'
import { NoiseRatio } from './noise-ratio.ts'
import { Resonances } from './resonances.ts'
import { SingleSpectrum } from './single-spectrum.ts'
import { SubharmonicSum } from './subharmonics.ts'

/** For frames of 20 ms: spectrum, bands, balance, exact spectrum, resonances; for those of 60 ms the others. */
export interface Instruments {
  geometry: Geometry
  short: FramedSpectrum
  bands: Bands
  balance: Balance
  exactShort: SingleSpectrum
  resonances: Resonances
  long: FramedSpectrum
  subharmonics: SubharmonicSum
  exactLong: SingleSpectrum
  noise: NoiseRatio
  harmonics: Harmonics
}

function makeInstruments(sampleRate: number): Instruments {
  const geometry = geometryOf(sampleRate)
  const { short, long, shortFft, longFft, shortHertz, longHertz } = geometry
  const [hamming, gaussian] = [windowFunction('hamming', short), gaussianWindow(long)]
  const exactLong = new SingleSpectrum(gaussian, longFft)
  return {
    geometry,
    short: new FramedSpectrum(hamming, shortFft),
    bands: new Bands(compatibleBands(geometry)),
    balance: new Balance(shortFft / 2 + 1, shortHertz),
    exactShort: new SingleSpectrum(hamming, shortFft),
    resonances: new Resonances(shortHertz * shortFft, short, shortFft),
    long: new FramedSpectrum(gaussian, longFft),
    subharmonics: new SubharmonicSum(geometry),
    exactLong,
    noise: new NoiseRatio(longFft),
    harmonics: new Harmonics(exactLong.magnitude, longHertz),
  }
}

let kept: Instruments | undefined

/** The instruments of a sample rate: those of the call before where it had the same, for making them costs as much as a second of sound. */
export function instrumentsFor(sampleRate: number): Instruments {
  if (kept?.geometry.sampleRate !== sampleRate) kept = makeInstruments(sampleRate)
  return kept
}
