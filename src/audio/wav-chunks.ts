/**
 * The outer structure of a WAV file: `RIFF`, the size of the rest, `WAVE`, then chunks, each an identifier of four
 * characters, a 32-bit length, that many bytes, and a padding byte where the length is odd. `RIFX` is the same with the
 * most significant byte first; `RF64` and `BW64` (EBU Tech 3306, ITU-R BS.2088) keep the length of `data` in `ds64`, as
 * 64 bits.
 */
import { FormatError } from '../core/errors.ts'
import { maxUint32 } from './wav.ts'

/** A chunk's contents within the file. */
export interface Chunk {
  id: string
  /** Position of the first byte of the contents. */
  start: number
  /** Length in bytes as stated, which may extend beyond the end of the file. */
  size: number
}

/** The chunks that hold the sound. */
export interface WavChunks {
  /** Byte order of every number in the file. */
  littleEndian: boolean
  format: Chunk
  data: Chunk
  /** Frames by the `fact` chunk, which compressed files have. */
  facts?: number
  /** Whether the length of `data` is unknown and extends to the end of the file. */
  openEnded: boolean
}

/** First four bytes of the files that {@link findChunks} reads. */
const containers: readonly string[] = ['RIFF', 'RIFX', 'RF64', 'BW64']
/** Smallest length, in whole frames, written as a placeholder to a pipe, by sox. */
export const leastStreamSize = 0x7ffff000
const headerBytes = 12
const chunkHeaderBytes = 8

/**
 * Finds the format and the data of a WAV file.
 *
 * @throws FormatError for other files and where either chunk is missing.
 */
export function findChunks(file: DataView): WavChunks {
  const container = identifierAt(file, 0)
  if (!containers.includes(container)) {
    throw new FormatError(`decodeWav: not a WAV file: expected "RIFF" at its beginning, got ${shown(container)}`)
  }
  const form = identifierAt(file, 8)
  if (form !== 'WAVE') {
    throw new FormatError(`decodeWav: not a WAV file: expected "WAVE" at byte 8, got ${shown(form)}`)
  }
  return collect(file, container !== 'RIFX')
}

function collect(file: DataView, littleEndian: boolean): WavChunks {
  let format: Chunk | undefined
  let data: Chunk | undefined
  let sizes: Chunk | undefined
  let facts: number | undefined
  let openEnded = false
  let at = headerBytes
  while (at + chunkHeaderBytes <= file.byteLength && !(format && data)) {
    const chunk = chunkAt(file, at, littleEndian)
    if (chunk.id === 'ds64') sizes ??= chunk
    if (chunk.id === 'fmt ') format ??= chunk
    if (chunk.id === 'fact' && chunk.start + 4 <= file.byteLength) facts ??= file.getUint32(chunk.start, littleEndian)
    if (chunk.id === 'data' && !data) {
      const size = dataSize(file, chunk, sizes, littleEndian)
      openEnded = size === undefined
      chunk.size = size ?? file.byteLength - chunk.start
      data = chunk
    }
    at = endOf(chunk)
  }
  return { littleEndian, ...bothChunks(format, data), facts, openEnded }
}

/**
 * Where the contents of `data` begin in the first bytes of a file (`start`), or, where its header has not come, where to go on
 * once there are more bytes (`next`).
 */
export function dataStart(file: DataView, from: number = headerBytes): { start?: number; next: number } {
  const littleEndian = identifierAt(file, 0) !== 'RIFX'
  let next = from
  while (next + chunkHeaderBytes <= file.byteLength) {
    const chunk = chunkAt(file, next, littleEndian)
    if (chunk.id === 'data') return { start: chunk.start, next }
    next = endOf(chunk)
  }
  return { next }
}

/** The two chunks that every file has. */
export function bothChunks(format: Chunk | undefined, data: Chunk | undefined): Pick<WavChunks, 'format' | 'data'> {
  if (!format) throw new FormatError('decodeWav: the file has no "fmt " chunk, which describes its samples')
  if (!data) throw new FormatError('decodeWav: the file has no "data" chunk, which holds its samples')
  return { format, data }
}

/** The length of the data; undefined where it is unknown and the data extend to the end of the file. */
function dataSize(file: DataView, data: Chunk, sizes: Chunk | undefined, littleEndian: boolean): number | undefined {
  const stated = data.size === maxUint32 ? sizes && longDataSize(file, sizes) : data.size
  if (stated === 0 && !isChunkSequence(file, data.start, littleEndian)) return undefined
  return stated
}

/**
 * The second field of `ds64`, 64 bits; only little-endian containers have such a chunk. A length above 2^53, all bits
 * set except possibly the sign, is that of a stream.
 */
function longDataSize(file: DataView, sizes: Chunk): number | undefined {
  if (sizes.size < 16 || sizes.start + 16 > file.byteLength) return undefined
  const size = Number(file.getBigUint64(sizes.start + 8, true))
  return size > Number.MAX_SAFE_INTEGER ? undefined : size
}

/** Whether the rest of the file is a sequence of chunks, which tells an empty `data` chunk from a stream. */
function isChunkSequence(file: DataView, from: number, littleEndian: boolean): boolean {
  let at = from
  while (at + chunkHeaderBytes <= file.byteLength) {
    const chunk = chunkAt(file, at, littleEndian)
    if (!/^[ -~]{4}$/.test(chunk.id) || chunk.start + chunk.size > file.byteLength) return false
    at = endOf(chunk)
  }
  return at >= file.byteLength
}

function chunkAt(file: DataView, at: number, littleEndian: boolean): Chunk {
  return { id: identifierAt(file, at), start: at + chunkHeaderBytes, size: file.getUint32(at + 4, littleEndian) }
}

function endOf({ start, size }: Chunk): number {
  return start + size + (size % 2)
}

/** The four-character identifier at a position; shorter at the end of the file. */
export function identifierAt(file: DataView, at: number): string {
  const length = Math.max(Math.min(4, file.byteLength - at), 0)
  return String.fromCharCode(...Array.from({ length }, (_, i) => file.getUint8(at + i)))
}

/** An identifier for an error message, with question marks for characters that are not printable. */
function shown(identifier: string): string {
  return identifier === '' ? 'the end of the file' : JSON.stringify(identifier.replace(/[^ -~]/g, '?'))
}

/**
 * Bytes of data present in the file, with warnings about missing ones. A length from 0x7FFFF000, possibly less because
 * of whole frames, to 0xFFFFFFFF that extends beyond the end of the file is that of a stream and means "to the end".
 */
export function availableBytes(file: DataView, chunks: WavChunks, frameBytes: number, warnings: string[]): number {
  const { data, openEnded } = chunks
  const there = Math.max(file.byteLength - data.start, 0)
  const missing = data.size - there
  const streamed = missing > 0 && data.size > leastStreamSize - frameBytes && data.size <= maxUint32
  if (openEnded || streamed) warnings.push('the "data" chunk states no length: read to the end of the file')
  else if (missing > 0) {
    warnings.push(`the "data" chunk is cut off: ${missing} of ${data.size} bytes are missing`)
  }
  return Math.min(data.size, there)
}
