/** The kind of a sound file by its first bytes, since names may be wrong, such as MP3 files named `.wav`. */

import { lfsSignature } from '../core/lfs.ts'

/** Kinds of files that {@link soundKind} tells apart. */
export type SoundKind =
  | 'wav'
  | 'w64'
  | 'aiff'
  | 'flac'
  | 'mp3'
  | 'aac'
  | 'ogg'
  | 'm4a'
  | 'webm'
  | 'caf'
  | 'wma'
  | 'amr'
  | 'lfs'
  | 'wavpack'
  | 'tta'
  | 'ac3'

/** Kinds that `decodeWav` reads. */
export const ownKinds: readonly SoundKind[] = ['wav', 'w64', 'aiff']

/** Names of the kinds for messages. */
export const kindNames: Readonly<Record<SoundKind, string>> = {
  wav: 'WAV',
  w64: 'Sony Wave64',
  aiff: 'AIFF',
  flac: 'FLAC',
  mp3: 'MP3',
  aac: 'AAC',
  ogg: 'Ogg',
  m4a: 'M4A or MP4',
  webm: 'WebM or Matroska',
  caf: 'Core Audio (CAF)',
  wma: 'Windows Media (WMA)',
  amr: 'AMR',
  lfs: 'a Git LFS pointer',
  wavpack: 'WavPack',
  tta: 'True Audio (TTA)',
  ac3: 'AC-3',
}

/** Signatures of the kinds, with their offsets. */
const signatures: readonly [kind: SoundKind, at: number, text: string][] = [
  ['wav', 0, 'RIFF'],
  ['wav', 0, 'RIFX'],
  ['wav', 0, 'RF64'],
  ['wav', 0, 'BW64'],
  ['w64', 0, 'riff\x2e\x91\xcf\x11'],
  ['aiff', 0, 'FORM'],
  ['flac', 0, 'fLaC'],
  ['ogg', 0, 'OggS'],
  ['m4a', 4, 'ftyp'],
  ['webm', 0, '\x1a\x45\xdf\xa3'],
  ['caf', 0, 'caff'],
  ['wma', 0, '\x30\x26\xb2\x75\x8e\x66\xcf\x11'],
  ['amr', 0, '#!AMR'],
  ['lfs', 0, lfsSignature],
  ['wavpack', 0, 'wvpk'],
  ['tta', 0, 'TTA1'],
  ['ac3', 0, '\x0b\x77'],
]

/** Number of bytes that determine the kind of a file without an ID3 tag. */
export const signatureBytes = 64

/**
 * The kind of a file, or undefined. A leading ID3v2 tag is skipped; with nothing recognised after it, the kind is MP3.
 */
export function soundKind(bytes: Uint8Array): SoundKind | undefined {
  const start = id3Bytes(bytes)
  const file = bytes.subarray(Math.min(start, bytes.length))
  const signature = signatures.find(([, at, text]) => textAt(file, at, text.length) === text)
  if (signature) return signature[0]
  return frameKind(file) ?? (start > 0 ? 'mp3' : undefined)
}

/** Total bytes of the ID3v2 tags at the beginning of a file, 0 without one. */
export function id3Bytes(bytes: Uint8Array): number {
  let all = 0
  for (let tag = tagBytes(bytes); tag > 0; tag = tagBytes(bytes.subarray(all))) all += tag
  return all
}

/** Bytes of the ID3v2 tag at the start of `bytes`, 0 without one: header, contents and an optional footer. */
function tagBytes(bytes: Uint8Array): number {
  if (bytes.length < 10 || textAt(bytes, 0, 3) !== 'ID3') return 0
  const sizes = bytes.subarray(6, 10)
  if (sizes.some((byte) => byte > 127)) return 0
  const footer = bytes[5] & 0x10 ? 10 : 0
  return 10 + sizes.reduce((size, byte) => size * 128 + byte, 0) + footer
}

/**
 * MPEG audio and AAC (ADTS) begin with eleven or twelve set bits. FF FE is text in UTF-16: as MPEG it would be Layer I
 * with checksums, which is rare.
 */
function frameKind(file: Uint8Array): SoundKind | undefined {
  if (file.length < 4 || file[0] !== 0xff || file[1] === 0xfe) return undefined
  if ((file[1] & 0xf6) === 0xf0) return 'aac'
  const [version, layer] = [(file[1] >> 3) & 3, (file[1] >> 1) & 3]
  const [rate, frequency] = [file[2] >> 4, (file[2] >> 2) & 3]
  const valid = (file[1] & 0xe0) === 0xe0 && version !== 1 && layer !== 0 && rate !== 15 && frequency !== 3
  return valid ? 'mp3' : undefined
}

/** Bytes as characters of Latin-1; fewer at the end of the file. */
export function textAt(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length))
}
