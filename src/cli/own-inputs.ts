/** Outputs that would replace what a command reads. */
import { realpath } from 'node:fs/promises'
import { basename, dirname, isAbsolute, relative, sep } from 'node:path'
import { InvalidArgumentError } from 'commander'
import { kaldiFiles, kaldiLabelFiles } from '../corpora/foreign/kaldi.ts'
import { isSoundName } from '../corpora/names.ts'
import { type CorpusReference, partsOf } from '../experiments/corpora.ts'
import type { CorpusUtterance } from '../node/corpus-types.ts'
import { isFeatureName } from '../node/given/names.ts'
import { soundFileOf } from '../node/readable.ts'
import { isFolder } from '../node/sound-folder.ts'

/** The path without links; null where there is no file. */
async function realOf(path: string): Promise<string | null> {
  return await realpath(path === '-' ? '/dev/stdin' : path).catch(() => null)
}

function refuse(output: string, input: string): never {
  const read = input === output ? 'it is read' : `it is read, as ${input === '-' ? 'standard input' : input}`
  throw new InvalidArgumentError(`the output ${output} would replace an input: ${read}; name another file`)
}

/**
 * Throws where a file to be written is one that is read, whatever their paths are.
 *
 * @param outputs - `-` for standard output, undefined for none
 * @param inputs - `-` for standard input, undefined for none
 */
export async function checkNoInput(
  outputs: readonly (string | undefined)[],
  inputs: readonly (string | undefined)[],
): Promise<void> {
  const written = new Map<string, string>()
  for (const output of outputs) {
    const real = output === undefined || output === '-' ? null : await realOf(output)
    if (real !== null) written.set(real, output as string)
  }
  if (written.size === 0) return
  for (const input of inputs) {
    const output = input === undefined ? undefined : written.get((await realOf(input)) ?? '')
    if (output !== undefined) refuse(output, input as string)
  }
}

const kaldiLists: readonly string[] = [...kaldiFiles, ...kaldiLabelFiles, 'spk2utt', 'reco2file_and_channel']

/** Whether a file of a corpus' folder is one of its lists or annotations. */
function isList({ kind, labelFrom }: CorpusReference, name: string): boolean {
  if (kind === 'kaldi') return kaldiLists.includes(name) || name === labelFrom
  const named: Readonly<Record<string, RegExp>> = {
    audformat: /^db\.(yaml|.+\.(csv|parquet|pkl))$/,
    lhotse: /\.jsonl(\.gz)?$/,
    textgrid: /\.textgrid$/i,
    elan: /\.eaf$/i,
    audacity: /\.txt$/i,
    'label-studio': /\.json$/i,
  }
  return Object.hasOwn(named, kind) && named[kind].test(name)
}

/** Whether a path lies in a folder, both without links; null for none. */
function isBelow(folder: string | null, path: string): boolean {
  const step = folder === null ? '..' : relative(folder, path)
  return !(step === '..' || step.startsWith(`..${sep}`) || isAbsolute(step))
}

/** Throws where a file to be written is a list of a corpus, or a sound file in its folder, or one of its features. */
export async function checkNoCorpusFile(outputs: readonly string[], reference: CorpusReference): Promise<void> {
  const parts = partsOf(reference)
  const files = parts.flatMap(({ path, votes, features, speakerTable }) => [path, votes, features, speakerTable])
  await checkNoInput(outputs, files)
  for (const output of outputs) {
    const real = output === '-' ? null : await realOf(output)
    if (real === null) continue
    for (const part of parts) {
      const { path, features } = part
      const folder = path === undefined ? null : await realOf((await isFolder(path)) ? path : dirname(path))
      if (isBelow(folder, real) && (isSoundName(real) || isList(part, basename(real)))) {
        refuse(output, `a file of the corpus ${path}`)
      }
      const given = features !== undefined && (await isFolder(features)) ? await realOf(features) : null
      if (isBelow(given, real) && isFeatureName(real)) refuse(output, `a file of the features ${features}`)
    }
  }
}

/** Throws where a file to be written is the sound of a recording. */
export async function checkNoSound(outputs: readonly string[], utterances: readonly CorpusUtterance[]): Promise<void> {
  const files = utterances.map(soundFileOf).filter((file) => file !== undefined)
  // Those of Kaldi's archives are followed by the place in the archive.
  await checkNoInput(outputs, [...new Set(files.flatMap((file) => [file, file.replace(/:\d+$/, '')]))])
}
