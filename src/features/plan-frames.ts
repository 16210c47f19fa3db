/** Converts checked settings to the plan of the frame kernels; clips and streams share it and so give the same bits. */
import type { FramePlan } from '../kernels/frame-plan.ts'
import { SparseFilters } from '../kernels/sparse-filters.ts'
import { Spectrum } from '../kernels/spectrum.ts'
import { dctMatrix, lifterWeights } from './dct.ts'
import { filterbankMatrix } from './mel-filterbank.ts'
import type { CepstrumSettings, FrontEndSettings } from './mfcc-settings.ts'
import { windowFunction } from './windows.ts'

/** DCT and lifter as one matrix [coefficients, filters], rows in the order of the result's columns. */
export function cepstrumMatrix(settings: CepstrumSettings, filters: number): Float64Array {
  const { coefficients, dct, lifter, lifterOffset, c0 } = settings
  const { data } = dctMatrix(coefficients, filters, dct)
  const weights = lifterWeights(coefficients, lifter, lifterOffset)
  const out = new Float64Array(data.length)
  for (let n = 0; n < coefficients; n++) {
    const row = c0 === 'first' ? n : (n + coefficients - 1) % coefficients
    for (let m = 0; m < filters; m++) out[row * filters + m] = weights[n] * data[n * filters + m]
  }
  return out
}

/** Column of the energy: that of c0, or after the log mel energies. */
export function energyColumnOf({ cepstrum, filterbank, energy }: FrontEndSettings): number {
  if (energy === 'none') return -1
  if (!cepstrum) return filterbank.filters
  return cepstrum.c0 === 'first' ? 0 : cepstrum.coefficients - 1
}

/** Number of static features per frame. */
export function columnsOf({ cepstrum, filterbank, energy }: FrontEndSettings): number {
  return cepstrum ? cepstrum.coefficients : filterbank.filters + (energy === 'none' ? 0 : 1)
}

/** Creates the plan of the frame kernels. @throws RangeError for a filter without a bin. */
export function framePlan(where: string, settings: FrontEndSettings): FramePlan {
  const { frames, spectrum, filterbank, cepstrum } = settings
  const { fftLength, removeMean, preEmphasis, preEmphasisScope } = spectrum
  const transform = new Spectrum(fftLength, spectrum.kind)
  return {
    step: frames.step,
    removeMean,
    preEmphasis,
    wholeSignal: preEmphasisScope === 'signal',
    window: windowFunction(spectrum.window, frames.length).slice(0, fftLength),
    spectrum: transform,
    filters: new SparseFilters(filterbankMatrix(where, filterbank)),
    logUnit: settings.logUnit,
    floor: settings.floor,
    energy: settings.energy,
    energyColumn: energyColumnOf(settings),
    cepstrum: cepstrum ? cepstrumMatrix(cepstrum, filterbank.filters) : null,
    columns: columnsOf(settings),
    frame: new Float64Array(fftLength),
    bins: new Float64Array(transform.bins),
    outputs: new Float64Array(filterbank.filters),
  }
}
