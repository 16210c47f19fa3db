/** The value without what a clock told: numbers called `seconds`, when a run started and finished, and its starts. */
export function withoutTimes(value: unknown): unknown {
  const keep = (key: string, inner: unknown): unknown => {
    const isTime = ['started', 'finished', 'starts'].includes(key) || (key === 'seconds' && typeof inner === 'number')
    return isTime ? undefined : inner
  }
  return JSON.parse(JSON.stringify(value, keep))
}
