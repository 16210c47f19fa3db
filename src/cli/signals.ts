/** A signal aborted by Ctrl-C, or by the first signal that batch systems send. */
export function abortOnSignals(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => controller.abort(new DOMException('interrupted', 'AbortError')))
  }
  return controller.signal
}
