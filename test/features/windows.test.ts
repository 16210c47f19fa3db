import { describe, expect, it } from 'vitest'
import { type WindowName, windowFunction, windowNames } from '../../src/features/windows.ts'
import { reference } from './reference.ts'

/** The references are printed with 12 digits. */
const tolerance = 1e-12

const names: Record<keyof typeof reference.windows, WindowName> = {
  hannPeriodic: 'hannPeriodic',
  hannSymmetric: 'hann',
  hamming: 'hamming',
  hammingPeriodic: 'hammingPeriodic',
  povey: 'povey',
  blackman: 'blackman',
  blackmanPeriodic: 'blackmanPeriodic',
}

describe('windowFunction', () => {
  it.each(Object.entries(names))('%s equals the reference', (key, name) => {
    const expected = reference.windows[key as keyof typeof names]
    const window = windowFunction(name, expected.length)
    for (const [n, value] of expected.entries()) expect(Math.abs(window[n] - value)).toBeLessThan(tolerance)
  })

  it('has ones for the rectangular window, and for any window of one sample', () => {
    expect([...windowFunction('rectangular', 5)]).toEqual([1, 1, 1, 1, 1])
    for (const name of windowNames) expect([...windowFunction(name, 1)]).toEqual([1])
  })

  it('gives finite values at every length', () => {
    for (const name of windowNames) {
      for (let length = 1; length < 40; length++) {
        expect([...windowFunction(name, length)].every(Number.isFinite), `${name} ${length}`).toBe(true)
      }
    }
  })

  it('refuses unknown names and lengths below 1', () => {
    expect(() => windowFunction('kaiser' as never, 8)).toThrow(/windowFunction: "name" expected one of "rectangular"/)
    expect(() => windowFunction('hann', 0)).toThrow('windowFunction: "length" expected an integer >= 1, got 0')
  })
})
