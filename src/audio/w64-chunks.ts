/**
 * The outer structure of a Sony Wave64 file: chunks as in WAV, but each is named by a GUID of 16 bytes and states its
 * length in 64 bits, the 24 bytes of name and length included; the next one begins at a multiple of 8.
 */
import { FormatError } from '../core/errors.ts'
import { bothChunks, type Chunk, type WavChunks } from './wav-chunks.ts'

const headerBytes = 40
const chunkHeaderBytes = 24
const alignment = 8

/** The GUIDs begin with the four characters of the names in WAV files and end alike. */
const riffEnd = [0x2e, 0x91, 0xcf, 0x11, 0xa5, 0xd6, 0x28, 0xdb, 0x04, 0xc1, 0x00, 0x00]
const chunkEnd = [0xf3, 0xac, 0xd3, 0x11, 0x8c, 0xd1, 0x00, 0xc0, 0x4f, 0x8e, 0xdb, 0x8a]

/**
 * Finds the format and the data of a Wave64 file.
 *
 * @throws FormatError for other files and where either chunk is missing.
 */
export function findW64Chunks(file: DataView): WavChunks {
  if (nameAt(file, 0, riffEnd) !== 'riff' || nameAt(file, 24, chunkEnd) !== 'wave') {
    throw new FormatError('decodeWav: a Wave64 file without its header')
  }
  const found = new Map<string, Chunk>()
  let at = headerBytes
  while (at + chunkHeaderBytes <= file.byteLength && !(found.has('fmt ') && found.has('data'))) {
    const id = nameAt(file, at, chunkEnd)
    const size = Number(file.getBigUint64(at + 16, true)) - chunkHeaderBytes
    const chunk = { id, start: at + chunkHeaderBytes, size: Math.max(size, 0) }
    if (!found.has(id)) found.set(id, chunk)
    at = Math.ceil((chunk.start + chunk.size) / alignment) * alignment
  }
  return toWavChunks(file, found)
}

function toWavChunks(file: DataView, found: Map<string, Chunk>): WavChunks {
  const { format, data } = bothChunks(found.get('fmt '), found.get('data'))
  const fact = found.get('fact')
  // A length with all bits set, or 0, is that of a stream.
  const openEnded = data.size > Number.MAX_SAFE_INTEGER || (data.size === 0 && data.start < file.byteLength)
  if (openEnded) data.size = Math.max(file.byteLength - data.start, 0)
  const facts = fact && fact.start + 8 <= file.byteLength ? Number(file.getBigUint64(fact.start, true)) : undefined
  return { littleEndian: true, format, data, facts, openEnded }
}

/** The name of a GUID that ends as given, else the empty string. */
function nameAt(file: DataView, at: number, end: readonly number[]): string {
  if (at + 16 > file.byteLength || end.some((byte, i) => file.getUint8(at + 4 + i) !== byte)) return ''
  return String.fromCharCode(...[0, 1, 2, 3].map((i) => file.getUint8(at + i)))
}
