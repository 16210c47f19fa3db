/** A signal that Ctrl-C aborts. */
export function abortOnInterrupt(): AbortSignal {
  const controller = new AbortController()
  process.once('SIGINT', () => controller.abort(new DOMException('interrupted', 'AbortError')))
  return controller.signal
}

/** A signal aborted by Ctrl-C, or by the first signal that batch systems send. */
export function abortOnSignals(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => controller.abort(new DOMException('interrupted', 'AbortError')))
  }
  return controller.signal
}

let leave = (): void => process.exit()

/** Ends the process, or the command that asked to be told: a reader, such as `head`, has closed standard output. */
export function onClosedOutput(): void {
  leave()
}

/** A signal aborted where a reader closes standard output, which then ends no process. */
export function abortOnClosedOutput(): AbortSignal {
  const controller = new AbortController()
  leave = () => controller.abort(new DOMException('the output is closed', 'AbortError'))
  return controller.signal
}
