/**
 * Features of many recordings: in memory up to a bound, beyond it in a file without a name, which the system removes with
 * the process however that ends. Reading is synchronous, since trainings look at features in the midst of a step; it takes
 * about 15 us a recording where the system has the file in memory.
 */
import { randomBytes } from 'node:crypto'
import { closeSync, mkdirSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkNumber } from '../core/check.ts'
import { DeferredArray, type FarNumbers, HeldArrays, isDeferred } from '../core/deferred.ts'
import { StateError } from '../core/errors.ts'
import { dtypeOf, sizeOf } from '../core/storage.ts'
import type { Dtype, FloatArray, FloatNdArray } from '../core/types.ts'

/** Bytes of features that are kept in memory by default. */
const FEATURES_IN_MEMORY = 64 * 2 ** 20

/** An array in a file. */
export interface Place {
  /** Byte of the file at which it begins. */
  at: number
  shape: number[]
  dtype: Dtype
}

/** An open file without a name. */
interface OpenFile {
  descriptor: number
  closed: boolean
  /** Its name, where the system removes no open file. */
  name?: string
}

function bytesOf({ buffer, byteOffset, byteLength }: FloatArray): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}

function readBytes({ descriptor, closed }: OpenFile, bytes: Uint8Array, at: number): void {
  // Its number may be that of another file by now.
  if (closed) throw new StateError('the features of this experiment or training can be read only while it runs')
  for (let done = 0; done < bytes.length; ) {
    const read = readSync(descriptor, bytes, done, bytes.length - done, at + done)
    if (read === 0) throw new StateError('the temporary file of features has been cut short')
    done += read
  }
}

/** Reads an array into a buffer that has room for it. */
function readInto(buffer: ArrayBuffer, file: OpenFile, { at, shape, dtype }: Place): FloatArray {
  const values = new (dtype === 'float64' ? Float64Array : Float32Array)(buffer, 0, sizeOf(shape))
  readBytes(file, bytesOf(values), at)
  return values
}

function byteLengthOf({ shape, dtype }: Place): number {
  return sizeOf(shape) * (dtype === 'float64' ? 8 : 4)
}

/** Writes an array to the end of the file. */
function writeAt(descriptor: number, values: FloatArray, at: number): void {
  const bytes = bytesOf(values)
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(descriptor, bytes, done, bytes.length - done, at + done)
  }
}

/** Numbers in a file of their own. */
class FileNumbers implements FarNumbers {
  private readonly file: OpenFile
  private end = 0

  constructor(file: OpenFile) {
    this.file = file
  }

  append(values: FloatArray): boolean {
    try {
      writeAt(this.file.descriptor, values, this.end)
    } catch {
      return false
    }
    this.end += values.byteLength
    return true
  }

  readInto(out: FloatArray, at: number, from: number, length: number): void {
    const size = out.BYTES_PER_ELEMENT
    readBytes(this.file, bytesOf(out).subarray(at * size, (at + length) * size), from * size)
  }

  close(): void {
    closeFile(this.file)
  }
}

function heldWith(folders: readonly string[]): HeldArrays {
  return new HeldArrays(undefined, () => {
    const file = openNameless(folders)
    return file && new FileNumbers(file)
  })
}

/** An array in an open file, which is read whenever it is looked at. */
class StoredArray extends DeferredArray {
  readonly file: OpenFile
  readonly place: Place

  constructor(file: OpenFile, place: Place, held: HeldArrays) {
    super(place.shape, place.dtype, held, () => readInto(new ArrayBuffer(byteLengthOf(place)), file, place))
    this.file = file
    this.place = place
  }

  override lend<R>(use: (data: FloatArray) => R): R {
    const { held, file, place } = this
    return held.lend(this, byteLengthOf(place), (buffer) => readInto(buffer, file, place), use)
  }

  get asArray(): FloatNdArray {
    return this as unknown as FloatNdArray
  }
}

/** Arrays of a file that this process has open, in whichever thread. */
export function storedArrays(descriptor: number, places: readonly Place[]): FloatNdArray[] {
  const held = heldWith([tmpdir()])
  const file = { descriptor, closed: false }
  return places.map((place) => new StoredArray(file, place, held).asArray)
}

/** The open file that holds all the arrays, and their places; null where some are in memory. */
export function storedPlaces(arrays: readonly FloatNdArray[]): { descriptor: number; places: Place[] } | null {
  const stored = arrays.map((array) => (isDeferred(array) && array instanceof StoredArray ? array : null))
  const file = stored[0]?.file
  if (file === undefined || !stored.every((array) => array?.file === file)) return null
  return { descriptor: file.descriptor, places: stored.map((array) => (array as StoredArray).place) }
}

/** A new file in the first folder that takes one; null where none does. */
function openNameless(folders: readonly string[]): OpenFile | null {
  for (const folder of folders) {
    try {
      mkdirSync(folder, { recursive: true })
      const path = join(folder, `.ser-features-${process.pid}-${randomBytes(4).toString('hex')}.tmp`)
      const descriptor = openSync(path, 'wx+', 0o600)
      return { descriptor, closed: false, ...(removed(path) ? {} : { name: path }) }
    } catch {} // the next one
  }
  return null
}

function closeFile(file: OpenFile): void {
  if (file.closed) return
  file.closed = true
  closeSync(file.descriptor)
  if (file.name !== undefined) removed(file.name)
}

function removed(path: string): boolean {
  try {
    unlinkSync(path)
    return true
  } catch {
    return false
  }
}

/** Bounds of the memory for features. */
export interface FeatureMemory {
  /**
   * Bytes of features that are kept in memory; where there are more, all are in a file of the cache folder, or else of the
   * system's temporary one, that is removed at the end. Results have the same bits. Default 64 MiB.
   */
  featureMemory?: number
}

/**
 * Features in the order in which they are added, in memory up to a bound, else in a file. Where no file can be made, or the
 * disk is full, all that follow are in memory.
 */
export class FeatureStore {
  /** Bytes of the features in memory. */
  bytes = 0
  private entries: (FloatNdArray | Place)[] = []
  private readonly most: number
  private readonly folders: string[]
  private file: OpenFile | null = null
  private writable = true
  private end = 0
  private expected = 0

  constructor(most: number = Number.POSITIVE_INFINITY, folder: string | null = null) {
    this.most = most
    this.folders = folder === null ? [tmpdir()] : [folder, tmpdir()]
  }

  /** Tells how many features will be added: where they will be more than the bound, they are in the file from early on. */
  expect(count: number): void {
    this.expected = count
  }

  /** Adds features; returns their index in the list of {@link FeatureStore.take}. */
  add(features: FloatNdArray): number {
    this.bytes += features.data.byteLength
    const index = this.entries.push(features) - 1
    if (this.writable && this.file !== null) this.write(index)
    else if (this.writable && this.foreseen() > this.most) this.begin()
    return index
  }

  /** Bytes of all features, judged by those so far once they are an eighth of the bound. */
  private foreseen(): number {
    const { bytes, entries, expected } = this
    return bytes > this.most / 8 ? Math.max(bytes, (bytes / entries.length) * expected) : bytes
  }

  /** All features since the last call; those in the file are read whenever they are looked at. */
  take(): FloatNdArray[] {
    const held = heldWith(this.folders)
    const { file, entries } = this
    this.entries = []
    return entries.map((entry) => ('at' in entry ? new StoredArray(file as OpenFile, entry, held).asArray : entry))
  }

  /** Gives the file back; its features can be read no more. */
  close(): void {
    const { file } = this
    this.writable = false
    if (file !== null) closeFile(file)
  }

  private begin(): void {
    this.file = openNameless(this.folders)
    this.writable = this.file !== null
    for (let i = 0; i < this.entries.length && this.writable; i++) this.write(i)
  }

  private write(index: number): void {
    const { data, shape } = this.entries[index] as FloatNdArray
    try {
      writeAt((this.file as OpenFile).descriptor, data, this.end)
    } catch {
      this.writable = false
      return
    }
    this.entries[index] = { at: this.end, shape: [...shape], dtype: dtypeOf(data) }
    this.end += data.byteLength
    this.bytes -= data.byteLength
  }
}

/** A store by its options. */
export function storeOf(
  where: string,
  { featureMemory = FEATURES_IN_MEMORY, cache }: FeatureMemory & { cache?: string | null },
): FeatureStore {
  return new FeatureStore(checkNumber(where, 'featureMemory', featureMemory, { min: 0 }), cache)
}

/** Calls `work` with a store for features, which it gives back at the end, also of an error. */
export async function withFeatureStore<T>(
  where: string,
  options: FeatureMemory & { cache?: string | null },
  work: (store: FeatureStore) => Promise<T>,
): Promise<T> {
  const store = storeOf(where, options)
  try {
    return await work(store)
  } finally {
    store.close()
  }
}
