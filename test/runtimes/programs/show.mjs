/** Prints a value by its name and the hash of its bits. */
import { createHash } from 'node:crypto'
import cases from './realm-cases.cjs'

export function show(name, ...values) {
  console.log(`${name}: ${createHash('sha256').update(cases.bitsOf(values)).digest('hex').slice(0, 16)}`)
}
