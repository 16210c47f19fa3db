/** Decodes WAV, and also Wave64 and AIFF, which are sometimes named `.wav`. */

import { expectation, FormatError } from '../core/errors.ts'
import { lfsRemedy } from '../core/lfs.ts'
import { ownBytes } from '../core/realm.ts'
import { decodeAiff } from './aiff.ts'
import { decodeImaAdpcm } from './ima-adpcm.ts'
import { decodeMsAdpcm } from './ms-adpcm.ts'
import { openWav, viewBehindTag } from './open-wav.ts'
import { kindNames, ownKinds, type SoundKind, soundKind } from './sound-kind.ts'
import { readChannels, storedBytes, warnOfNonFinite } from './stored-sound.ts'
import { strangerName } from './strangers.ts'
import { formatTag, type WavAudio } from './wav.ts'
import { availableBytes, type WavChunks } from './wav-chunks.ts'
import { readFormat, storedFormat, type WavFormat } from './wav-format.ts'

/**
 * Decodes a WAV file: integers of N bits are divided by 2^(N-1) (8-bit samples are unsigned, with 128 for zero), G.711
 * codes and ADPCM (IMA, Microsoft) are expanded to 16 bits and divided by 2^15, floats stay as they are (64-bit ones
 * rounded to 32). Samples with fewer valid bits than their container are left-aligned, so that the container's scale
 * applies. RIFX, RF64, BW64, Sony Wave64 and AIFF or AIFF-C are read as well, and a leading ID3v2 tag is skipped: the
 * content decides, not the name of a file.
 *
 * A truncated file gives the frames that are present, and a `data` chunk of unknown length (0, or near 2^31 or 2^32, as
 * written to pipes) those up to the end of the file. Where the bits of a sample and the bytes of a frame are
 * inconsistent, the bits decide. `warnings` reports these faults and float samples that are not finite or overflow 32
 * bits.
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises'
 *
 * const audio = decodeWav(await readFile('speech.wav'))
 * const samples = resample(toMono(audio), audio.sampleRate, 16000)
 * ```
 *
 * @param bytes - The whole file; a Node `Buffer` is a `Uint8Array`.
 * @throws TypeError where the argument is neither a `Uint8Array` nor an `ArrayBuffer`.
 * @throws FormatError for other files and unsupported encodings; the message names the format found and how to read it.
 */
export function decodeWav(bytes: Uint8Array | ArrayBuffer): WavAudio {
  const whole = ownBytes(bytes)
  if (whole === undefined) {
    throw new TypeError(expectation('decodeWav', 'bytes', 'a Uint8Array or an ArrayBuffer', bytes))
  }
  const kind = soundKind(whole)
  if (kind === undefined) refuseStranger(whole)
  else if (!ownKinds.includes(kind)) refuse(whole, kind)
  if (kind === 'aiff') return decodeAiff(viewBehindTag(whole))
  const { file, chunks } = openWav(whole, kind)
  return decodeChunks(file, chunks)
}

function refuseStranger(bytes: Uint8Array): void {
  const name = strangerName(bytes)
  if (name !== undefined) throw new FormatError(`decodeWav: not a WAV file but ${name}`)
}

function refuse(bytes: Uint8Array, kind: SoundKind): never {
  if (kind === 'lfs') throw new FormatError(`decodeWav: not a WAV file but ${lfsRemedy('recording')}`)
  const first = JSON.stringify(String.fromCharCode(...bytes.subarray(0, 4)).replace(/[^ -~]/g, '?'))
  throw new FormatError(
    `decodeWav: not a WAV file but ${kindNames[kind]}: expected "RIFF" at its beginning, got ${first} (readAudioFile of ` +
      'ser-core/node reads it by the package audio-decode, ffmpeg -i FILE OUT.wav converts it)',
  )
}

function decodeChunks(file: DataView, chunks: WavChunks): WavAudio {
  const warnings: string[] = []
  const format = readFormat(file, chunks)
  const { sampleRate } = format
  if (format.tag === formatTag.imaAdpcm || format.tag === formatTag.msAdpcm) {
    const ima = format.tag === formatTag.imaAdpcm
    const channels = (ima ? decodeImaAdpcm : decodeMsAdpcm)(file, chunks, format, warnings)
    return { sampleRate, channels, format: ima ? 'ima-adpcm' : 'ms-adpcm', warnings }
  }
  return decodeSamples(file, chunks, format, warnings)
}

function decodeSamples(file: DataView, chunks: WavChunks, format: WavFormat, warnings: string[]): WavAudio {
  const stored = storedFormat(format, file.byteLength, warnings)
  const { littleEndian, data } = chunks
  const { sampleRate, channelCount } = format
  const frameBytes = channelCount * storedBytes[stored]
  const available = availableBytes(file, chunks, frameBytes, warnings)
  const rest = available % frameBytes
  if (rest > 0) warnings.push(`the last ${rest} byte(s) of "data" are no whole frame of ${frameBytes}: left out`)
  const frames = (available - rest) / frameBytes
  const sound = { format: stored, channelCount, littleEndian, start: data.start, frames }
  const channels = readChannels(file, sound)
  warnOfNonFinite(channels, file, sound, warnings)
  return { sampleRate, channels, format: stored, warnings }
}
