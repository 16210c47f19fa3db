/** Differences, and how they are printed. */

/** The largest number, NaN if one is. */
export function worstOf(differences) {
  return differences.reduce((most, d) => (Number.isNaN(d) || Number.isNaN(most) ? Number.NaN : Math.max(most, d)), 0)
}

/** Largest difference of two lists: over 1 + |wanted|, as in test/support/tolerances.ts, or as it is. */
export function worst(got, wanted, kind = 'relative') {
  if (got.length !== wanted.length) throw new Error(`${got.length} numbers, wanted ${wanted.length}`)
  return worstOf(
    Array.from(wanted, (value, i) => {
      if (Object.is(got[i], value)) return 0
      const difference = Math.abs(got[i] - value)
      return kind === 'absolute' ? difference : difference / (1 + Math.abs(value))
    }),
  )
}

export function base64(text) {
  return Uint8Array.from(Buffer.from(text, 'base64'))
}

/** Two digits: `1.3e-15`, `0`. Rounded up, so that what stands there is never too little. */
export function printed(difference) {
  if (difference === 0) return '0'
  const exponent = Math.floor(Math.log10(difference))
  const up = Math.ceil((difference / 10 ** exponent) * 10 - 1e-9) / 10
  return exponent >= -2 && exponent < 3 ? String(Number(difference.toPrecision(2))) : `${up.toFixed(1)}e${exponent}`
}
