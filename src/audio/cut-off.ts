/** Detection of truncated compressed files by the lengths that they state, since decoders do not report it. */

import { cutParts } from './cut-parts.ts'
import { mpegFrame } from './mpeg-frame.ts'
import { id3Bytes, type SoundKind, soundKind, textAt } from './sound-kind.ts'

/**
 * A warning where the file is truncated, or undefined.
 *
 * @param decoded - number of frames from the decoder
 */
export function cutOffWarning(bytes: Uint8Array, kind: SoundKind | undefined, decoded: number): string | undefined {
  const start = Math.min(id3Bytes(bytes), bytes.length)
  if (kind === 'flac') return cutFlac(bytes.subarray(start), decoded)
  if (kind === 'mp3') return cutMp3(bytes, start)
  if (kind === 'aac') return cutAac(bytes, start)
  if (kind === 'ogg') return cutOgg(bytes)
  if (kind === 'webm') return cutWebm(bytes)
  if (kind === 'm4a' || kind === 'caf' || kind === 'wma') return cutParts(bytes.subarray(start), kind)
  return undefined
}

/** STREAMINFO, the first block of a FLAC file, states the number of frames in 36 bits; 0 means unknown. */
function cutFlac(file: Uint8Array, decoded: number): string | undefined {
  if (file.length < 26) return 'the FLAC file is cut off: its header is not whole'
  const view = new DataView(file.buffer, file.byteOffset, file.length)
  const stated = (view.getUint8(21) & 15) * 2 ** 32 + view.getUint32(22)
  if (stated <= decoded) return undefined
  return `the FLAC file is cut off: ${stated - decoded} of ${stated} frames are missing`
}

/** Each frame of AAC in ADTS states its length in 13 bits. */
function cutAac(bytes: Uint8Array, start: number): string | undefined {
  for (let at = start; at + 7 <= bytes.length && soundKind(bytes.subarray(at, at + 7)) === 'aac'; ) {
    const length = ((bytes[at + 3] & 3) << 11) | (bytes[at + 4] << 3) | (bytes[at + 5] >> 5)
    if (at + length > bytes.length) return 'the AAC file is cut off: its last frame is not whole'
    at += Math.max(length, 7)
  }
  return undefined
}

/** A WebM file is a header and a segment, which states its length unless it was written as a stream. */
function cutWebm(bytes: Uint8Array): string | undefined {
  const header = ebmlSize(bytes, 4)
  if (header === undefined) return undefined
  const segment = header.end + header.size
  const size = textAt(bytes, segment, 4) === '\x18\x53\x80\x67' ? ebmlSize(bytes, segment + 4) : undefined
  if (size === undefined || size.end + size.size <= bytes.length) return undefined
  return `the WebM file is cut off: ${size.end + size.size - bytes.length} of ${size.end + size.size} bytes are missing`
}

/** An EBML size: leading zeros give its number of bytes; all bits set mean unknown. */
function ebmlSize(bytes: Uint8Array, at: number): { size: number; end: number } | undefined {
  const length = Math.clz32(bytes[at] ?? 0) - 23
  if (length > 8 || at + length > bytes.length) return undefined
  const digits = bytes.subarray(at, at + length)
  const size = digits.reduce((sum, byte, i) => sum * 256 + (i === 0 ? byte & (0xff >> length) : byte), 0)
  const unknown = digits.every((byte, i) => (i === 0 ? byte === 0x1ff >> length : byte === 0xff))
  return unknown ? undefined : { size, end: at + length }
}

/** Only the last page of an Ogg file has the end-of-stream flag. */
function cutOgg(bytes: Uint8Array): string | undefined {
  for (let at = bytes.length - 4; at >= 0; at--) {
    if (bytes[at] !== 0x4f || textAt(bytes, at, 4) !== 'OggS') continue
    return at + 5 < bytes.length && bytes[at + 5] & 4 && oggPageEnd(bytes, at) <= bytes.length
      ? undefined
      : 'the Ogg file is cut off: its last page is missing'
  }
  return undefined
}

function oggPageEnd(bytes: Uint8Array, at: number): number {
  const segments = bytes[at + 26] ?? Number.POSITIVE_INFINITY
  return bytes.subarray(at + 27, at + 27 + segments).reduce((end, size) => end + size, at + 27 + segments)
}

/** Walks the frames and compares them with the Xing header and the end of the file. */
function cutMp3(bytes: Uint8Array, start: number): string | undefined {
  let at = start
  let frames = -1 // the first holds the Xing header, not sound
  let stated: number | undefined
  while (at + 4 <= bytes.length) {
    const frame = mpegFrame(bytes, at)
    if (frame === undefined) break
    if (at === start) stated = statedFrames(bytes, at + frame.xing)
    if (at + frame.bytes > bytes.length) return mp3Warning(frames, stated)
    at += frame.bytes
    frames++
  }
  return stated !== undefined && at >= bytes.length - 4 ? mp3Warning(frames, stated) : undefined
}

/** A warning where a frame is truncated or, if their number is stated, where frames are missing. */
function mp3Warning(frames: number, stated: number | undefined): string | undefined {
  if (stated === undefined) return 'the MP3 file is cut off: its last frame is not whole'
  return frames < stated ? `the MP3 file is cut off: ${stated - frames} of ${stated} frames are missing` : undefined
}

/** Number of frames of sound stated in a Xing or LAME header. */
function statedFrames(bytes: Uint8Array, at: number): number | undefined {
  const mark = textAt(bytes, at, 4)
  if ((mark !== 'Xing' && mark !== 'Info') || at + 12 > bytes.length || !(bytes[at + 7] & 1)) return undefined
  return new DataView(bytes.buffer, bytes.byteOffset + at + 8, 4).getUint32(0)
}
