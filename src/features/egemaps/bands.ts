/** Loudness and cepstrum from the mel bands of a spectrum. */
import { exp, log } from '../../core/elementary.ts'
import { pow, square } from '../../core/power.ts'
import { SparseFilters } from '../../kernels/sparse-filters.ts'
import { dctMatrix, lifterWeights } from '../dct.ts'
import { filterbankMatrix } from '../mel-filterbank.ts'
import { hzOf, melOf } from '../mel-scale.ts'
import { equalLoudness } from '../spectrum/loudness.ts'
import type { Geometry } from './geometry.ts'

const BANDS = 26
const LOWEST = 20
const HIGHEST = 8000
const CEPSTRUM = 4
const LIFTER = 22
const COMPRESSION = 0.33
/** Least energy of a band; for the cepstrum 1 in the units of 16-bit integers. */
const LEAST_ENERGY = 9.3e-10
const LEAST_CEPSTRAL = 1 / square(32767)
/** The papers' least energy, the square of the least 16-bit sample, as for `loudness`. */
const QUIETEST_BAND = 2 ** -30
/** Power below that of the strongest at which nothing is told apart any more, 100 dB. */
export const DYNAMIC_RANGE = 1e-10

/**
 * H. Hermansky, "Perceptual linear predictive (PLP) analysis of speech", J. Acoust. Soc. Am. 87(4), 1990, eq. 6, at f Hz; the
 * last factor has omega to the power of 7, where the paper has 6, and its own constant, as openSMILE was found to have.
 */
function steeperLoudness(f: number): number {
  const w = square(2 * Math.PI * f)
  const steep = 1 + pow(w, 3.5) / 1.7e31
  return (w * w * (w + 56.8e6)) / 0.17 / (square(w + 6.3e6) * (w + 0.38e9) * steep)
}

/** In which the bands of openSMILE and of the papers differ. */
export interface BandSettings {
  /** Hz from one bin to the next, and the points of the transform. */
  hertz: number
  fftLength: number
  /** First bin that counts. */
  firstBin: number
  /** Weight of a band about a frequency. */
  weightOf(frequency: number): number
  /** Least energy of a band in its loudness. */
  leastEnergy: number
  /** Least energy of a band in the cepstrum, where the strongest one has so much. */
  leastCepstral(strongest: number): number
}

/** openSMILE's: bins that begin below 20 Hz count for nothing. */
export function compatibleBands({ shortFft, shortHertz }: Geometry): BandSettings {
  return {
    hertz: shortHertz,
    fftLength: shortFft,
    firstBin: Math.floor(LOWEST / shortHertz + 1.5),
    weightOf: steeperLoudness,
    leastEnergy: LEAST_ENERGY,
    leastCepstral: () => LEAST_CEPSTRAL,
  }
}

/** Those of the papers; floors of the cepstrum move with the level, so that it does not. */
export function paperBands({ sampleRate, shortFft }: Geometry): BandSettings {
  return {
    hertz: sampleRate / shortFft,
    fftLength: shortFft,
    firstBin: 0,
    weightOf: equalLoudness,
    leastEnergy: QUIETEST_BAND,
    leastCepstral: (strongest) => DYNAMIC_RANGE * strongest || LEAST_CEPSTRAL,
  }
}

/** 26 triangles over mel. */
function bandFilters({ hertz, fftLength, firstBin }: BandSettings, highFrequency: number): SparseFilters {
  const matrix = filterbankMatrix('egemaps', {
    sampleRate: hertz * fftLength,
    fftLength,
    filters: BANDS,
    lowFrequency: LOWEST,
    highFrequency,
    melScale: 'htk',
    filterShape: 'mel',
    filterNorm: 'peak',
    emptyFilters: 'keep',
  })
  for (let m = 0; m < BANDS; m++) matrix.data.fill(0, m * matrix.cols, m * matrix.cols + firstBin)
  return new SparseFilters(matrix)
}

/** Bands, their loudness and their cepstrum. */
export class Bands {
  private readonly settings: BandSettings
  private readonly filters: SparseFilters
  private readonly energies = new Float64Array(BANDS)
  private readonly weights: Float64Array
  /** DCT and lifter, [4, 26]. */
  private readonly cosines: Float64Array

  constructor(settings: BandSettings) {
    const high = Math.min(HIGHEST, (settings.hertz * settings.fftLength) / 2)
    const low = melOf(LOWEST, 'htk')
    const step = (melOf(high, 'htk') - low) / (BANDS + 1)
    this.settings = settings
    this.filters = bandFilters(settings, high)
    this.weights = Float64Array.from({ length: BANDS }, (_, m) => settings.weightOf(hzOf(low + step * (m + 1), 'htk')))
    const lifter = lifterWeights(CEPSTRUM + 1, LIFTER, 0)
    const { data } = dctMatrix(CEPSTRUM + 1, BANDS, 'htk')
    this.cosines = Float64Array.from(data.subarray(BANDS), (c, i) => c * lifter[1 + Math.floor(i / BANDS)])
  }

  load(power: Float64Array): void {
    this.filters.into(this.energies, power)
  }

  /** Mean over the bands of (weight * energy)^0.33. */
  loudness(): number {
    const { energies, weights, settings } = this
    const least = settings.leastEnergy
    let sum = 0
    for (let m = 0; m < BANDS; m++) sum += exp(COMPRESSION * log(weights[m] * Math.max(energies[m], least)))
    return sum / BANDS
  }

  /** Writes coefficients 1..4; the energies become their logarithms. */
  cepstrumInto(out: Float64Array, at: number): void {
    const { energies, cosines, settings } = this
    let strongest = 0
    for (let m = 0; m < BANDS; m++) strongest = Math.max(strongest, energies[m])
    const least = settings.leastCepstral(strongest)
    for (let m = 0; m < BANDS; m++) energies[m] = log(Math.max(energies[m], least) * square(32767))
    for (let i = 0, k = 0; i < CEPSTRUM; i++) {
      let sum = 0
      for (let m = 0; m < BANDS; m++, k++) sum += cosines[k] * energies[m]
      out[at + i] = sum
    }
  }
}
