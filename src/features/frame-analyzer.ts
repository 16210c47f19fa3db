/**
 * One frame's way from samples to features, shared by the analysis of whole clips and of streams so that both give the
 * same bits. All scratch is allocated once.
 *
 *     frame x -> x - mean -> energy -> pre-emphasis -> window -> |FFT| -> filters -> log -> DCT, lifter
 */
import { log } from '../core/elementary.ts'
import { dctMatrix, lifterWeights } from './dct.ts'
import { filterbankMatrix, SparseFilters } from './mel-filterbank.ts'
import type { CepstrumSettings, FrontEndSettings } from './settings.ts'
import { Spectrum } from './spectrum.ts'
import { windowFunction } from './windows.ts'

function meanOf(x: Float64Array, start: number, length: number): number {
  let sum = 0
  for (let i = start; i < start + length; i++) sum += x[i]
  return sum / length
}

/** DCT and lifter in one matrix [coefficients, filters], its rows in the order of the columns of the result. */
function cepstrumMatrix({ coefficients, dct, lifter, c0 }: CepstrumSettings, filters: number): Float64Array {
  const { data } = dctMatrix(coefficients, filters, dct)
  const weights = lifterWeights(coefficients, lifter)
  const out = new Float64Array(data.length)
  for (let n = 0; n < coefficients; n++) {
    const row = c0 === 'first' ? n : (n + coefficients - 1) % coefficients
    for (let m = 0; m < filters; m++) out[row * filters + m] = weights[n] * data[n * filters + m]
  }
  return out
}

/** Where the energy goes: the place of c0, or behind the log mel energies. */
function energyColumnOf({ cepstrum, filterbank }: FrontEndSettings): number {
  if (!cepstrum) return filterbank.filters
  return cepstrum.c0 === 'first' ? 0 : cepstrum.coefficients - 1
}

/** Turns frames into log mel energies, and those into rows of static features. */
export class FrameAnalyzer {
  /** Numbers that {@link melInto} writes for a frame: the log mel energies, then the log energy (0 if unwanted). */
  readonly melWidth: number
  /** Columns of static features. */
  readonly columns: number
  private readonly settings: FrontEndSettings
  private readonly window: Float64Array
  private readonly spectrum: Spectrum
  private readonly filters: SparseFilters
  /** Undefined where the log mel energies are the features. */
  private readonly cepstrum: Float64Array | undefined
  private readonly energyColumn: number
  private readonly frame: Float64Array
  private readonly bins: Float64Array
  private readonly outputs: Float64Array

  constructor(where: string, settings: FrontEndSettings) {
    const { frames, spectrum, filterbank, cepstrum, energy } = settings
    this.settings = settings
    this.window = windowFunction(spectrum.window, frames.length)
    this.spectrum = new Spectrum(spectrum.fftLength, spectrum.kind)
    this.filters = new SparseFilters(filterbankMatrix(where, filterbank))
    this.cepstrum = cepstrum && cepstrumMatrix(cepstrum, filterbank.filters)
    this.energyColumn = energy === 'none' ? -1 : energyColumnOf(settings)
    this.columns = cepstrum ? cepstrum.coefficients : filterbank.filters + (energy === 'none' ? 0 : 1)
    this.melWidth = filterbank.filters + 1
    this.frame = new Float64Array(spectrum.fftLength)
    this.bins = new Float64Array(this.spectrum.bins)
    this.outputs = new Float64Array(filterbank.filters)
  }

  /**
   * Writes the log mel energies and the log energy of the frame `signal[start..]` to `out` at `offset`. Samples from
   * `end` on are padding.
   */
  melInto(out: Float64Array, offset: number, signal: Float64Array, start: number, end: number): void {
    const { energy } = this.settings
    const { filters, outputs } = this
    const frameEnergy = this.load(signal, start, end)
    this.spectrum.into(this.bins, this.frame)
    filters.into(outputs, this.bins)
    for (let m = 0; m < filters.count; m++) out[offset + m] = this.logarithm(outputs[m])
    if (energy === 'none') out[offset + filters.count] = 0
    else out[offset + filters.count] = this.logarithm(energy === 'frame' ? frameEnergy : this.spectrumSum())
  }

  /** Writes the static features to `out` at `offset`, from what {@link melInto} wrote to `mel` at `melOffset`. */
  columnsInto(out: Float64Array, offset: number, mel: Float64Array, melOffset: number): void {
    const { cepstrum, columns, energyColumn } = this
    const filters = this.filters.count
    if (cepstrum) {
      for (let j = 0; j < columns; j++) {
        let sum = 0
        for (let m = 0; m < filters; m++) sum += cepstrum[j * filters + m] * mel[melOffset + m]
        out[offset + j] = sum
      }
    } else {
      for (let m = 0; m < filters; m++) out[offset + m] = mel[melOffset + m]
    }
    if (energyColumn >= 0) out[offset + energyColumn] = mel[melOffset + filters]
  }

  /**
   * Fills the frame with samples less their mean, pre-emphasised and windowed, in one pass; returns the energy before
   * pre-emphasis and window.
   */
  private load(signal: Float64Array, start: number, end: number): number {
    const { frame, window } = this
    const { preEmphasis, preEmphasisScope, removeMean } = this.settings.spectrum
    const { length } = window
    const wholeSignal = preEmphasisScope === 'signal'
    const mean = removeMean ? meanOf(signal, start, length) : 0
    let previous = signal[start] - mean
    if (wholeSignal) previous = (start > 0 ? signal[start - 1] : 0) - mean
    let energy = 0
    for (let i = 0; i < length; i++) {
      const x = signal[start + i] - mean
      frame[i] = (x - preEmphasis * previous) * window[i]
      energy += x * x
      previous = x
    }
    // A signal is emphasised before it is padded: the step from its last sample down to the padding is not part of it.
    const rest = end - start
    if (wholeSignal && rest >= 0 && rest < length) frame[rest] = (1 - preEmphasis) * -mean * window[rest]
    return energy
  }

  private spectrumSum(): number {
    let sum = 0
    for (let k = 0; k < this.bins.length; k++) sum += this.bins[k]
    return sum
  }

  private logarithm(x: number): number {
    return this.settings.logUnit * log(Math.max(x, this.settings.floor))
  }
}
