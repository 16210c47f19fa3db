/** Messages between the page and its workers, and what the worklet posts to the listening worker. */
import type { ConfusionMatrixJson, Probabilities, SpeakerStatisticsJson } from 'ser-core'

/** Rows per second of the spectrogram and of the pitch, and columns per second of the waveform. */
export const ROWS_PER_SECOND = 100
export const COLUMNS_PER_SECOND = 200
export const MEL_BANDS = 48
/** The level of byte 0 of the spectrogram, dB, and bytes per dB. */
export const MEL_FLOOR = -110
export const MEL_STEPS = 2

/** A block of microphone sound, from the AudioWorklet. */
export interface SoundBlock {
  /** Counted from 0: a gap is a lost block. */
  index: number
  samples: Float32Array
  /** When its last sample was heard, ms since 1970. */
  heard: number
}

/** To the listening worker. */
export type Request =
  | { kind: 'model'; bytes: ArrayBuffer }
  | { kind: 'microphone'; sampleRate: number; port: MessagePort }
  | { kind: 'file'; bytes: ArrayBuffer }
  | { kind: 'samples'; sampleRate: number; samples: Float32Array }
  | { kind: 'example'; seed: number }
  | { kind: 'stop' }
  | { kind: 'adapt'; on: boolean }
  | { kind: 'forget' }
  | { kind: 'speaker'; statistics: SpeakerStatisticsJson }

/** An answer, with times from the start of the source. */
export interface Answer {
  kind: 'window' | 'turn'
  start: number
  end: number
  speech: boolean
  label: string | null
  probabilities: Probabilities
  sure: boolean
}

/** New rows of the charts. */
export interface Tracks {
  /** Smallest and largest sample of each column. */
  waveform: Float32Array
  /** `MEL_BANDS` bytes a row. */
  mel: Uint8Array
  /** Hz a row; 0 where there is no pitch. */
  pitch: Float32Array
}

/** The speaker so far. */
export interface SpeakerFacts {
  adapts: boolean
  turns: number
  warning: string | null
  statistics: SpeakerStatisticsJson | null
}

/** From the listening worker. */
export type Reply =
  | { kind: 'ready'; classes: string[]; system: string; kernels: string; adapts: boolean }
  | { kind: 'started'; sampleRate: number; duration: number | null; wav: ArrayBuffer | null }
  | { kind: 'undecoded'; bytes: ArrayBuffer }
  | {
      kind: 'heard'
      tracks: Tracks
      answers: Answer[]
      heard: number | null
      blocks: number
      lost: number
      missing: number
    }
  | { kind: 'speaker'; facts: SpeakerFacts }
  | { kind: 'ended' }
  | { kind: 'failed'; message: string }

/** To the training worker, which trains once; ending the worker ends the training. */
export interface TrainingRequest {
  system: string
  speakers: number
  sentences: number
  seed: number
}

/** From the training worker. */
export type TrainingReply =
  | { kind: 'voice'; done: number; of: number }
  | { kind: 'epoch'; epoch: number; epochs: number; loss: number }
  | { kind: 'trained'; confusion: ConfusionMatrixJson; bytes: ArrayBuffer; seconds: number }
  | { kind: 'failed'; message: string }

/** A function for each kind of message. */
export type Handlers<M extends { kind: string }> = { [K in M['kind']]: (message: Extract<M, { kind: K }>) => void }

/** Calls the function for a message. */
export function handle<M extends { kind: string }>(handlers: Handlers<M>, message: M): void {
  const handler = handlers[message.kind as M['kind']] as (message: M) => void
  handler(message)
}
