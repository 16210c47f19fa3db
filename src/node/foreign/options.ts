/** Options of corpora that other tools annotated or listed. */
import { checkString, checkStrings } from '../../core/check.ts'
import { expectation } from '../../core/errors.ts'

/** A corpus that another tool annotated or listed. */
export type ForeignKind =
  | 'audformat'
  | 'lhotse'
  | 'nkululeko'
  | 'kaldi'
  | 'textgrid'
  | 'elan'
  | 'label-studio'
  | 'audacity'

/** Where labels and speakers of such a corpus are. */
export interface ForeignOptions {
  /** `audformat`: table of the labels, or several. Default: the only one that has their column, or that of the column's name. */
  table?: string | readonly string[]
  /**
   * Place of the labels: a column (`audformat`, `nkululeko`: default `emotion`), a file (`kaldi`: default `utt2emo`, `utt2emotion`,
   * `utt2label`), a field of `custom` (`lhotse`: default `emotion`), a control (`label-studio`), a tier or several (`textgrid`, `elan`:
   * default the only one, or that called `emotion` or `label`).
   */
  labelFrom?: string | readonly string[]
  /** Place of the speakers: a column (default `speaker`), a tier, a control or a field of `data` (`label-studio`). */
  speakerFrom?: string
  /**
   * Folder from which paths of sound files count. Default: for `kaldi`, `nkululeko` and `lhotse` the working directory, as for these
   * tools, or where the first file is not there, the folder of the list; for the others the folder of the annotations.
   */
  root?: string
  /**
   * Columns of numbers, such as arousal, that recordings get as `targets` (`manifest`, `nkululeko`, `audformat`); lists then need no labels,
   * and recordings without a number are left out. Default: none.
   */
  targets?: readonly string[]
}

/** Options that each kind takes. */
const taken: Readonly<Record<ForeignKind, readonly (keyof ForeignOptions)[]>> = {
  audformat: ['table', 'labelFrom', 'speakerFrom', 'root', 'targets'],
  lhotse: ['labelFrom', 'root'],
  nkululeko: ['labelFrom', 'speakerFrom', 'root', 'targets'],
  kaldi: ['labelFrom', 'root'],
  textgrid: ['labelFrom', 'speakerFrom', 'root'],
  elan: ['labelFrom', 'speakerFrom', 'root'],
  'label-studio': ['labelFrom', 'speakerFrom', 'root'],
  audacity: ['root'],
}

/** All values of {@link ForeignKind}. */
export const foreignKinds: readonly ForeignKind[] = Object.keys(taken) as ForeignKind[]

/** Kinds whose labels may be in several places. */
const severalLabels: readonly string[] = ['textgrid', 'elan']

/** Names of all options. */
export const foreignOptionNames = ['table', 'labelFrom', 'speakerFrom', 'root', 'targets'] as const

/** Whether the kind is one of another tool. */
export function isForeign(kind: string): kind is ForeignKind {
  return (foreignKinds as readonly string[]).includes(kind)
}

/** A text or a list of texts as a list. */
export function listOf(value: string | readonly string[] | undefined): readonly string[] | undefined {
  return value === undefined || typeof value !== 'string' ? value : [value]
}

/** Throws for options that the kind does not take, and for values that are none. */
export function checkForeignOptions(where: string, kind: string, options: ForeignOptions): void {
  const own: readonly string[] = isForeign(kind) ? taken[kind] : kind === 'manifest' ? ['targets'] : []
  for (const name of foreignOptionNames) {
    const value = options[name]
    if (value === undefined) continue
    if (!own.includes(name)) {
      const some = foreignKinds.filter((one) => taken[one].includes(name))
      const kinds = (name === 'targets' ? ['manifest', ...some] : some).join(', ')
      throw new RangeError(expectation(where, name, `nothing for "${kind}" (${kinds} take it)`, value))
    }
    const several = name === 'table' || name === 'targets' || (name === 'labelFrom' && severalLabels.includes(kind))
    const texts =
      several && typeof value !== 'string' ? checkStrings(where, name, value, 1) : [checkString(where, name, value)]
    if (texts.includes('')) throw new RangeError(expectation(where, name, 'a name', ''))
  }
}
