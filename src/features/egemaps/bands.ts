/** Loudness and cepstrum from the mel bands of a spectrum. */
import { exp, log } from '../../core/elementary.ts'
import { pow, square } from '../../core/power.ts'
import { SparseFilters } from '../../kernels/sparse-filters.ts'
import { dctMatrix, lifterWeights } from '../dct.ts'
import { filterbankMatrix } from '../mel-filterbank.ts'
import { hzOf, melOf } from '../mel-scale.ts'
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

/**
 * H. Hermansky, "Perceptual linear predictive (PLP) analysis of speech", J. Acoust. Soc. Am. 87(4), 1990, eq. 6, at f Hz; the
 * last factor has omega to the power of 7, where the paper has 6, and its own constant, as openSMILE was found to have.
 */
function equalLoudness(f: number): number {
  const w = square(2 * Math.PI * f)
  const steep = 1 + pow(w, 3.5) / 1.7e31
  return (w * w * (w + 56.8e6)) / 0.17 / (square(w + 6.3e6) * (w + 0.38e9) * steep)
}

/** 26 triangles over mel; bins below `lowest` count for nothing. */
function bandFilters({ shortFft, shortHertz }: Geometry, highFrequency: number): SparseFilters {
  const matrix = filterbankMatrix('egemaps', {
    sampleRate: shortHertz * shortFft,
    fftLength: shortFft,
    filters: BANDS,
    lowFrequency: LOWEST,
    highFrequency,
    melScale: 'htk',
    filterShape: 'mel',
    filterNorm: 'peak',
    emptyFilters: 'keep',
  })
  const lowest = Math.floor(LOWEST / shortHertz + 1.5)
  for (let m = 0; m < BANDS; m++) matrix.data.fill(0, m * matrix.cols, m * matrix.cols + lowest)
  return new SparseFilters(matrix)
}

/** Bands, their loudness and their cepstrum. */
export class Bands {
  private readonly filters: SparseFilters
  private readonly energies = new Float64Array(BANDS)
  private readonly weights: Float64Array
  /** DCT and lifter, [4, 26]. */
  private readonly cosines: Float64Array

  constructor(geometry: Geometry) {
    const high = Math.min(HIGHEST, (geometry.shortHertz * geometry.shortFft) / 2)
    const low = melOf(LOWEST, 'htk')
    const step = (melOf(high, 'htk') - low) / (BANDS + 1)
    this.filters = bandFilters(geometry, high)
    this.weights = Float64Array.from({ length: BANDS }, (_, m) => equalLoudness(hzOf(low + step * (m + 1), 'htk')))
    const lifter = lifterWeights(CEPSTRUM + 1, LIFTER, 0)
    const { data } = dctMatrix(CEPSTRUM + 1, BANDS, 'htk')
    this.cosines = Float64Array.from(data.subarray(BANDS), (c, i) => c * lifter[1 + Math.floor(i / BANDS)])
  }

  load(power: Float64Array): void {
    this.filters.into(this.energies, power)
  }

  /** Mean over the bands of (weight * energy)^0.33. */
  loudness(): number {
    const { energies, weights } = this
    let sum = 0
    for (let m = 0; m < BANDS; m++) sum += exp(COMPRESSION * log(weights[m] * Math.max(energies[m], LEAST_ENERGY)))
    return sum / BANDS
  }

  /** Writes coefficients 1..4; the energies become their logarithms. */
  cepstrumInto(out: Float64Array, at: number): void {
    const { energies, cosines } = this
    for (let m = 0; m < BANDS; m++) energies[m] = log(Math.max(energies[m], LEAST_CEPSTRAL) * square(32767))
    for (let i = 0, k = 0; i < CEPSTRUM; i++) {
      let sum = 0
      for (let m = 0; m < BANDS; m++, k++) sum += cosines[k] * energies[m]
      out[at + i] = sum
    }
  }
}
