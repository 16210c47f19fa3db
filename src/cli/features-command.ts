import { type Command, InvalidArgumentError, Option } from 'commander'
import type { NdArray } from 'ndarray'
import { FormatError } from '../core/errors.ts'
import type { FloatNdArray } from '../core/types.ts'
import { alignedPitch } from '../features/aligned-pitch.ts'
import { concatenateColumns } from '../features/columns.ts'
import { logMel, mfcc } from '../features/mfcc.ts'
import { pitch } from '../features/pitch.ts'
import { type MfccPresetName, mfccPresets } from '../features/presets.ts'
import { encodeNpy } from '../io/npy.ts'
import { checkWritable, writeOrKeep } from '../node/files.ts'
import { isFolder } from '../node/sound-folder.ts'
import { type FeatureSetName, featureSetNames } from '../pipelines/feature-sets.ts'
import { place, places, positiveInteger } from './arguments.ts'
import { addCorpusFlags } from './corpus-flags.ts'
import { namesCorpora, runSetFeatures, type SetFlags } from './set-features.ts'
import { type ChannelFlags, readChannel } from './sound-arguments.ts'
import { terminal } from './terminal.ts'

type MatrixKind = 'mfcc' | 'log-mel'

interface MatrixFlags extends ChannelFlags {
  output?: string
  kind: MatrixKind
  preset: MfccPresetName
  coefficients?: number
  deltas?: string
  pitch: boolean
}

type FeaturesFlags = Omit<MatrixFlags, 'kind'> & SetFlags & { kind: MatrixKind | FeatureSetName }

const matrixKinds: readonly MatrixKind[] = ['mfcc', 'log-mel']
/** Flags that belong to one family of kinds. */
const matrixOnly = ['preset', 'coefficients', 'deltas', 'pitch'] as const
const setsOnly = ['corpus', 'corpora', 'frames', 'cache'] as const
/** Flags that say more of corpora. */
const corpusOnly = ['data', 'name', 'classes', 'labels', 'speaker', 'votes', 'votesAs', 'include'] as const

const sets = featureSetNames.join(', ')

/** Throws for flags that were given and do not go with the kind. */
function checkFlags({ kind, coefficients }: FeaturesFlags, command: Command): void {
  const isMatrix = (matrixKinds as readonly string[]).includes(kind)
  const others: readonly string[] = isMatrix ? setsOnly : matrixOnly
  const odd = others.find((name) => command.getOptionValueSource(name) === 'cli')
  if (odd !== undefined) {
    const kinds = isMatrix ? featureSetNames : matrixKinds
    throw new InvalidArgumentError(`--${odd} needs --kind ${kinds.join(' or ')}, got ${kind}`)
  }
  if (kind === 'log-mel' && coefficients !== undefined) {
    throw new InvalidArgumentError('--coefficients needs --kind mfcc: log mel energies have none')
  }
}

function extract(
  { samples, sampleRate }: { samples: Float32Array; sampleRate: number },
  flags: MatrixFlags,
): FloatNdArray {
  const options = {
    ...mfccPresets[flags.preset],
    sampleRate,
    deltas: Number(flags.deltas ?? 0) as 0 | 1 | 2,
    ...(flags.coefficients === undefined ? {} : { coefficients: flags.coefficients }),
  }
  const envelope = flags.kind === 'mfcc' ? mfcc(samples, options) : logMel(samples, options)
  if (!flags.pitch) return envelope
  return concatenateColumns(envelope, pitch(samples, alignedPitch(options)))
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

async function runMatrix(names: readonly string[], flags: MatrixFlags): Promise<void> {
  const [file, ...more] = names
  const { output, kind } = flags
  if (more.length > 0) throw new InvalidArgumentError(`--kind ${kind} takes one recording, got ${names.length}`)
  terminal.status(`features of ${file}`)
  if (await isFolder(file)) throw new FormatError(`${file}: a folder; name one recording of it`)
  const features = extract(await readChannel(file, flags, (text) => terminal.line(`warning: ${text}`)), flags)
  if (features.shape[0] === 0) terminal.line('warning: shorter than one frame: no features')
  terminal.end()
  if (output === undefined) return terminal.result(`${await summary(features)}\n`)
  await writeOrKeep(output, encodeNpy(features), { what: 'the matrix of features', name: 'features.npy' })
  terminal.tell(`${output}: ${features.shape[0]} frames, ${features.shape[1]} columns`)
}

/** Throws unless there are files or corpora, and not both. */
function checkSources(names: readonly string[], flags: FeaturesFlags): void {
  const corpora = namesCorpora(flags)
  const odd = corpusOnly.find((name) => flags[name] !== undefined)
  if (!corpora && odd !== undefined) {
    const flag = odd === 'votesAs' ? 'votes-as' : odd
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
  const { output, kind } = flags
  const set = featureSetNames.find((name) => name === kind)
  const piped = set !== undefined && output === '-'
  if (output !== undefined && !piped) await checkWritable(output)
  if (set === undefined) await runMatrix(names, flags as MatrixFlags)
  else await runSetFeatures(set, names, flags)
}

/** Defines `ser features`. */
export function defineFeatures(command: Command): void {
  command
    .argument(
      '[file...]',
      `a WAV or AIFF file, or - for standard input; other formats need the package audio-decode. --kind ${sets} takes ` +
        "any number of files, folders, and patterns in quotes ('data/**/*.wav')",
      places,
    )
    .option(
      '-o, --output <file>',
      `where to write: a .npy file; ${sets}: .csv too, - for CSV on standard output`,
      place,
    )
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
      `${sets}: keeps features, so that a stopped run goes on (of several recordings .ser-cache)`,
      place,
    )
    .option('--no-cache', `${sets}: keep no features`)
  addCorpusFlags(command, 'all', { instead: ' in place of files' })
    .addHelpText(
      'after',
      "\nThe CSV of --kind egemaps has the columns file, start, end, as those of opensmile-python, then openSMILE's names;" +
        '\nof corpora with corpus, speaker and label behind end.' +
        '\nA recording that fails is told, the others are done; the exit code is 1.',
    )
    .action(run)
}
