type Schedule = (resume: () => void) => void

function macrotask(): Schedule {
  const { setImmediate } = globalThis as { setImmediate?: Schedule }
  if (setImmediate !== undefined) return setImmediate
  if (typeof MessageChannel !== 'undefined') {
    return (resume) => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => {
        port1.close()
        resume()
      }
      port2.postMessage(null)
    }
  }
  return (resume) => setTimeout(resume, 0)
}

/** Lets timers, input and rendering run before long work goes on. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => macrotask()(resolve))
}
