/** Rows of the charts from sound that arrives in pieces: envelope, log-mel energies, pitch. */
import { type LogMelOptions, logMel, PitchStream, ResampleStream } from 'ser-core'
import { joined } from './joined.ts'
import { COLUMNS_PER_SECOND, MEL_BANDS, MEL_FLOOR, MEL_STEPS, ROWS_PER_SECOND, type Tracks } from './protocol.ts'
import { Tail } from './tail.ts'

/** Rate of spectrogram and pitch, and samples from row to row. */
const RATE = 16000
const STEP = RATE / ROWS_PER_SECOND

const melOptions: LogMelOptions = {
  ...{ sampleRate: RATE, frameLength: 512, frameStep: STEP, filters: MEL_BANDS, lowFrequency: 60 },
  ...{ preEmphasis: 0, window: 'hann', spectrum: 'periodogram', fftLength: 1024 },
  ...{ log: 'decibel', floor: 1e-11, emptyFilters: 'keep' },
}

/** The tracks of one source. */
export class TrackStream {
  private readonly sampleRate: number
  private readonly resampler: ResampleStream
  private readonly pitcher: PitchStream = new PitchStream({ sampleRate: RATE })
  /** At the source's rate, for the envelope, and at `RATE`. */
  private readonly sound = new Tail()
  private readonly slow = new Tail()
  private columns = 0
  private melRows = 0
  private waveform: Float32Array[] = []
  private mel: Uint8Array[] = []
  private pitch: Float32Array[] = []

  constructor(sampleRate: number) {
    this.sampleRate = sampleRate
    this.resampler = new ResampleStream({ fromRate: sampleRate, toRate: RATE })
  }

  push(chunk: Float32Array): void {
    this.sound.append(chunk)
    this.findEnvelope()
    this.pushSlow(this.resampler.push(chunk) as Float32Array)
  }

  /** The rows since the last call; at the end all that are left. */
  take(ended = false): Tracks {
    if (ended) {
      this.pushSlow(this.resampler.flush() as Float32Array)
      this.keepPitch(this.pitcher.flush())
    }
    const { waveform, mel, pitch } = this
    Object.assign(this, { waveform: [], mel: [], pitch: [] })
    const none = new Float32Array(0)
    return { waveform: joined(waveform, none), mel: joined(mel, new Uint8Array(0)), pitch: joined(pitch, none) }
  }

  private pushSlow(samples: Float32Array): void {
    this.slow.append(samples)
    const { data, shape } = logMel(this.slow.view(this.melRows * STEP), melOptions)
    this.melRows += shape[0]
    this.slow.forget(this.melRows * STEP)
    const bytes = Uint8Array.from(data, (value) => Math.min(255, Math.max(0, (value - MEL_FLOOR) * MEL_STEPS)))
    if (bytes.length > 0) this.mel.push(bytes)
    this.keepPitch(this.pitcher.push(samples))
  }

  /** F0 in Hz of rows of log F0 and voicing. */
  private keepPitch(rows: readonly ArrayLike<number>[]): void {
    if (rows.length > 0) this.pitch.push(Float32Array.from(rows, (row) => (row[1] >= 0.5 ? Math.exp(row[0]) : 0)))
  }

  private findEnvelope(): void {
    const place = (column: number): number => Math.round((column * this.sampleRate) / COLUMNS_PER_SECOND)
    const out: number[] = []
    for (; place(this.columns + 1) <= this.sound.end; this.columns++) {
      let [low, high] = [1, -1]
      for (const x of this.sound.view(place(this.columns), place(this.columns + 1))) {
        if (x < low) low = x
        if (x > high) high = x
      }
      out.push(low, high)
    }
    this.sound.forget(place(this.columns))
    if (out.length > 0) this.waveform.push(Float32Array.from(out))
  }
}
