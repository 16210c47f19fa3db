/** Long recordings, read piece by piece. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { toMono } from '../audio/mono.ts'
import { id3Bytes, soundKind } from '../audio/sound-kind.ts'
import { checkInteger, checkOptions } from '../core/check.ts'
import { FormatError } from '../core/errors.ts'
import { isErrorNamed } from '../core/realm.ts'
import { decodeAudio } from './audio-file.ts'
import { checkEnding, checkPath } from './files.ts'
import { type ChunkDecoder, chunkDecoder, type DecodedChunk } from './sound-decoders.ts'

/** Options of {@link openAudioFile}. */
export interface OpenAudioOptions {
  /** Channel to take, from 1. Default: the mean of all. */
  channel?: number
}

/** A recording that is read piece by piece: chunks of samples of one channel, in [-1, 1]. */
export interface AudioPieces extends AsyncIterable<Float32Array> {
  /** Hz. */
  readonly sampleRate: number
  /** The kind of file, such as `flac`; absent if unknown. */
  readonly format?: string
  /** Whether memory does not grow with the length; else the whole sound is decoded at once, 4 bytes for each sample of each channel. */
  readonly streamed: boolean
  /** Faults of the file that did not prevent reading it, as far as it was read. */
  readonly warnings: readonly string[]
  /** Share of the file that was read so far, 0 to 1; NaN where its length is not known. */
  readonly reached: number
}

/** Facts about a file that are told while it is read. */
interface Told {
  format?: string
  streamed: boolean
  warnings: string[]
  /** Bytes read so far. */
  bytes: number
}

type Bytes = AsyncIterator<Uint8Array>

/** Bytes of a part. */
const PART = 65536
/** Samples of a chunk of a sound that was decoded at once. */
const CHUNK = 48000
/** Bytes by which the kind of a file is known. */
const LEAST_HEAD = 64

const together = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))

/** The first bytes, as many as tell the kind of a file, tags of ID3 included. */
async function headOf(bytes: Bytes): Promise<Uint8Array> {
  let head = new Uint8Array(0)
  while (head.length < id3Bytes(head) + LEAST_HEAD) {
    const { done, value } = await bytes.next()
    if (done) break
    head = together([head, value]) as Uint8Array<ArrayBuffer>
  }
  return head
}

async function* rest(bytes: Bytes): AsyncGenerator<Uint8Array> {
  for (;;) {
    const { done, value } = await bytes.next()
    if (done) return
    yield value
  }
}

/** The whole sound, decoded at once. */
async function* wholeSound(seen: readonly Uint8Array[], bytes: Bytes, told: Told): AsyncGenerator<DecodedChunk> {
  const parts = [...seen]
  for await (const part of rest(bytes)) parts.push(part)
  const { channels, sampleRate, format, warnings } = await decodeAudio(together(parts))
  told.streamed = false
  if (format !== undefined) told.format = format
  told.warnings.push(...warnings)
  for (let at = 0; at < channels[0].length; at += CHUNK) {
    yield { channels: channels.map((samples) => samples.subarray(at, at + CHUNK)), sampleRate }
  }
}

async function* streamedSound(
  decoder: ChunkDecoder,
  head: Uint8Array,
  bytes: Bytes,
  told: Told,
): AsyncGenerator<DecodedChunk> {
  const seen: Uint8Array[] = []
  let isRead = false
  told.warnings = decoder.warnings
  try {
    for (let part: Uint8Array | undefined = head; part !== undefined; part = (await bytes.next()).value) {
      if (!isRead) seen.push(part)
      const chunk = await decoder.push(part)
      if (chunk === null) continue
      isRead = true
      seen.length = 0
      yield chunk
    }
    const last = await decoder.end()
    if (last !== null) yield last
  } catch (error) {
    if (isRead || !isErrorNamed(error, 'FormatError')) throw error
    // The reader of whole files tells of files that no stream takes, such as ADPCM, or that have no sound.
    yield* wholeSound(seen, bytes, told)
  } finally {
    decoder.close()
  }
}

/** Decodes bytes piece by piece where that can be done. */
async function* soundFrom(bytes: Bytes, told: Told): AsyncGenerator<DecodedChunk> {
  try {
    const head = await headOf(bytes)
    if (head.length === 0) throw new FormatError('an empty file')
    const kind = soundKind(head)
    const behindTags = head.subarray(Math.min(id3Bytes(head), head.length))
    const decoder = await chunkDecoder(behindTags, kind)
    if (kind !== undefined) told.format = kind
    if (decoder === null) yield* wholeSound([head], bytes, told)
    else yield* streamedSound(decoder, behindTags, bytes, told)
  } finally {
    await bytes.return?.()
  }
}

/** One channel of a chunk. */
function channelOf({ channels }: DecodedChunk, channel: number | undefined): Float32Array {
  if (channel === undefined) return toMono({ channels })
  if (channel <= channels.length) return channels[channel - 1]
  throw new RangeError(`channel ${channel}: the recording has ${channels.length}`)
}

async function* monoOf(
  sound: AsyncIterable<DecodedChunk>,
  sampleRate: number,
  channel: number | undefined,
): AsyncGenerator<Float32Array> {
  for await (const chunk of sound) {
    if (chunk.sampleRate !== sampleRate) {
      throw new FormatError(`the sample rate changes from ${sampleRate} to ${chunk.sampleRate} Hz`)
    }
    yield channelOf(chunk, channel)
  }
}

function counted(bytes: Bytes, told: Told): Bytes {
  return {
    next: async () => {
      const result = await bytes.next()
      if (!result.done) told.bytes += result.value.length
      return result
    },
    return: async () => (await bytes.return?.()) ?? { done: true, value: undefined },
  }
}

const freshTold = (): Told => ({ streamed: true, warnings: [], bytes: 0 })

/** The first chunk of a sound. */
async function firstOf(sound: AsyncGenerator<DecodedChunk>): Promise<DecodedChunk> {
  const { done, value } = await sound.next()
  if (done) throw new FormatError('no sound in it')
  return value
}

/** A recording whose bytes come once, such as from standard input. */
export async function openAudioBytes(
  source: AsyncIterable<Uint8Array>,
  { channel }: OpenAudioOptions = {},
): Promise<AudioPieces> {
  const told = freshTold()
  const sound = soundFrom(counted(source[Symbol.asyncIterator](), told), told)
  const first = await firstOf(sound)
  const { sampleRate } = first
  async function* all(): AsyncGenerator<DecodedChunk> {
    yield first
    yield* sound
  }
  return {
    ...{ sampleRate, format: told.format },
    get streamed() {
      return told.streamed
    },
    get warnings() {
      return told.warnings
    },
    reached: Number.NaN,
    [Symbol.asyncIterator]: () => monoOf(all(), sampleRate, channel),
  }
}

/**
 * Opens a recording to read it piece by piece, in memory that does not depend on its length: WAV but ADPCM, and, by the package
 * `audio-decode`, FLAC, MP3, Ogg (Vorbis, Opus, FLAC) and WebM. AIFF, Wave64, ADPCM, AAC, M4A and others are decoded at once (`streamed` is then
 * false): 4 bytes for each sample of each channel, 1.4 GB for an hour of two channels at 48 kHz. The samples are those of
 * `toMono(await readAudioFile(path))`. It can be read several times; leaving the loop closes the file. That an MP3, Ogg or WebM file is cut
 * off is not told, as `readAudioFile` does.
 *
 * @example
 * ```ts
 * import { openAudioFile } from 'ser-core/node'
 *
 * const recording = await openAudioFile('speech.wav')
 * const stream = new SpeechSegmentStream({ sampleRate: recording.sampleRate })
 * for await (const samples of recording) {
 *   for (const { start, end } of stream.push(samples)) console.log(start, end, `${Math.round(100 * recording.reached)} %`)
 * }
 * for (const { start, end } of stream.flush()) console.log(start, end)
 * ```
 *
 * @throws FormatError where the file is not a recording, StateError where `audio-decode` is needed and not installed
 */
export async function openAudioFile(path: string, options: OpenAudioOptions = {}): Promise<AudioPieces> {
  const where = 'openAudioFile'
  checkPath(where, 'path', path)
  checkOptions(where, options, ['channel'])
  const channel =
    options.channel === undefined ? undefined : checkInteger(where, 'channel', options.channel, { min: 1 })
  await checkEnding(path)
  const file = await stat(path)
  const bytes = (): AsyncIterable<Uint8Array> => createReadStream(path, { highWaterMark: PART })
  // Of a pipe, the bytes come once.
  if (!file.isFile()) return await openAudioBytes(bytes(), { channel })
  let told = freshTold()
  const begin = (): AsyncGenerator<DecodedChunk> => {
    told = freshTold()
    return soundFrom(counted(bytes()[Symbol.asyncIterator](), told), told)
  }
  const sound = begin()
  const first = await firstOf(sound)
  await sound.return(undefined)
  const { sampleRate } = first
  channelOf(first, channel)
  const { format, streamed } = told
  return {
    ...{ sampleRate, format, streamed },
    get warnings() {
      return told.warnings
    },
    get reached() {
      return Math.min(1, told.bytes / file.size)
    },
    [Symbol.asyncIterator]: () => monoOf(begin(), sampleRate, channel),
  }
}
