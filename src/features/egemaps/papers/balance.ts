/** Alpha ratio, Hammarberg index, slopes and flux as their papers define them; none but the flux moves with the level. */
import { type Band, bandOf, decibelsBetween, fluxOf, maximumOf, slopeOf, sumOf } from '../../spectrum/measures.ts'
import { DYNAMIC_RANGE } from '../bands.ts'
import type { SpectralBalance } from '../scan.ts'

/** For spectra of so many bins and Hz a bin; bands that lie beyond them have no power, which makes ratios 0. */
export class PaperBalance implements SpectralBalance {
  private readonly width: number
  private readonly bands: Record<'low' | 'middle' | 'belowTwo' | 'aboveTwo' | 'first' | 'second' | 'flux', Band>
  private readonly magnitude: Float64Array
  private readonly before: Float64Array
  private isFirst = true

  constructor(bins: number, width: number) {
    const band = (low: number, high: number, closed: boolean): Band => bandOf(low, high, width, bins, closed)
    this.width = width
    this.bands = {
      low: band(50, 1000, false),
      middle: band(1000, 5000, true),
      belowTwo: band(0, 2000, false),
      aboveTwo: band(2000, 5000, true),
      first: band(0, 500, true),
      second: band(500, 1500, true),
      flux: band(0, 5000, true),
    }
    this.magnitude = new Float64Array(bins)
    this.before = new Float64Array(bins)
  }

  reset(): void {
    this.isFirst = true
  }

  into(out: Float64Array, at: number, power: Float64Array): void {
    const { bands } = this
    out[at] = decibelsBetween(sumOf(power, bands.middle), sumOf(power, bands.low))
    out[at + 1] = decibelsBetween(maximumOf(power, bands.belowTwo), maximumOf(power, bands.aboveTwo))
    out[at + 2] = this.slope(power, bands.first)
    out[at + 3] = this.slope(power, bands.second)
    out[at + 4] = this.flux(power)
  }

  private slope(power: Float64Array, band: Band): number {
    const strongest = maximumOf(power, band)
    return strongest > 0 ? slopeOf(power, this.width, band, DYNAMIC_RANGE * strongest) : 0
  }

  private flux(power: Float64Array): number {
    const { magnitude, before, bands, isFirst } = this
    for (let k = 0; k < bands.flux.end; k++) magnitude[k] = Math.sqrt(power[k])
    const flux = isFirst ? 0 : fluxOf(magnitude, before, bands.flux)
    before.set(magnitude)
    this.isFirst = false
    return flux
  }
}
