/** One source of sound on its way through the recogniser, in the listening worker. */
import { type Recognizer, type RecognizerStream, type SpeakerStatistics, StateError } from 'ser-core'
import type { Answer, SpeakerFacts, Tracks } from './protocol.ts'
import { TrackStream } from './tracks.ts'

/** Fewest turns whose variety is judged. */
const JUDGED = 5

/** Whether the recogniser's system adapts to speakers. */
export function adapts(recognizer: Recognizer): boolean {
  try {
    recognizer.stream({ sampleRate: 16000, adapt: true })
    return true
  } catch (error) {
    if (error instanceof StateError) return false
    throw error
  }
}

/** Answers and charts of one source. */
export class Listening {
  private readonly recognizer: Recognizer
  private readonly sampleRate: number
  private readonly tracks: TrackStream
  private stream: RecognizerStream
  /** Seconds of the source before the stream's first sample. */
  private before = 0
  private samples = 0

  constructor(recognizer: Recognizer, sampleRate: number, adapt: boolean | SpeakerStatistics) {
    this.recognizer = recognizer
    this.sampleRate = sampleRate
    this.tracks = new TrackStream(sampleRate)
    this.stream = recognizer.stream({ sampleRate, adapt })
  }

  push(samples: Float32Array): Answer[] {
    this.samples += samples.length
    return this.placed(this.stream.push(samples))
  }

  /** Adds the samples to the charts, after `push`: answers do not wait for drawings. */
  draw(samples: Float32Array): void {
    this.tracks.push(samples)
  }

  /** Ends the source. */
  flush(): Answer[] {
    return this.placed(this.stream.flush())
  }

  /** Begins anew with another adaptation; the turn that is open is answered first. */
  readapt(adapt: boolean | SpeakerStatistics): Answer[] {
    const answers = this.flush()
    this.before = this.samples / this.sampleRate
    this.stream = this.recognizer.stream({ sampleRate: this.sampleRate, adapt })
    return answers
  }

  take(ended: boolean): Tracks {
    return this.tracks.take(ended)
  }

  get speaker(): SpeakerStatistics | null {
    return this.stream.speaker
  }

  private placed(answers: Answer[]): Answer[] {
    const { before } = this
    return answers.map((answer) => ({ ...answer, start: before + answer.start, end: before + answer.end }))
  }
}

/** Facts about a speaker for the page. */
export function speakerFacts(recognizer: Recognizer, speaker: SpeakerStatistics | null): SpeakerFacts {
  const turns = speaker?.recordings ?? 0
  const judged = speaker !== null && turns >= JUDGED
  return {
    adapts: adapts(recognizer),
    turns,
    warning: judged ? (recognizer.adaptTo(speaker).adaptation?.warning ?? null) : null,
    statistics: speaker?.toJSON() ?? null,
  }
}
