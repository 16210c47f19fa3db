import { existsSync } from 'node:fs'
import { addAbortSignal } from 'node:stream'
import { type Command, InvalidArgumentError } from 'commander'
import { type BareSound, WavStream } from '../audio/wav-stream.ts'
import { FormatError, messageOf } from '../core/errors.ts'
import { SpeakerStatistics, type SpeakerStatisticsJson } from '../features/speaker-statistics.ts'
import { checkWritable, writeOrKeep } from '../node/files.ts'
import { loadRecognizer } from '../node/load-recognizer.ts'
import type { RecognizerStream } from '../pipelines/live/recognizer-stream.ts'
import type { Recognizer } from '../pipelines/recognizer.ts'
import { oneOf, place, positiveInteger, positiveNumber } from './arguments.ts'
import { readJson } from './json-file.ts'
import { addKernelsOption } from './kernels-option.ts'
import { ListenLog } from './listen-log.ts'
import { abortOnClosedOutput, abortOnSignals } from './signals.ts'
import { terminal } from './terminal.ts'

interface ListenFlags {
  model?: string
  rate?: number
  format?: BareFormat
  channels?: number
  window: number
  hop: number
  pause: number
  adapt: boolean
  speaker?: string
  silence?: number
  json: boolean
}

/** Formats of bare samples by the names of ffmpeg. */
const bareFormats = {
  s16le: 'pcm16',
  s24le: 'pcm24',
  s32le: 'pcm32',
  f32le: 'float32',
  f64le: 'float64',
  u8: 'pcm8',
  alaw: 'alaw',
  mulaw: 'mulaw',
} as const
type BareFormat = keyof typeof bareFormats
const bareNames = Object.keys(bareFormats) as BareFormat[]

/** The layout of bare samples, or undefined for WAV. */
function bareSound({ rate, format, channels }: ListenFlags): BareSound | undefined {
  if (rate !== undefined) return { sampleRate: rate, channels, format: bareFormats[format ?? 's16le'] }
  if (format === undefined && channels === undefined) return undefined
  throw new InvalidArgumentError('--format and --channels describe bare samples: give their --rate too')
}

/** Statistics in the file of `--speaker`, if it is there. */
async function speakerIn(path: string | undefined): Promise<SpeakerStatistics | null> {
  if (path === undefined || !existsSync(path)) return null
  const saved = (await readJson('--speaker', path)) as unknown as SpeakerStatisticsJson
  try {
    return SpeakerStatistics.fromJSON(saved)
  } catch (cause) {
    throw new FormatError(`--speaker ${path}: no statistics of a speaker (${messageOf(cause)})`, { cause })
  }
}

/** Listens to bytes; the stream of answers begins when the rate of the sound is known. */
class Listener {
  readonly log: ListenLog
  stream: RecognizerStream | null = null
  private readonly wav: WavStream
  private readonly begin: (sampleRate: number) => RecognizerStream
  private told = 0
  private came = false

  constructor(wav: WavStream, log: ListenLog, begin: (sampleRate: number) => RecognizerStream) {
    this.wav = wav
    this.log = log
    this.begin = begin
  }

  push(bytes: Uint8Array): void {
    this.came = true
    const samples = this.wav.push(bytes)
    this.warn()
    if (this.wav.sampleRate === undefined) return
    this.stream ??= this.begin(this.wav.sampleRate)
    this.log.add(this.stream.push(samples), samples.length / this.wav.sampleRate)
  }

  /** Ends: answers for what was heard last, and tells what was found. */
  finish(): void {
    if (this.stream === null) return
    this.log.add(this.stream.flush(), 0)
    this.log.end()
  }

  /** Ends where the sound does; throws where it was none. */
  end(): void {
    if (!this.came) throw new FormatError('nothing came in by standard input')
    this.wav.flush()
    this.warn()
    this.finish()
  }

  private warn(): void {
    for (; this.told < this.wav.warnings.length; this.told++) terminal.line(`warning: ${this.wav.warnings[this.told]}`)
  }
}

/** Listens until the sound ends, no speech was heard for too long, nobody reads the answers, or the signal is aborted. */
async function hear(listener: Listener, signal: AbortSignal): Promise<void> {
  const closed = abortOnClosedOutput()
  try {
    for await (const bytes of addAbortSignal(AbortSignal.any([signal, closed]), process.stdin)) {
      listener.push(bytes as Uint8Array)
      if (listener.log.isOver) break
    }
  } catch (error) {
    // Told is what was found, whatever ended it.
    listener.finish()
    if (closed.aborted) return
    throw error
  }
  if (listener.log.isOver) listener.finish()
  else listener.end()
}

async function run(flags: ListenFlags): Promise<void> {
  const wav = new WavStream(bareSound(flags))
  if (process.stdin.isTTY) {
    throw new InvalidArgumentError('no sound comes in by standard input; try: sox -q -d -t wav - | ser listen')
  }
  const signal = abortOnSignals()
  const { window, hop, pause, speaker: file } = flags
  const speaker = await speakerIn(file)
  if (file !== undefined) await checkWritable(file)
  const recognizer: Recognizer = await loadRecognizer(flags.model)
  const options = { windowSeconds: window, hopSeconds: hop, pauseSeconds: pause }
  const adapt = speaker ?? (flags.adapt || file !== undefined)
  // Wrong options are told before any sound has come.
  recognizer.stream({ ...options, sampleRate: wav.sampleRate ?? 16000, adapt })
  const log = new ListenLog(flags.json, flags.silence)
  const listener = new Listener(wav, log, (sampleRate) => recognizer.stream({ ...options, sampleRate, adapt }))
  terminal.status('waiting for sound')
  try {
    await hear(listener, signal)
  } finally {
    const heard = listener.stream?.speaker
    const named = { what: 'the statistics of the speaker', name: 'speaker.json' }
    if (file !== undefined && heard) await writeOrKeep(file, `${JSON.stringify(heard)}\n`, named)
  }
}

/** Defines `ser listen`. */
export function defineListen(command: Command): void {
  command
    .option('--model <file>', 'a recogniser of `ser train` (default: the one in the package)', place)
    .option('--rate <hz>', 'sample rate of bare samples (default: the sound is WAV)', positiveInteger)
    .option('--format <name>', `bare samples: ${bareNames.join(', ')} (default: s16le)`, (text: string) =>
      oneOf(text, bareNames),
    )
    .option('--channels <n>', 'interleaved channels of bare samples (default: 1)', positiveInteger)
    .option('--window <seconds>', 'length of a window', positiveNumber, 2)
    .option('--hop <seconds>', 'time from one window to the next', positiveNumber, 0.25)
    .option('--pause <seconds>', 'silence that ends a turn', positiveNumber, 0.6)
    .option('--adapt', 'adapt to the speaker while listening', false)
    .option(
      '--speaker <file>',
      'adapt, beginning with the statistics in this file, if it is there; it keeps those of the end',
      place,
    )
    .option('--silence <seconds>', 'end when no speech was heard for so long', positiveNumber)
    .option('--json', 'a line of JSON per window and turn, with all probabilities', false)
    .addHelpText(
      'after',
      '\n  sox -q -d -t wav - | ser listen' +
        '\n  ffmpeg -v error -i call.mp3 -f wav - | ser listen --json' +
        '\n  arecord -q -f S16_LE -r 16000 | ser listen' +
        '\n  parec --raw --rate 16000 --channels 1 | ser listen --rate 16000' +
        '\n\nOn a terminal the last line shows the latest window. Ctrl-C ends it with what was found (exit code 130), the end of the sound with' +
        '\nexit code 0.',
    )
    .action(run)
  addKernelsOption(command)
}
