/** Saved memories of streams of sound. */
import { checkInteger, checkObject } from './check.ts'
import { describe, FormatError } from './errors.ts'
import { isTypedNumbers } from './storage.ts'
import type { FloatArray, Json } from './types.ts'

/** Counts (integers >= 0), arrays of numbers and parts of a stream by name. */
export interface StreamMemory {
  [name: string]: number | FloatArray | StreamMemory
}

/**
 * Memory of a stream between two chunks: plain data for `structuredClone`, messages to workers and JSON, of which typed arrays
 * come back as objects or, where a program made them so, as lists of numbers.
 */
export interface SoundStreamState {
  /** `ser-core/` and the kind of stream, such as `ser-core/resample-stream`. */
  format: `ser-core/${string}`
  version: 1
  /** Options of the stream; only one that has the same continues from the state. */
  settings: { [name: string]: Json }
  memory: StreamMemory
}

/** A state that shares nothing with the stream. */
export function streamState(kind: string, settings: object, memory: StreamMemory): SoundStreamState {
  const plain = JSON.parse(JSON.stringify(settings))
  return { format: `ser-core/${kind}`, version: 1, settings: plain, memory: filled('', kind, memory, memory) }
}

/**
 * A copy of the memory in a state, which has the names and lengths of the stream's `own`.
 *
 * @throws FormatError for anything but a state of this kind, RangeError or TypeError for one of other settings or shape
 */
export function memoryOf<T extends StreamMemory>(
  where: string,
  kind: string,
  settings: object,
  own: T,
  state: unknown,
): T {
  const given = state as Partial<SoundStreamState> | null | undefined
  if (given?.format !== `ser-core/${kind}` || given.version !== 1) {
    throw new FormatError(`${where}: "state" is not that of a ser-core ${kind}, version 1`)
  }
  const [wanted, got] = [JSON.stringify(settings), JSON.stringify(given.settings)]
  if (wanted !== got) throw new RangeError(`${where}: "state" expected that of a stream with ${wanted}, got ${got}`)
  return filled(where, 'state.memory', own, given.memory)
}

function filled<T extends StreamMemory>(where: string, at: string, own: T, saved: unknown): T {
  const memory = checkObject(where, at, saved)
  return Object.fromEntries(
    Object.entries(own).map(([name, value]) => {
      const path = `${at}.${name}`
      if (typeof value === 'number') return [name, checkInteger(where, path, memory[name], { min: 0 })]
      if (ArrayBuffer.isView(value)) return [name, copied(where, path, value.length, memory[name])]
      return [name, filled(where, path, value, memory[name])]
    }),
  ) as T
}

/** The list of which `JSON.stringify` made an object of indices, as it does with typed arrays; else the value itself. */
function listOf(saved: unknown): unknown {
  if (typeof saved !== 'object' || saved === null || Array.isArray(saved) || ArrayBuffer.isView(saved)) return saved
  return Object.keys(saved).every((key, i) => key === String(i)) ? Object.values(saved) : saved
}

function copied(where: string, at: string, length: number, given: unknown): Float64Array {
  const saved = listOf(given)
  const isList = Array.isArray(saved) || isTypedNumbers(saved)
  if (!isList || saved.length !== length || !Array.prototype.every.call(saved, Number.isFinite)) {
    const got = isList && saved.length === length ? 'others' : describe(saved)
    throw new RangeError(`${where}: "${at}" expected ${length} finite numbers, got ${got}`)
  }
  return Float64Array.from(saved)
}
