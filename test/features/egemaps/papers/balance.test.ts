import { describe, expect, it } from 'vitest'
import { Balance } from '../../../../src/features/egemaps/balance.ts'
import { PaperBalance } from '../../../../src/features/egemaps/papers/balance.ts'

const BINS = 257
const HERTZ = 31.25

/** Alpha ratio, Hammarberg index, slopes and flux of a spectrum of powers. */
function balanceOf(
  powerAt: (hertz: number) => number,
  balance = new PaperBalance(BINS, HERTZ) as PaperBalance | Balance,
) {
  const out = new Float64Array(5)
  balance.into(
    out,
    0,
    Float64Array.from({ length: BINS }, (_, k) => powerAt(k * HERTZ)),
  )
  return out
}

describe('the balance of a spectrum as papers define it', () => {
  it('a flat spectrum has no slope at any level, where openSMILE has one', () => {
    for (const power of [1, 1e-8, 0]) {
      const out = balanceOf(() => power)
      for (const slope of [out[2], out[3]]) expect(Math.abs(slope)).toBeLessThan(1e-15)
    }
    expect(Math.abs(balanceOf(() => 1e-8, new Balance(BINS, HERTZ))[2])).toBeGreaterThan(0.05)
  })

  it('slopes are dB a Hz', () => {
    const falling = balanceOf((hertz) => 10 ** (-hertz / 1000))
    expect(falling[2]).toBeCloseTo(-0.01, 12)
    expect(falling[3]).toBeCloseTo(-0.01, 12)
  })

  it('bins below 50 Hz count for nothing in the alpha ratio, where they do in openSMILE', () => {
    const hum = (hertz: number) => (hertz < 50 ? 1e6 : 1)
    // Bins of 1000 to 5000 Hz, and of 50 to 1000 Hz.
    expect(balanceOf(hum)[0]).toBeCloseTo(10 * Math.log10(129 / 30), 12)
    expect(balanceOf(hum, new Balance(BINS, HERTZ))[0]).toBeLessThan(-40)
  })

  it('a spectrum without the upper bands has a Hammarberg index of 0', () => {
    const out = new Float64Array(5)
    new PaperBalance(33, HERTZ).into(out, 0, new Float64Array(33).fill(1))
    expect([out[0], out[1]]).toEqual([expect.closeTo(10 * Math.log10(1 / 30), 12), 0])
  })

  it('flux is 0 in the first frame, and after a reset', () => {
    const balance = new PaperBalance(BINS, HERTZ)
    const flux = (power: number) => balanceOf(() => power, balance)[4]
    expect([flux(1), flux(4), flux(4)]).toEqual([0, 1, 0])
    balance.reset()
    expect([flux(9), flux(4)]).toEqual([0, 1])
  })
})
