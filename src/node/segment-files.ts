/** Recordings that are parts of sound files. */
import { stat } from 'node:fs/promises'
import type { Segment } from '../corpora/index.ts'
import type { AudioFile } from './audio-file.ts'

/** An end so little behind that of the sound is one of rounded times, s. */
const ROUNDING = 0.01

function shown(seconds: number): string {
  return `${Number(seconds.toFixed(3))} s`
}

/**
 * The part of a sound from the sample nearest to `start` to the one nearest to `end`, which is left out.
 *
 * @throws RangeError where the sound has no such part
 */
export function cutSegment(audio: AudioFile, { start, end }: Omit<Segment, 'file'>): AudioFile {
  const { sampleRate, channels } = audio
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

/** Reads segments; a file is decoded once for those that are read one after the other. */
export class SegmentFiles {
  private readonly decode: (file: string) => Promise<AudioFile>
  private readonly segments = new Map<string, number>()
  private last: { key: string; left: number; audio: Promise<AudioFile> } | null = null

  /** @param decode - reads a whole file */
  constructor(decode: (file: string) => Promise<AudioFile>) {
    this.decode = decode
  }

  /** Tells of a segment that may be read: after the last of a file its sound is let go. */
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
