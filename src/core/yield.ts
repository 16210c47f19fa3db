type Schedule = (resume: () => void) => void

interface Host {
  setImmediate?: Schedule
  MessageChannel?: typeof MessageChannel
  setTimeout?: (resume: () => void, delay: number) => unknown
}

function hostNow(): Host {
  const { setImmediate, MessageChannel, setTimeout } = globalThis as Host
  return { setImmediate, MessageChannel, setTimeout }
}

function macrotask({ setImmediate, MessageChannel, setTimeout }: Host): Schedule {
  if (setImmediate !== undefined) return setImmediate
  if (MessageChannel !== undefined) {
    return (resume) => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => {
        port1.close()
        resume()
      }
      port2.postMessage(null)
    }
  }
  // An AudioWorklet cannot yield.
  return setTimeout === undefined ? (resume) => resume() : (resume) => setTimeout(resume, 0)
}

/** Captured at import, so that fake timers that a test installs later do not stall training. */
const schedule: Schedule = /* @__PURE__ */ macrotask(/* @__PURE__ */ hostNow())

/** Yields to timers, input and rendering, where the host can; long computations await it regularly. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => schedule(resolve))
}
