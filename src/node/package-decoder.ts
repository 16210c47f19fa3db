/** Decoding by the optional package `audio-decode`, with workarounds for its faults. */

import { adtsHeader, atAdtsRate } from '../audio/adts.ts'
import { exactFlac, flacBits } from '../audio/flac-scale.ts'
import { id3Bytes, soundKind, textAt } from '../audio/sound-kind.ts'
import { strangerName } from '../audio/strangers.ts'
import { FormatError, StateError } from '../core/errors.ts'
import { importUnbundled } from '../core/optional.ts'

/** Decodes the bytes of a recording in any format but WAV. */
export type AudioDecoder = (bytes: Uint8Array) => Promise<{ channelData: Float32Array[]; sampleRate: number }>

const id3v1Bytes = 128

/**
 * Removes ID3 tags: after one, the package recognises one format only, and before one it loses the last frame of FLAC.
 */
function untagged(bytes: Uint8Array): Uint8Array {
  const sound = bytes.subarray(Math.min(id3Bytes(bytes), bytes.length))
  const end = sound.length - id3v1Bytes
  return soundKind(sound) === 'flac' && end > 0 && textAt(sound, end, 3) === 'TAG' ? sound.subarray(0, end) : sound
}

/**
 * Throws for A-law and mu-law in Core Audio files, which the package decodes wrongly; `desc` is always their first
 * chunk.
 */
function checkCaf(sound: Uint8Array): void {
  const encoding = soundKind(sound) === 'caf' ? textAt(sound, 28, 4) : ''
  if (encoding !== 'alaw' && encoding !== 'ulaw') return
  const name = encoding === 'alaw' ? 'A-law' : 'mu-law'
  throw new FormatError(`${name} is not read: convert it, as by: ffmpeg -i FILE.caf -c:a pcm_s16le OUT.wav`)
}

/** Decodes by the package. @throws StateError where it is not installed */
export async function decodeByPackage(bytes: Uint8Array): ReturnType<AudioDecoder> {
  const stranger = strangerName(bytes)
  if (stranger !== undefined) throw new FormatError(`it is ${stranger}`)
  let decode: AudioDecoder
  try {
    decode = (await importUnbundled<{ default: AudioDecoder }>('audio-decode')).default
  } catch (cause) {
    throw new StateError(
      `no WAV file; other formats are read by the optional package audio-decode: npm install audio-decode`,
      { cause },
    )
  }
  const sound = untagged(bytes)
  checkCaf(sound)
  const adts = adtsHeader(sound)
  const decoded = await decode(sound)
  const audio = adts === undefined ? decoded : atAdtsRate(decoded, adts)
  const kind = soundKind(sound)
  const bits = kind === 'flac' || kind === 'ogg' ? flacBits(sound) : undefined
  if (bits !== undefined) exactFlac(audio.channelData, bits)
  return audio
}
