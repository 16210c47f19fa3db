/** Addresses of queues, which may hold passwords. */
import { checkString } from '../../core/check.ts'

/** Hides the user and password of Redis addresses in a text. */
export function withoutPassword(text: string): string {
  return text.replace(/(rediss?:\/\/).*@/gis, '$1***@')
}

/**
 * Checks the address of a Redis server: `redis://[user:password@]host[:port][/db]`, or `rediss:` for TLS.
 *
 * @throws TypeError or RangeError, whose text does not contain the password
 */
export function checkAddress(where: string, name: string, value: unknown): string {
  const text = checkString(where, name, value)
  const url = URL.canParse(text) ? new URL(text) : null
  const known = url !== null && /^rediss?:$/.test(url.protocol) && url.hostname !== '' && url.search === ''
  if (known && /^(\/\d*)?$/.test(url.pathname)) return text
  const expected = 'redis://[user:password@]host[:port][/db]'
  throw new RangeError(`${where}: "${name}" expected ${expected}, got "${withoutPassword(text)}"`)
}
