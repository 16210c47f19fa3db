/** The bytes of an HDF5 file (The HDF Group's "HDF5 File Format Specification", version 3.0), each access checked. */
import { FormatError } from '../../core/errors.ts'
import { decodeUtf8 } from '../../core/utf8.ts'
import type { NpyData, NpyElement } from '../npy-types.ts'

const SIGNATURE = '\x89HDF\r\n\x1a\n'
/** Longest name of a group or data set: far beyond any layer's. */
const LONGEST_NAME = 4096
/** Ends the reading of a file whose parts share bytes again and again, which none that a library wrote does. */
const MOST_READ = 4

export function fail(reason: string): never {
  throw new FormatError(reason)
}

/** Fails for a valid file with a feature that this reader leaves out. */
export function unsupported(feature: string): never {
  throw new FormatError(
    `${feature} in an HDF5 file, where uncompressed files of h5py's default format are read; save it anew with h5py, without options`,
  )
}

/** The bytes of a file, by address. */
export class Hdf5Source {
  private readonly bytes: Uint8Array
  private readonly file: DataView
  private spent = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.file = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** Throws unless bytes `at` to `at + length` are there. */
  check(at: number, length: number, what: string): void {
    if (at >= 0 && length >= 0 && at + length <= this.bytes.length) return
    fail(`${what} at byte ${at} ends behind the file's ${this.bytes.length} bytes: it is damaged or cut off`)
  }

  /** Checks a part and counts its bytes as read. */
  claim(at: number, length: number, what: string): void {
    this.check(at, length, what)
    this.spent += length
    if (this.spent > MOST_READ * this.bytes.length) fail('parts of the file share the same bytes: it is damaged')
  }

  u8(at: number): number {
    this.check(at, 1, 'a field')
    return this.file.getUint8(at)
  }

  u16(at: number): number {
    this.check(at, 2, 'a field')
    return this.file.getUint16(at, true)
  }

  u32(at: number): number {
    this.check(at, 4, 'a field')
    return this.file.getUint32(at, true)
  }

  /** A length or address; null for the address that stands for "nowhere". */
  u64OrNull(at: number): number | null {
    this.check(at, 8, 'a field')
    const value = this.file.getBigUint64(at, true)
    if (value === 0xffffffffffffffffn) return null
    return Number.isSafeInteger(Number(value)) ? Number(value) : fail(`a length of ${value} at byte ${at}: damaged`)
  }

  u64(at: number): number {
    return this.u64OrNull(at) ?? fail(`an address at byte ${at} is missing: the file is damaged`)
  }

  /** Throws unless a structure of this four-letter name begins here. */
  signature(at: number, name: string, what: string): void {
    if (!this.begins(at, name)) fail(`${what} at byte ${at} does not begin with ${name}: the file is damaged`)
  }

  begins(at: number, name: string): boolean {
    this.check(at, name.length, `"${name}"`)
    for (let i = 0; i < name.length; i++) if (this.bytes[at + i] !== name.charCodeAt(i)) return false
    return true
  }

  /** Text of UTF-8 up to the first zero byte, within `length` bytes. */
  text(at: number, length: number, what: string): string {
    this.check(at, length, what)
    const bytes = this.bytes.subarray(at, at + length)
    const end = bytes.indexOf(0)
    return decodeUtf8(end < 0 ? bytes : bytes.subarray(0, end)) ?? fail(`${what} at byte ${at} is no UTF-8`)
  }

  /** A name that a zero byte ends before `end`. */
  name(at: number, end: number): string {
    if (at >= end) fail(`a name at byte ${at} lies outside its heap: the file is damaged`)
    return this.text(at, Math.min(end - at, LONGEST_NAME), 'a name')
  }

  /** So many numbers, which were claimed. */
  numbers(at: number, { bytes, make, read }: NpyElement, count: number): NpyData {
    const data = make(count)
    for (let i = 0, from = at; i < count; i++, from += bytes) data[i] = read(this.file, from, true)
    return data
  }

  /** Address of the root group's object header. */
  root(): number {
    if (this.bytes.length < 96 || !this.begins(0, SIGNATURE)) {
      const behind = [512, 1024, 2048].some((at) => at + 96 <= this.bytes.length && this.begins(at, SIGNATURE))
      if (behind) unsupported('a user block')
      fail('not an HDF5 file, or cut off')
    }
    const version = this.u8(8)
    if (version !== 0) unsupported(`a superblock of version ${version}`)
    if (this.u8(13) !== 8 || this.u8(14) !== 8) unsupported(`addresses of ${this.u8(13)} and ${this.u8(14)} bytes`)
    if (this.u64(24) !== 0) unsupported('a user block')
    const end = this.u64(40)
    if (end > this.bytes.length) fail(`the file is cut off: ${this.bytes.length} of ${end} bytes are there`)
    return this.u64(64)
  }
}
