/** The value without what a clock told: numbers called `seconds`, and when a run started and finished. */
export function withoutTimes(value: unknown): unknown {
  const keep = (key: string, inner: unknown): unknown => {
    const isTime = key === 'started' || key === 'finished' || (key === 'seconds' && typeof inner === 'number')
    return isTime ? undefined : inner
  }
  return JSON.parse(JSON.stringify(value, keep))
}
