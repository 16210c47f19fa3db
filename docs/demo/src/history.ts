/** The last twenty minutes of a source, for the charts. */
import { type Answer, COLUMNS_PER_SECOND, MEL_BANDS, ROWS_PER_SECOND, type Tracks } from './protocol.ts'

const KEPT_SECONDS = 1200

/** Rows of numbers of which the latest are kept; a row keeps its index for ever. */
export class Ring<A extends Float32Array | Uint8Array> {
  readonly columns: number
  private readonly data: A
  private readonly capacity: number
  /** One more than the index of the last row. */
  end = 0

  constructor(data: A, columns: number) {
    this.data = data
    this.columns = columns
    this.capacity = data.length / columns
  }

  /** Index of the first row that is kept. */
  get first(): number {
    return Math.max(0, this.end - this.capacity)
  }

  push(rows: A): void {
    for (let from = 0; from < rows.length; from += this.columns, this.end++) {
      this.data.set(rows.subarray(from, from + this.columns), (this.end % this.capacity) * this.columns)
    }
  }

  /** A number of a row that is kept. */
  at(row: number, column: number): number {
    return this.data[(row % this.capacity) * this.columns + column]
  }
}

/** Tracks and answers of a source. */
export class History {
  readonly waveform: Ring<Float32Array>
  readonly mel: Ring<Uint8Array>
  readonly pitch: Ring<Float32Array>
  windows: Answer[] = []
  readonly turns: Answer[] = []

  constructor() {
    this.waveform = new Ring(new Float32Array(2 * KEPT_SECONDS * COLUMNS_PER_SECOND), 2)
    this.mel = new Ring(new Uint8Array(MEL_BANDS * KEPT_SECONDS * ROWS_PER_SECOND), MEL_BANDS)
    this.pitch = new Ring(new Float32Array(KEPT_SECONDS * ROWS_PER_SECOND), 1)
  }

  add({ waveform, mel, pitch }: Tracks, answers: readonly Answer[]): void {
    this.waveform.push(waveform)
    this.mel.push(mel)
    this.pitch.push(pitch)
    for (const answer of answers) (answer.kind === 'turn' ? this.turns : this.windows).push(answer)
    const { first } = this
    if (this.windows.length > 0 && this.windows[0].end < first - 60) {
      this.windows = this.windows.filter(({ end }) => end >= first)
    }
  }

  /** Seconds from the source's start to the first and last sound that is kept. */
  get first(): number {
    return this.waveform.first / COLUMNS_PER_SECOND
  }

  get end(): number {
    return this.waveform.end / COLUMNS_PER_SECOND
  }
}
