/** Addresses of queues, which may hold passwords. */
import { checkString } from '../../core/check.ts'

/** The text with all that stands before the host of a Redis address in it hidden. */
export function withoutPassword(text: string): string {
  return text.replace(/(rediss?:\/\/).*@/gis, '$1***@')
}

/**
 * The address if it is one of a Redis: `redis://[user:password@]host[:port][/db]`, or `rediss:` for TLS.
 *
 * @throws TypeError or RangeError, without the password
 */
export function checkAddress(where: string, name: string, value: unknown): string {
  const text = checkString(where, name, value)
  const url = URL.canParse(text) ? new URL(text) : null
  const known = url !== null && /^rediss?:$/.test(url.protocol) && url.hostname !== '' && url.search === ''
  if (known && /^(\/\d*)?$/.test(url.pathname)) return text
  const expected = 'redis://[user:password@]host[:port][/db]'
  throw new RangeError(`${where}: "${name}" expected ${expected}, got "${withoutPassword(text)}"`)
}
