/** Reads recordings that are segments of sound files. */
import { stat } from 'node:fs/promises'
import type { Segment } from '../corpora/index.ts'
import type { AudioFile } from './audio-file.ts'

/** Tolerance, s, for rounded end times beyond the end of the sound. */
const ROUNDING = 0.01

function shown(seconds: number): string {
  return `${Number(seconds.toFixed(3))} s`
}

/**
 * Cuts a sound from the sample nearest to `start` (included) to the one nearest to `end` (excluded).
 *
 * @throws RangeError where the sound has no such part
 */
function cutSegment(audio: AudioFile, { start, end, channel }: Omit<Segment, 'file'>): AudioFile {
  const { sampleRate, channels: all } = audio
  if (channel !== undefined && channel > all.length) {
    throw new RangeError(`beyond the sound: channel ${channel} of ${all.length}`)
  }
  const channels = channel === undefined ? all : [all[channel - 1]]
  const length = channels[0]?.length ?? 0
  const from = Math.round(start * sampleRate)
  const to = end === undefined ? length : Math.round(end * sampleRate)
  const sound = `the sound is ${shown(length / sampleRate)} long`
  if (from >= length) throw new RangeError(`beyond the sound: the segment begins at ${shown(start)}, ${sound}`)
  const ends = `the segment ends at ${shown(end ?? 0)}, ${sound}`
  if (to - length > ROUNDING * sampleRate) throw new RangeError(`beyond the sound: ${ends}`)
  if (to <= from) throw new RangeError(`an empty segment: from ${start} to ${end} s there is no sample`)
  const warnings = [...audio.warnings]
  if (to > length) warnings.push(`up to the end of the sound: ${ends}`)
  return { ...audio, channels: channels.map((samples) => samples.slice(from, to)), warnings }
}

/** Reads segments; decodes a file once for segments that are read consecutively. */
export class SegmentFiles {
  private readonly decode: (file: string) => Promise<AudioFile>
  private readonly segments = new Map<string, number>()
  private last: { key: string; left: number; audio: Promise<AudioFile> } | null = null

  /** @param decode - reads a whole file */
  constructor(decode: (file: string) => Promise<AudioFile>) {
    this.decode = decode
  }

  /** Announces a segment; the sound of a file is released after its last announced segment. */
  expect({ file }: Segment): void {
    this.segments.set(file, (this.segments.get(file) ?? 0) + 1)
  }

  /** @throws RangeError where the file has no such part */
  async read(segment: Segment): Promise<AudioFile> {
    const { file } = segment
    const { mtimeMs, size } = await stat(file).catch(() => ({ mtimeMs: 0, size: 0 })) // the decoder tells
    const key = JSON.stringify([file, mtimeMs, size])
    if (this.last?.key !== key) {
      this.last = { key, left: this.segments.get(file) ?? 0, audio: this.decode(file) }
    }
    const { last } = this
    last.left--
    if (last.left <= 0) this.last = null
    return cutSegment(await last.audio, segment)
  }
}
