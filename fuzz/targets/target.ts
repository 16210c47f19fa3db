import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Random } from '../../src/numerics/random.ts'

/** A door that takes bytes from strangers. */
export interface Target {
  /** Also the name of its folder in the corpus. */
  name: string
  /** Functions of the library behind it, for the page. */
  doors: string
  /** Part of the inputs that it gets, relative to others. */
  weight: number
  /** Right inputs, from which mutants are made. */
  bases: () => Uint8Array[]
  mutate: (random: Random, base: Uint8Array) => Uint8Array
  /** Gives the input to the door; returns its answer, throws its errors. */
  run: (input: Uint8Array) => unknown
  /** Whether other packages take part, whose errors may be causes. */
  outside?: boolean
}

/** A file of the repository, relative to its root. */
export function fileOf(path: string): Uint8Array {
  return new Uint8Array(readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url))))
}

/** A JSON file of the repository. */
export function jsonOf<T>(path: string): T {
  return JSON.parse(new TextDecoder().decode(fileOf(path)))
}

/** Bytes of a text. */
export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
/** Text of bytes, damaged or not. */
export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

/** A number that depends on the bytes, for choices of a door's caller. */
export function sumOf(bytes: Uint8Array): number {
  let sum = bytes.length
  for (let i = 0; i < Math.min(bytes.length, 512); i++) sum = (sum * 31 + bytes[i]) >>> 0
  return sum
}
