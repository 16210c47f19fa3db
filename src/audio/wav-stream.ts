/** Sound that arrives as bytes: WAV of any length, known or not, or bare samples. */
import { checkInteger, checkOneOf, checkOptions } from '../core/check.ts'
import { expectation, FormatError } from '../core/errors.ts'
import { counted, Printed } from '../core/printed.ts'
import { ownBytes } from '../core/realm.ts'
import { toMono } from './mono.ts'
import { kindNames, soundKind } from './sound-kind.ts'
import { readChannels, type StoredFormat, storedBytes } from './stored-sound.ts'
import { formatTag, maxUint32, type SampleFormat, sampleFormats } from './wav.ts'
import { dataStart, findChunks, leastStreamSize } from './wav-chunks.ts'
import { readFormat, storedFormat } from './wav-format.ts'

/** Bare samples, which no header describes. */
export interface BareSound {
  /** Hz. */
  sampleRate: number
  /** Interleaved channels. Default 1. */
  channels?: number
  /** How a sample is stored, least significant byte first. Default `pcm16`. */
  format?: SampleFormat
}

interface Layout {
  sampleRate: number
  channelCount: number
  format: StoredFormat
  littleEndian: boolean
  /** Bytes of sound that are still to come; infinite where that is not known. */
  left: number
}

/** Most bytes before the sound. */
const LONGEST_HEADER = 2 ** 20
const HEADER = 12

function bareLayout(where: string, sound: BareSound): Layout {
  checkOptions(where, sound, ['sampleRate', 'channels', 'format'])
  return {
    sampleRate: checkInteger(where, 'sampleRate', sound.sampleRate, { min: 1 }),
    channelCount: checkInteger(where, 'channels', sound.channels ?? 1, { min: 1, max: 1024 }),
    format: checkOneOf(where, 'format', sound.format ?? 'pcm16', sampleFormats),
    littleEndian: true,
    left: Number.POSITIVE_INFINITY,
  }
}

/** Throws for bytes that begin no WAV. */
function checkBeginning(bytes: Uint8Array): void {
  const kind = soundKind(bytes)
  if (kind === 'wav') return
  const got = kind === undefined ? 'bytes of no known format' : kindNames[kind]
  throw new FormatError(
    `WavStream: expected WAV, got ${got} (ffmpeg -i FILE -f wav - converts sound; bare samples need their sample rate)`,
  )
}

/** Throws for bare samples that begin as a WAV: its header would be taken for sound, and its layout may be another. */
function checkBare(bytes: Uint8Array): void {
  if (soundKind(bytes) !== 'wav') return
  throw new FormatError('WavStream: expected bare samples, got WAV, which states its rate and layout: give none')
}

/**
 * The layout by a header, and where the sound begins; while the header is not complete, where to go on.
 *
 * @param from - place that was told before
 */
function readHeader(
  bytes: Uint8Array,
  warnings: string[],
  from: number | undefined,
): { layout: Layout; start: number } | { next?: number } {
  if (bytes.length < HEADER) return {}
  if (from === undefined) checkBeginning(bytes)
  const { start, next } = dataStart(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), from)
  if (start === undefined) {
    if (bytes.length > LONGEST_HEADER) throw new FormatError('WavStream: no "data" chunk, which holds the samples')
    return { next }
  }
  const header = new DataView(bytes.buffer, bytes.byteOffset, start)
  const chunks = findChunks(header)
  const { sampleRate, channelCount, ...rest } = readFormat(header, chunks)
  if (rest.tag === formatTag.imaAdpcm || rest.tag === formatTag.msAdpcm) {
    throw new FormatError('WavStream: ADPCM is not read from a stream: decodeWav reads the whole file')
  }
  const format = storedFormat({ sampleRate, channelCount, ...rest }, Number.POSITIVE_INFINITY, warnings)
  const { size } = chunks.data
  // Programs that write to a pipe state 0 or the largest length that they know.
  const isOpen = chunks.openEnded || size === 0 || (size >= leastStreamSize - rest.blockBytes && size <= maxUint32)
  const left = isOpen ? Number.POSITIVE_INFINITY : size
  return { layout: { sampleRate, channelCount, format, littleEndian: chunks.littleEndian, left }, start }
}

/** Bytes that are not used yet. However small the pieces are in which they come, each is copied a few times at most. */
class PendingBytes {
  private store: Uint8Array = new Uint8Array(0)
  length = 0

  get bytes(): Uint8Array {
    return this.store.subarray(0, this.length)
  }

  add(fresh: Uint8Array): void {
    const needed = this.length + fresh.length
    if (needed > this.store.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.length))
      larger.set(this.bytes)
      this.store = larger
    }
    this.store.set(fresh, this.length)
    this.length = needed
  }

  /** Forgets all but those of a range. */
  keep(start: number, end: number): void {
    this.store = this.store.slice(start, end)
    this.length = this.store.length
  }
}

/**
 * Samples of a sound that arrives in chunks of bytes, such as from a pipe: WAV, of a stated length or without one as `sox -t
 * wav -` and `ffmpeg -f wav -` write it, in the encodings of `decodeWav` but ADPCM; or bare samples, where their layout is
 * given. The samples are those of `toMono(decodeWav(bytes))`, however the bytes are cut.
 *
 * @example
 * ```ts
 * const bytes = encodeWav({ sampleRate: 16000, channels: [Float32Array.of(0, 0.25, 0.5)] })
 * const stream = new WavStream()
 * stream.push(bytes.subarray(0, 20)) // no samples yet
 * stream.push(bytes.subarray(20)) // [0, 0.25, 0.5]
 * stream.sampleRate // 16000
 * ```
 */
export class WavStream extends Printed {
  /** Faults of the stream that did not prevent reading it. */
  readonly warnings: string[] = []
  private layout: Layout | null
  /** Bytes of the header so far, or of a frame that is not complete. */
  private readonly held: PendingBytes = new PendingBytes()
  /** Where the search for the sound goes on. */
  private next: number | undefined
  /** First bytes of bare samples, until there are as many as tell a WAV. */
  private beginning: Uint8Array | null
  private frames = 0

  /**
   * @param sound - the layout of bare samples; absent for WAV
   * @throws TypeError or RangeError for another layout
   */
  constructor(sound?: BareSound) {
    super()
    this.layout = sound === undefined ? null : bareLayout('WavStream', sound)
    this.beginning = sound === undefined ? null : new Uint8Array(0)
  }

  /** Rate and length so far in one line, which consoles print. */
  override toString(): string {
    const rate = this.layout === null ? 'no header yet' : `${this.layout.sampleRate} Hz`
    return `WavStream: ${rate}, ${counted(this.frames, 'sample')} so far`
  }

  /** Hz; undefined until the header has come. */
  get sampleRate(): number | undefined {
    return this.layout?.sampleRate
  }

  /**
   * Takes the next bytes and returns the samples that they complete, the mean of the channels.
   *
   * @throws TypeError for anything but bytes, FormatError for what is no WAV, or is one where bare samples were expected
   */
  push(bytes: Uint8Array | ArrayBuffer): Float32Array {
    const channels = this.pushChannels(bytes)
    return channels.length === 0 ? new Float32Array(0) : toMono({ channels })
  }

  /** As {@link push}, the samples of each channel; none while the header has not come. @internal */
  pushChannels(bytes: Uint8Array | ArrayBuffer): Float32Array[] {
    const fresh = ownBytes(bytes)
    if (fresh === undefined) {
      throw new TypeError(expectation('WavStream.push', 'bytes', 'a Uint8Array or an ArrayBuffer', bytes))
    }
    if (this.beginning !== null) this.begin(this.beginning, fresh)
    this.held.add(fresh)
    if (this.layout !== null) return this.read(this.layout)
    const found = readHeader(this.held.bytes, this.warnings, this.next)
    if (!('layout' in found)) {
      this.next = found.next
      return []
    }
    this.layout = found.layout
    this.held.keep(found.start, this.held.length)
    return this.read(found.layout)
  }

  /**
   * Ends the sound; warns where it is shorter than stated.
   *
   * @throws FormatError where no header came
   */
  flush(): void {
    if (this.layout === null) {
      throw new FormatError(
        this.held.length === 0 ? 'WavStream: no byte came' : 'WavStream: the bytes end within the header of a WAV',
      )
    }
    const { left } = this.layout
    const rest = this.held.length
    if (Number.isFinite(left) && left > rest)
      this.warnings.push(`the sound is cut off: ${left - rest} bytes are missing`)
    if (rest > 0) this.warnings.push(`the last ${rest} byte(s) are no whole frame: left out`)
  }

  /** Looks at the first bytes of bare samples. */
  private begin(known: Uint8Array, fresh: Uint8Array): void {
    const bytes = Uint8Array.of(...known, ...fresh.subarray(0, HEADER - known.length))
    if (bytes.length === HEADER) checkBare(bytes)
    this.beginning = bytes.length < HEADER ? bytes : null
  }

  private read(layout: Layout): Float32Array[] {
    const { format, channelCount, littleEndian } = layout
    const { bytes } = this.held
    const frameBytes = channelCount * storedBytes[format]
    const frames = Math.floor(Math.min(bytes.length, layout.left) / frameBytes)
    const file = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    const channels = readChannels(file, { format, channelCount, littleEndian, start: 0, frames })
    const used = frames * frameBytes
    layout.left -= used
    this.frames += frames
    // Behind the sound are other chunks.
    const end = Math.min(bytes.length, used + layout.left)
    if (used > 0 || end < bytes.length) this.held.keep(used, end)
    return channels
  }
}
