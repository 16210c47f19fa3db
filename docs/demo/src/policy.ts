/**
 * Quiet under a strict security policy. The library tries WebAssembly and generated code and does without where they are
 * forbidden, but browsers may report attempts on the console. A worker's policy is in the headers of its own script: they
 * are read, and what they forbid is taken away before the library looks for it.
 */

/** The parts that a policy forbids; null is no policy. */
export function forbidden(policy: string | null): { code: boolean; wasm: boolean } {
  const policies = (policy ?? '').split(',').map((text) => sourcesOf(text))
  const lacks = (...words: string[]): boolean =>
    policies.some((sources) => sources !== undefined && !words.some((word) => sources.includes(word)))
  return { code: lacks("'unsafe-eval'"), wasm: lacks("'unsafe-eval'", "'wasm-unsafe-eval'") }
}

/** The sources for scripts; undefined where the policy says nothing about them. */
function sourcesOf(policy: string): string[] | undefined {
  const directives = new Map(
    policy.split(';').map((text) => {
      const [name, ...sources] = text.trim().toLowerCase().split(/\s+/)
      return [name, sources]
    }),
  )
  return directives.get('script-src') ?? directives.get('default-src')
}

/** Reads the policy of the worker's script and takes away what it forbids. */
async function respectPolicy(script: string): Promise<void> {
  const policy = await fetch(script, { method: 'HEAD', cache: 'force-cache' }).then(
    ({ headers }) => headers.get('content-security-policy'),
    () => null,
  )
  const { code, wasm } = forbidden(policy)
  if (wasm) Reflect.deleteProperty(globalThis, 'WebAssembly')
  if (code) {
    const construct = (): never => {
      throw new EvalError('the security policy forbids generated code')
    }
    Reflect.set(globalThis, 'Function', new Proxy(Function, { construct }))
  }
}

/** Starts a worker whose part behind the policy is loaded when it may be; messages wait until then. */
export async function startWorker(load: () => Promise<{ receive: (event: MessageEvent) => void }>): Promise<void> {
  const early: MessageEvent[] = []
  const wait = (event: MessageEvent): void => {
    early.push(event)
  }
  addEventListener('message', wait)
  await respectPolicy(location.href)
  const { receive } = await load()
  removeEventListener('message', wait)
  addEventListener('message', receive)
  early.forEach(receive)
}
