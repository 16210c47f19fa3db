/** Decoders of sound that comes in chunks of bytes, with the samples that `readAudioFile` gives for the whole. */
import { exactFlac, flacBits } from '../audio/flac-scale.ts'
import { kindNames, type SoundKind, textAt } from '../audio/sound-kind.ts'
import { WavStream } from '../audio/wav-stream.ts'
import { FormatError, messageOf } from '../core/errors.ts'
import { importUnbundled } from '../core/optional.ts'

/** Samples of a chunk: one array for each channel. */
export interface DecodedChunk {
  channels: Float32Array[]
  sampleRate: number
}

/** Takes the bytes of a file one after the other; null where they complete no sample. */
export interface ChunkDecoder {
  push(bytes: Uint8Array): Promise<DecodedChunk | null>
  /** Ends the file; gives its last samples, and adds faults to the warnings. */
  end(): Promise<DecodedChunk | null>
  /** Lets go what the decoder holds. */
  close(): void
  warnings: string[]
}

/** Formats of the package `audio-decode` whose decoders take chunks: that of M4A waits for the whole file. */
type PackageFormat = 'flac' | 'mp3' | 'oga' | 'opus' | 'webm'

/** A decoder of the package: without an argument it ends. */
interface PackageDecoder {
  (chunk?: Uint8Array): Promise<{ channelData: Float32Array[]; sampleRate: number }>
  free(): void
}

/** Bytes at the end that are held back, of an ID3v1 tag, before which the package loses the last frame. */
const TAG = 128

/** The package's name for what a file holds, or null where it does not take chunks. */
function packageFormat(head: Uint8Array, kind: SoundKind | undefined): PackageFormat | null {
  if (kind === 'flac' || kind === 'mp3') return kind
  const beginning = textAt(head, 0, 64)
  if (kind === 'webm') return beginning.includes('webm') ? 'webm' : null
  if (kind !== 'ogg') return null
  if (beginning.includes('OpusHead')) return 'opus'
  return beginning.includes('vorbis') ? 'oga' : beginning.includes('fLaC') ? 'flac' : null
}

/** Frames that STREAMINFO states, after `fLaC`; 0 for unknown, and in Ogg. */
function statedFrames(head: Uint8Array): number {
  if (textAt(head, 0, 4) !== 'fLaC' || head.length < 26) return 0
  return (head[21] & 15) * 2 ** 32 + new DataView(head.buffer, head.byteOffset + 22, 4).getUint32(0)
}

/** Decodes by the package. */
class PackageChunks implements ChunkDecoder {
  readonly warnings: string[] = []
  private readonly decoder: PackageDecoder
  private readonly name: string
  private readonly bits: number | undefined
  private readonly stated: number
  private frames = 0
  private held: Uint8Array = new Uint8Array(0)

  constructor(decoder: PackageDecoder, name: string, head: Uint8Array, isFlac: boolean) {
    this.decoder = decoder
    this.name = name
    this.bits = isFlac ? flacBits(head) : undefined
    this.stated = isFlac ? statedFrames(head) : 0
  }

  async push(bytes: Uint8Array): Promise<DecodedChunk | null> {
    const all = new Uint8Array(this.held.length + bytes.length)
    all.set(this.held)
    all.set(bytes, this.held.length)
    const end = Math.max(0, all.length - TAG)
    this.held = all.slice(end)
    return end === 0 ? null : await this.decode(all.slice(0, end))
  }

  async end(): Promise<DecodedChunk | null> {
    const rest = textAt(this.held, 0, 3) === 'TAG' && this.held.length === TAG ? null : this.held
    const chunks = [rest === null || rest.length === 0 ? null : await this.decode(rest), await this.decode()]
    if (this.frames < this.stated) {
      const missing = this.stated - this.frames
      this.warnings.push(`the FLAC file is cut off: ${missing} of ${this.stated} frames are missing`)
    }
    return joined(chunks.filter((chunk) => chunk !== null))
  }

  close(): void {
    this.decoder.free()
  }

  private async decode(bytes?: Uint8Array): Promise<DecodedChunk | null> {
    try {
      const { channelData: channels, sampleRate } = await this.decoder(bytes)
      if (channels.length === 0 || channels[0].length === 0) return null
      if (this.bits !== undefined) exactFlac(channels, this.bits)
      this.frames += channels[0].length
      return { channels, sampleRate }
    } catch (cause) {
      throw new FormatError(`${this.name} that cannot be decoded: ${messageOf(cause)}`, { cause })
    }
  }
}

/** Chunks one after the other; what is one channel of two that are the same in another chunk stands for both. */
function joined(chunks: readonly DecodedChunk[]): DecodedChunk | null {
  if (chunks.length < 2) return chunks[0] ?? null
  const { sampleRate } = chunks[0]
  const count = Math.max(...chunks.map(({ channels }) => channels.length))
  const channels = Array.from({ length: count }, (_, c) => {
    const parts = chunks.map((chunk) => chunk.channels[c % chunk.channels.length])
    const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
    let at = 0
    for (const part of parts) {
      all.set(part, at)
      at += part.length
    }
    return all
  })
  return { channels, sampleRate }
}

/** Reads WAV. */
class WavChunks implements ChunkDecoder {
  readonly warnings: string[]
  private readonly wav: WavStream = new WavStream()

  constructor() {
    this.warnings = this.wav.warnings
  }

  async push(bytes: Uint8Array): Promise<DecodedChunk | null> {
    const channels = this.wav.pushChannels(bytes)
    const { sampleRate } = this.wav
    return sampleRate === undefined || channels.length === 0 ? null : { channels, sampleRate }
  }

  async end(): Promise<null> {
    this.wav.flush()
    return null
  }

  close(): void {}
}

/**
 * The decoder for a file that begins so; null where none takes it in chunks, or the package is not installed.
 *
 * @param head - its first bytes behind ID3v2 tags, at least 64 unless the file is shorter
 */
export async function chunkDecoder(head: Uint8Array, kind: SoundKind | undefined): Promise<ChunkDecoder | null> {
  if (kind === 'wav') return new WavChunks()
  const format = packageFormat(head, kind)
  if (format === null || kind === undefined) return null
  try {
    const { default: decoders } = await importUnbundled<{
      default: Record<PackageFormat, () => Promise<PackageDecoder>>
    }>('audio-decode')
    return new PackageChunks(await decoders[format](), kindNames[kind], head, format === 'flac')
  } catch {
    return null
  }
}
