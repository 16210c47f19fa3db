import { type Command, InvalidArgumentError } from 'commander'
import { toMono } from '../audio/mono.ts'
import { FormatError, messageOf } from '../core/errors.ts'
import { asField, signedText } from '../core/text.ts'
import type { FloatArray } from '../core/types.ts'
import type { KernelsName } from '../kernels/index.ts'
import { loadRecognizer } from '../node/load-recognizer.ts'
import { explainedAnswer } from '../pipelines/explanation.ts'
import type { Explanation, Probabilities, Recognition } from '../pipelines/recognition.ts'
import type { Recognizer } from '../pipelines/recognizer.ts'
import { adaptedTo } from './adapt-arguments.ts'
import { place, places } from './arguments.ts'
import { chooseKernels, kernelsOptionOfMany } from './kernels-option.ts'
import { expandSounds, readSound } from './sound-arguments.ts'
import { terminal } from './terminal.ts'

interface PredictFlags {
  model?: string
  json: boolean
  timeline: boolean
  explain: boolean
  adapt?: string[]
  features?: string
  kernels?: KernelsName
}

interface Answered extends Recognition {
  explanation: Explanation | null
}

function shares(probabilities: Probabilities): string {
  return Object.entries(probabilities)
    .map(([name, p]) => `${name} ${p.toFixed(3)}`)
    .join('  ')
}

/** A line for each group of measures, and for each moment, with its effect on the probability. */
function reasons({ groups, moments }: Explanation): string[] {
  return [
    ...groups.map(({ group, effect }) => `\tby ${group}\t${signedText(effect)}`),
    ...moments.map(
      ({ start, end, effect }) => `\tby ${start.toFixed(2)} to ${end.toFixed(2)} s\t${signedText(effect)}`,
    ),
  ]
}

/**
 * `path  label  probability`, separated by tabs, which are escaped in the path as line ends are, or `path  no speech`, and `not sure` behind the probability; then, for
 * each window, its middle in seconds and all probabilities, and the reasons.
 */
function asText(path: string, { label, probabilities, sure, timeline, explanation }: Answered): string {
  const answer =
    label === null ? ['no speech'] : [label, probabilities[label].toFixed(3), ...(sure ? [] : ['not sure'])]
  const windows = timeline.map(({ time, probabilities: p }) => `\t${time.toFixed(2)} s\t${shares(p)}`)
  const why = explanation === null ? [] : reasons(explanation)
  return [[asField(path), ...answer].join('\t'), ...windows, ...why].join('\n')
}

function asJson(path: string, answered: Answered, { timeline, explain }: PredictFlags): string {
  const { timeline: windows, explanation, ...whole } = answered
  return JSON.stringify({ path, ...whole, ...(timeline && { timeline: windows }), ...(explain && { explanation }) })
}

/** The answer with its reasons; null where they are not asked for, and where there is no speech. */
function answered(
  recognizer: Recognizer,
  samples: FloatArray,
  rate: number,
  { timeline, explain }: PredictFlags,
): Answered {
  if (!explain) return { ...recognizer.predict(samples, rate, { timeline }), explanation: null }
  const { recognition, explanation } = explainedAnswer(recognizer, samples, rate, { timeline })
  return { ...recognition, explanation }
}

async function predictFile(recognizer: Recognizer, path: string, flags: PredictFlags): Promise<string> {
  const audio = await readSound(path)
  for (const warning of audio.warnings) terminal.line(`warning: ${path}: ${warning}`)
  const answer = answered(recognizer, toMono(audio), audio.sampleRate, flags)
  return flags.json ? asJson(path, answer, flags) : asText(path, answer)
}

/** Shows progress, unless results go to a pipe. */
function showReach(done: number, paths: readonly string[]): void {
  const text = `listening to ${paths[done]}`
  if (paths.length === 1) terminal.status(text)
  else if (terminal.live) terminal.progress(done, paths.length, text)
}

/** Answers for features that were given instead of sound. */
async function runFeatures(recognizer: Recognizer, place: string, flags: PredictFlags): Promise<void> {
  // Loaded here, since recordings need none of it.
  const { namedFeatures } = await import('../node/given/recordings.ts')
  for (const { path, read } of await namedFeatures(place, recognizer.inside().frontEnd)) {
    await telling(path, flags, async () => {
      const answer = { ...recognizer.predictFeatures(await read(), { timeline: flags.timeline }), explanation: null }
      return flags.json ? asJson(path, answer, flags) : asText(path, answer)
    })
  }
}

/** Prints an answer, or why there is none. */
async function telling(path: string, { json }: PredictFlags, answer: () => Promise<string>): Promise<void> {
  try {
    terminal.result(`${await answer()}\n`)
  } catch (error) {
    process.exitCode = 1
    terminal.line(`error: ${path}: ${messageOf(error)}`)
    if (json) terminal.result(`${JSON.stringify({ path, error: messageOf(error) })}\n`)
  }
}

function checkInputs(names: readonly string[], { features, adapt, explain }: PredictFlags): void {
  if (features === undefined) {
    if (names.length > 0) return
    throw new InvalidArgumentError("missing required argument 'files', or --features")
  }
  if (names.length > 0) throw new InvalidArgumentError('--features take the place of recordings: name either')
  if (adapt !== undefined || explain) {
    throw new InvalidArgumentError(`--${explain ? 'explain' : 'adapt'} needs recordings, not --features`)
  }
}

async function run(names: string[], flags: PredictFlags): Promise<void> {
  checkInputs(names, flags)
  const loaded = await loadRecognizer(flags.model)
  if (flags.features !== undefined) return await runFeatures(loaded, flags.features, flags)
  const recognizerFor = flags.adapt === undefined ? async () => loaded : await adaptedTo(loaded, flags.adapt)
  const sounds = await expandSounds(names)
  const paths = sounds.map(({ path }) => path)
  chooseKernels(flags.kernels, paths.length)
  for (const [i, { path, error: fault }] of sounds.entries()) {
    showReach(i, paths)
    await telling(path, flags, async () => {
      if (fault !== undefined) throw new FormatError(fault)
      return await predictFile(await recognizerFor(path), path, flags)
    })
  }
}

/** Defines `ser predict`. */
export function definePredict(command: Command): void {
  command
    .argument(
      '[files...]',
      "recordings of any rate and number of channels: files, folders, patterns in quotes ('*.wav', 'data/**/*.flac'), - for " +
        'standard input; WAV and AIFF are read as they are, other formats need the package audio-decode',
      places,
    )
    .option('--model <file>', 'a recogniser of `ser train` (default: the one in the package)', place)
    .option(
      '--features <path>',
      'instead of recordings: their features, as ser train --features takes them, for a recogniser of such',
      place,
    )
    .option(
      '--adapt <path>',
      'adapt, without labels, to recordings of the speaker: a file, folder or pattern, may be given several times; a recording is judged by others than itself',
      places,
    )
    .option('--json', 'a line of JSON per file, with all probabilities', false)
    .option('--timeline', 'probabilities in windows of 1 s, every 0.1 s', false)
    .option(
      '--explain',
      'how much less probable the answer is without each group of measures and each half second',
      false,
    )
    .addHelpText(
      'after',
      '\nThe model in the package knows joy, neutral, sadness and anger from acted speech in four languages; models/README.md says' +
        '\nhow well and what it must not be used for. A file that fails is told, the others are done; the exit code is 1.',
    )
    .addOption(kernelsOptionOfMany())
    .action(run)
}
