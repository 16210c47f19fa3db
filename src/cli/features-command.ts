import { type Command, InvalidArgumentError, Option } from 'commander'
import type { NdArray } from 'ndarray'
import { FormatError } from '../core/errors.ts'
import type { FloatNdArray } from '../core/types.ts'
import { mfccPresets } from '../features/presets.ts'
import { checkWritable } from '../node/files.ts'
import { isFolder } from '../node/sound-folder.ts'
import { type FeatureSetName, featureSetNames } from '../pipelines/feature-sets.ts'
import { place, places, positiveInteger } from './arguments.ts'
import { addCorpusFlags } from './corpus-flags.ts'
import { checkForm, featureFormats, formatOf, outputsOf, singleTable } from './feature-archive.ts'
import { type Computation, type MatrixFlags, matrixComputation, setComputation } from './feature-computation.ts'
import { checkNoInput } from './own-inputs.ts'
import { type ManyFlags, namesCorpora, runManyFeatures } from './set-features.ts'
import { readChannel } from './sound-arguments.ts'
import { terminal } from './terminal.ts'

type MatrixKind = MatrixFlags['kind']

interface FeaturesFlags extends Omit<MatrixFlags, 'kind'>, ManyFlags {
  kind: MatrixKind | FeatureSetName
  frames: boolean
}

const matrixKinds: readonly MatrixKind[] = ['mfcc', 'log-mel']
/** Flags that belong to one family of kinds. */
const matrixOnly = ['preset', 'coefficients', 'deltas', 'pitch'] as const
const setsOnly = ['frames'] as const
/** Flags of several recordings, whose matrices go into a file. */
const severalOnly = ['corpus', 'corpora', 'cache'] as const
/** Flags that say more of corpora. */
const corpusOnly = [
  ...(['data', 'name', 'classes', 'labels', 'speaker', 'votes', 'votesAs', 'include'] as const),
  ...(['table', 'labelFrom', 'speakerFrom', 'root', 'speakerTable'] as const),
]

const sets = featureSetNames.join(', ')

/** Whether a file is an archive or a table, which hold recordings by their names. */
function holdsMany({ output, format }: FeaturesFlags): boolean {
  if (output === undefined) return false
  return ['npz', 'csv', 'ark'].includes(format ?? formatOf(output) ?? '')
}

/** Throws for flags that were given and do not go with the kind. */
function checkFlags(flags: FeaturesFlags, command: Command): void {
  const { kind, coefficients, output, format } = flags
  const isMatrix = (matrixKinds as readonly string[]).includes(kind)
  const given = (name: string): boolean => command.getOptionValueSource(name) === 'cli'
  const others: readonly string[] = isMatrix ? setsOnly : matrixOnly
  const odd = others.find(given) ?? (isMatrix && !holdsMany(flags) ? severalOnly.find(given) : undefined)
  if (odd !== undefined) {
    const kinds = isMatrix ? featureSetNames : matrixKinds
    const file = isMatrix && odd !== 'frames' ? ', or a file of them (-o FILE.npz, .ark or .csv)' : ''
    throw new InvalidArgumentError(`--${odd} needs --kind ${kinds.join(' or ')}, got ${kind}${file}`)
  }
  if (kind === 'log-mel' && coefficients !== undefined) {
    throw new InvalidArgumentError('--coefficients needs --kind mfcc: log mel energies have none')
  }
  if (format !== undefined && output === undefined) {
    throw new InvalidArgumentError('--format needs -o, the name of the file')
  }
}

/** A line `column  mean  sd` for each column. */
async function summary(features: FloatNdArray): Promise<string> {
  const { default: ops } = await import('ndarray-ops')
  const [rows, columns] = features.shape
  const lines = [`${rows} frames, ${columns} columns`, 'column        mean          sd']
  for (let j = 0; j < columns && rows > 0; j++) {
    const column = (features as NdArray<Float32Array>).pick(null as never, j)
    const mean = ops.sum(column) / rows
    const sd = Math.sqrt(Math.max(0, ops.norm2squared(column) / rows - mean * mean))
    lines.push(`${String(j).padStart(6)}${mean.toFixed(4).padStart(12)}${sd.toFixed(4).padStart(12)}`)
  }
  return lines.join('\n')
}

/** Features of one recording, as a summary or in a file. */
async function runMatrix(computation: Computation, names: readonly string[], flags: FeaturesFlags): Promise<void> {
  const [file, ...more] = names
  const { output, kind, format } = flags
  await checkNoInput(outputsOf(flags), names)
  const remedy = '-o FILE.npz, FILE.ark or FILE.csv holds many'
  if (more.length > 0) {
    throw new InvalidArgumentError(`--kind ${kind} takes one recording, got ${names.length}; ${remedy}`)
  }
  terminal.status(`features of ${file}`)
  if (await isFolder(file)) throw new FormatError(`${file}: a folder; name one recording of it: ${remedy}`)
  const channel = await readChannel(file, flags, (text) => terminal.line(`warning: ${text}`))
  const features = computation.compute(channel)
  const [rows, columns] = features.shape
  // A summary may be of nothing; a file without rows is left out, as from archives.
  if (rows === 0 && output !== undefined) throw new RangeError(`${file}: ${computation.tooShort(channel)}`)
  if (rows === 0) terminal.line(`warning: ${computation.tooShort(channel)}`)
  terminal.end()
  if (output === undefined) return terminal.result(`${await summary(features)}\n`)
  const { stepSeconds } = computation.times(channel.sampleRate)
  const recording = { path: file, features, names: [], spanOf: (): [number, number] => [0, 0], stepSeconds }
  await singleTable(output, (format ?? formatOf(output)) === 'htk' ? 'htk' : 'npy').add(recording)
  terminal.tell(`${output}: ${rows} frames, ${columns} columns`)
}

/** Throws unless there are files or corpora, and not both. */
function checkSources(names: readonly string[], flags: FeaturesFlags): void {
  const corpora = namesCorpora(flags)
  const odd = corpusOnly.find((name) => flags[name] !== undefined)
  if (!corpora && odd !== undefined) {
    const flag = odd.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`)
    throw new InvalidArgumentError(`--${flag} needs --corpus or --corpora`)
  }
  if (corpora && names.length > 0) {
    throw new InvalidArgumentError(`expected recordings or a corpus, got ${names[0]} beside the corpus`)
  }
  if (!corpora && names.length === 0) {
    throw new InvalidArgumentError("missing required argument 'file', or a corpus by --corpus or --corpora")
  }
}

async function run(names: string[], flags: FeaturesFlags, command: Command): Promise<void> {
  checkFlags(flags, command)
  checkSources(names, flags)
  const { kind } = flags
  const set = featureSetNames.find((name) => name === kind)
  for (const file of outputsOf(flags)) if (file !== '-') await checkWritable(file)
  if (flags.output !== undefined) await checkForm(flags.output, flags.format)
  if (set !== undefined) return await runManyFeatures(setComputation(set, flags.frames), names, flags)
  const computation = matrixComputation(flags as MatrixFlags)
  if (holdsMany(flags)) await runManyFeatures(computation, names, flags)
  else await runMatrix(computation, names, flags)
}

/** Defines `ser features`. */
export function defineFeatures(command: Command): void {
  command
    .argument(
      '[file...]',
      'a WAV or AIFF file, or - for standard input; other formats need the package audio-decode. ' +
        `--kind ${sets}, and any kind with -o FILE.npz, .csv, .ark or .scp, takes ` +
        "any number of files, folders, and patterns in quotes ('data/**/*.wav')",
      places,
    )
    .option(
      '-o, --output <file>',
      'where to write: .npy or .htk (one recording), .npz, .csv, .ark (with a .scp) or .scp; - for CSV on standard output',
      place,
    )
    .addOption(new Option('--format <form>', 'form of the file, whatever its name ends in').choices(featureFormats))
    .addOption(
      new Option('--kind <kind>', 'what to compute').choices([...matrixKinds, ...featureSetNames]).default('mfcc'),
    )
    .option('--channel <n>', 'channel to take, from 1 (default: the mean of all)', positiveInteger)
    .option('--sample-rate <hz>', 'rate to resample to (default: that of each recording)', positiveInteger)
    .addOption(
      new Option('--preset <name>', 'mfcc, log-mel: conventions to follow')
        .choices(Object.keys(mfccPresets))
        .default('study'),
    )
    .option('--coefficients <n>', 'mfcc: cepstral coefficients', positiveInteger)
    .addOption(new Option('--deltas <order>', 'mfcc, log-mel: orders of dynamic features').choices(['0', '1', '2']))
    .option('--pitch', 'mfcc, log-mel: add log F0 and voicing, aligned with the frames of the preset', false)
    .option('--frames', `${sets}: descriptors every 10 ms in place of statistics of each recording`, false)
    .option(
      '--cache <folder>',
      'keeps features of several recordings, so that a stopped run goes on (default: .ser-cache)',
      place,
    )
    .option('--no-cache', 'keep no features')
  addCorpusFlags(command, 'all', { instead: ' in place of files' })
    .addHelpText(
      'after',
      "\nThe CSV of --kind egemaps has the columns file, start, end, as those of opensmile-python, then openSMILE's names;" +
        '\nof corpora with corpus, speaker and label behind end. Archives (.npz, .ark) name each matrix by its recording.' +
        '\nA recording that fails, or is shorter than a frame, is told and left out; the others are done; the exit code is 1.',
    )
    .action(run)
}
