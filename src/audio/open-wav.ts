/** Opening of WAV and Wave64 files, and extraction of MPEG audio stored in their `data` chunk. */
import { id3Bytes, type SoundKind } from './sound-kind.ts'
import { findW64Chunks } from './w64-chunks.ts'
import { availableBytes, findChunks, type WavChunks } from './wav-chunks.ts'
import { mpegTags, readFormat } from './wav-format.ts'

/** The file after any leading ID3v2 tags. */
export function viewBehindTag(bytes: Uint8Array): DataView {
  const start = Math.min(id3Bytes(bytes), bytes.length)
  return new DataView(bytes.buffer, bytes.byteOffset + start, bytes.length - start)
}

/** The chunks of a WAV or Wave64 file. */
export function openWav(bytes: Uint8Array, kind: SoundKind | undefined): { file: DataView; chunks: WavChunks } {
  const file = viewBehindTag(bytes)
  return { file, chunks: kind === 'w64' ? findW64Chunks(file) : findChunks(file) }
}

/**
 * The MPEG audio in a WAV or Wave64 file, with warnings about the container; undefined where there is none.
 *
 * @throws FormatError as `decodeWav` does, where the file has no samples or nothing describes them
 */
export function mpegInWav(
  bytes: Uint8Array,
  kind: SoundKind | undefined,
): { mpeg: Uint8Array; warnings: string[] } | undefined {
  if (kind !== 'wav' && kind !== 'w64') return undefined
  const { file, chunks } = openWav(bytes, kind)
  if (!mpegTags.includes(readFormat(file, chunks).tag)) return undefined
  const warnings: string[] = []
  const size = availableBytes(file, chunks, 1, warnings)
  const start = Math.min(chunks.data.start, file.byteLength)
  return { mpeg: new Uint8Array(file.buffer, file.byteOffset + start, size), warnings }
}
