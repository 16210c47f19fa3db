import { type Command, Option } from 'commander'
import { FormatError, messageOf } from '../core/errors.ts'
import { throwIfAborted } from '../core/realm.ts'
import { asField } from '../core/text.ts'
import type { KernelsName } from '../kernels/index.ts'
import { checkWritable, writeOrKeep } from '../node/files.ts'
import { loadRecognizer } from '../node/load-recognizer.ts'
import { type AudioPieces, openAudioBytes, openAudioFile } from '../node/open-audio.ts'
import { SegmentAnswers, speechTeller, tellerOf } from '../pipelines/segments/recognize-segments.ts'
import { numberFromZero, place, places, positiveInteger, positiveNumber } from './arguments.ts'
import { chooseKernels, kernelsOptionOfMany } from './kernels-option.ts'
import { checkNoInput } from './own-inputs.ts'
import { duration } from './progress-bar.ts'
import {
  type FoundSegment,
  type SegmentedRecording,
  type SegmentForm,
  type SegmentOutput,
  segmentForms,
  segmentOutput,
  segmentsText,
} from './segment-forms.ts'
import { abortOnInterrupt } from './signals.ts'
import { expandSounds, type NamedSound } from './sound-arguments.ts'
import { terminal } from './terminal.ts'

interface SegmentsFlags {
  output?: string
  format?: SegmentForm
  model?: string
  emotion: boolean
  all: boolean
  pause: number
  least: number
  margin: number
  longest: number
  channel?: number
  kernels?: KernelsName
}

/** Finds and tells of the segments of a sound at a rate. */
type Answers = SegmentAnswers<{ speech: boolean }>

/** `path  start  end  label  probability`, separated by tabs, and `not sure` behind them. */
function asLine(file: string, { start, end, speech, label, probabilities, sure }: FoundSegment): string {
  const said = label ?? (speech ? 'speech' : 'no speech')
  const probability = label && probabilities !== undefined ? [probabilities[label].toFixed(3)] : []
  const doubt = label && sure === false ? ['not sure'] : []
  return `${[asField(file), start.toFixed(3), end.toFixed(3), said, ...probability, ...doubt].join('\t')}\n`
}

/** Shows how far the recording is that so many came before. */
function showReach(before: number, all: number, file: string, { reached }: AudioPieces, seconds: number): void {
  if (Number.isNaN(reached)) terminal.status(`segments of ${file}: ${duration(seconds)}`, true)
  else terminal.progress(before + reached, all, `segments of ${file}`, true)
}

/** Goes through a recording; `found` takes each segment as it is found. */
async function segmentsIn(
  file: string,
  pieces: AudioPieces,
  answers: Answers,
  {
    show,
    found,
    signal,
  }: {
    show(seconds: number): void
    found(segment: FoundSegment): void
    signal: AbortSignal
  },
): Promise<SegmentedRecording> {
  const { sampleRate } = pieces
  let samples = 0
  const segments: FoundSegment[] = []
  const take = (segment: FoundSegment): void => {
    segments.push(segment)
    found(segment)
  }
  for await (const chunk of pieces) {
    throwIfAborted(signal)
    samples += chunk.length
    for (const segment of answers.push(chunk)) {
      take(segment)
      throwIfAborted(signal)
    }
    show(samples / sampleRate)
  }
  for (const segment of answers.flush()) take(segment)
  return { file, sampleRate, seconds: samples / sampleRate, segments }
}

/** Runs over all recordings; those that fail are told. */
async function* recordingsOf(
  sounds: readonly NamedSound[],
  flags: SegmentsFlags,
  answersAt: (sampleRate: number) => Answers,
  printLines: boolean,
  signal: AbortSignal,
): AsyncGenerator<SegmentedRecording> {
  for (const [i, { path, error: fault }] of sounds.entries()) {
    throwIfAborted(signal)
    try {
      if (fault !== undefined) throw new FormatError(fault)
      const { channel } = flags
      const pieces =
        path === '-' ? await openAudioBytes(process.stdin, { channel }) : await openAudioFile(path, { channel })
      if (!pieces.streamed)
        terminal.line(`warning: ${path}: its format is decoded at once, in memory that grows with its length`)
      const recording = await segmentsIn(path, pieces, answersAt(pieces.sampleRate), {
        show: (seconds) => showReach(i, sounds.length, path, pieces, seconds),
        found: (segment) => {
          if (printLines) terminal.result(asLine(path, segment))
        },
        signal,
      })
      for (const warning of pieces.warnings) terminal.line(`warning: ${path}: ${warning}`)
      yield recording
    } catch (error) {
      throwIfAborted(signal)
      process.exitCode = 1
      terminal.line(`error: ${path}: ${messageOf(error)}`)
    }
  }
}

async function writeTo(
  output: SegmentOutput,
  file: string | null,
  recordings: readonly SegmentedRecording[],
): Promise<void> {
  const text = segmentsText(output.form, recordings, file)
  if (file === null) return terminal.result(text)
  await writeOrKeep(file, text, { what: 'the segments', name: 'segments' })
  const count = recordings.reduce((sum, { segments }) => sum + segments.length, 0)
  terminal.tell(`${file}: ${count} segment${count === 1 ? '' : 's'}`)
}

async function run(names: string[], flags: SegmentsFlags): Promise<void> {
  const signal = abortOnInterrupt()
  const sounds = await expandSounds(names)
  const paths = sounds.map(({ path }) => path)
  const output = await segmentOutput(flags.output, flags.format, paths)
  for (const file of output?.files ?? []) await checkWritable(file)
  await checkNoInput(output?.files ?? [], [...paths, flags.model])
  chooseKernels(flags.kernels, paths.length)
  const teller = flags.emotion ? tellerOf('ser segments', await loadRecognizer(flags.model)) : speechTeller
  const { all, pause: pauseSeconds, least: leastSeconds, margin: marginSeconds, longest: longestSeconds } = flags
  const options = { all, pauseSeconds, leastSeconds, marginSeconds, longestSeconds }
  const answersAt = (sampleRate: number): Answers =>
    new SegmentAnswers('ser segments', teller, { ...options, sampleRate })
  // Wrong options are told before any recording is read.
  answersAt(16000)
  const together: SegmentedRecording[] = []
  for await (const recording of recordingsOf(sounds, flags, answersAt, output === null, signal)) {
    if (output === null) continue
    const isOwn = output.files.length > 1 || paths.length === 1
    if (isOwn) await writeTo(output, output.fileOf(recording.file), [recording])
    else together.push(recording)
  }
  terminal.end()
  if (output !== null && together.length > 0) await writeTo(output, output.fileOf(together[0].file), together)
}

/** Defines `ser segments`. */
export function defineSegments(command: Command): void {
  command
    .argument(
      '<files...>',
      "recordings of any length: files, folders, patterns in quotes ('*.wav'), - for standard input; WAV is read piece by piece, and so are FLAC, " +
        'MP3, Ogg and WebM by the package audio-decode, others at once',
      places,
    )
    .option(
      '-o, --output <path>',
      'a file (.TextGrid, .txt of Audacity, .eaf, .srt, .csv, .json), or a folder for a file of each recording (default: lines on standard output)',
      place,
    )
    .addOption(new Option('--format <form>', 'form of the output, whatever its name').choices(segmentForms))
    .option('--model <file>', 'a recogniser of `ser train` (default: the one in the package)', place)
    .option('--no-emotion', 'tell where somebody speaks, and recognise nothing')
    .option('--all', 'also the segments in which no speech is heard, such as of music and noises', false)
    .option('--pause <seconds>', 'shorter pauses do not part segments', numberFromZero, 0.3)
    .option('--least <seconds>', 'shorter segments are clicks', numberFromZero, 0.1)
    .option('--margin <seconds>', 'added before and behind each segment', numberFromZero, 0.05)
    .option('--longest <seconds>', 'longer segments are cut where the voice is weakest', positiveNumber, 15)
    .option('--channel <n>', 'channel to take, from 1 (default: the mean of all)', positiveInteger)
    .addHelpText(
      'after',
      '\n  ser segments interview.mp3 -o interview.TextGrid' +
        '\n  ser segments meetings/ --format elan -o annotations/' +
        '\n  ser segments meetings/ -o all.csv' +
        '\n\nA line is: path, beginning and end in seconds, the class and its probability, "not sure" below the threshold of the model. JSON has' +
        '\na line for each recording. A recording that fails is told, the others are done; the exit code is 1.',
    )
    .addOption(kernelsOptionOfMany())
    .action(run)
}
