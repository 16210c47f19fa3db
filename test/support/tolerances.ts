/** The one table of accepted differences. */
export const tolerance = {
  /** Reference vectors are written with 12 significant digits. */
  vector: 2e-11,
  /** Against another engine that computes in float32. */
  float32: 1e-6,
  /** Section 8 of the science notes, printed to 14 digits. */
  printed: 1e-12,
  /** Sums in another order, float64. */
  reorder: 1e-12,
} as const
