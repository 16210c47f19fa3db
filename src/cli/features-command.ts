import { type Command, InvalidArgumentError, Option } from 'commander'
import type { NdArray } from 'ndarray'
import ops from 'ndarray-ops'
import { toMono } from '../audio/mono.ts'
import { FormatError } from '../core/errors.ts'
import type { FloatNdArray } from '../core/types.ts'
import { alignedPitch } from '../features/aligned-pitch.ts'
import { concatenateColumns } from '../features/columns.ts'
import { logMel, mfcc } from '../features/mfcc.ts'
import { pitch } from '../features/pitch.ts'
import { type MfccPresetName, mfccPresets } from '../features/presets.ts'
import { encodeNpy } from '../io/npy.ts'
import type { AudioFile } from '../node/audio-file.ts'
import { checkWritable, writeOrKeep } from '../node/files.ts'
import { isFolder } from '../node/sound-folder.ts'
import { place, positiveInteger } from './arguments.ts'
import { readSound } from './sound-arguments.ts'
import { terminal } from './terminal.ts'

interface FeaturesFlags {
  output?: string
  kind: 'mfcc' | 'log-mel'
  preset: MfccPresetName
  coefficients?: number
  deltas?: string
  pitch: boolean
}

function checkFlags({ kind, coefficients }: FeaturesFlags): void {
  if (kind === 'log-mel' && coefficients !== undefined) {
    throw new InvalidArgumentError('--coefficients needs --kind mfcc: log mel energies have none')
  }
}

function extract(audio: AudioFile, flags: FeaturesFlags): FloatNdArray {
  for (const warning of audio.warnings) terminal.line(`warning: ${warning}`)
  const options = {
    ...mfccPresets[flags.preset],
    sampleRate: audio.sampleRate,
    deltas: Number(flags.deltas ?? 0) as 0 | 1 | 2,
    ...(flags.coefficients === undefined ? {} : { coefficients: flags.coefficients }),
  }
  const samples = toMono(audio)
  const envelope = flags.kind === 'mfcc' ? mfcc(samples, options) : logMel(samples, options)
  if (!flags.pitch) return envelope
  return concatenateColumns(envelope, pitch(samples, alignedPitch(options)))
}

/** A line `column  mean  sd` for each column. */
function summary(features: FloatNdArray): string {
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

async function run(file: string, flags: FeaturesFlags): Promise<void> {
  const { output } = flags
  checkFlags(flags)
  if (output !== undefined) await checkWritable(output)
  terminal.status(`features of ${file}`)
  if (await isFolder(file)) throw new FormatError(`${file}: a folder; name one recording of it`)
  const features = extract(await readSound(file), flags)
  if (features.shape[0] === 0) terminal.line('warning: shorter than one frame: no features')
  terminal.end()
  if (output === undefined) return terminal.result(`${summary(features)}\n`)
  await writeOrKeep(output, encodeNpy(features), { what: 'the matrix of features', name: 'features.npy' })
  terminal.tell(`${output}: ${features.shape[0]} frames, ${features.shape[1]} columns`)
}

/** Adds `ser features`. */
export function addFeaturesCommand(program: Command): void {
  program
    .command('features')
    .description('acoustic features of a recording, as a NumPy .npy file or, without -o, as a summary')
    .argument(
      '<file>',
      'a WAV or AIFF file, or - for standard input; other formats need the package audio-decode',
      place,
    )
    .option('-o, --output <file>', 'where to write the .npy file', place)
    .addOption(new Option('--kind <kind>', 'what to compute').choices(['mfcc', 'log-mel']).default('mfcc'))
    .addOption(
      new Option('--preset <name>', 'conventions to follow').choices(Object.keys(mfccPresets)).default('study'),
    )
    .option('--coefficients <n>', 'cepstral coefficients', positiveInteger)
    .addOption(new Option('--deltas <order>', 'orders of dynamic features').choices(['0', '1', '2']))
    .option('--pitch', 'add log F0 and voicing, aligned with the frames of the preset', false)
    .action(run)
}
