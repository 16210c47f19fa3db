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
  // An AudioWorklet has no way to let others go first.
  return setTimeout === undefined ? (resume) => resume() : (resume) => setTimeout(resume, 0)
}

/** Taken from the host at import: fake timers that tests put into its place later do not stop a training. */
const schedule: Schedule = /* @__PURE__ */ macrotask(/* @__PURE__ */ hostNow())

/** Lets timers, input and rendering run before long work continues, where the host has such a thing. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => schedule(resolve))
}
