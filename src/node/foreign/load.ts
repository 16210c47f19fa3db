/** Corpora that other tools annotated or listed. */
import { FormatError, messageOf } from '../../core/errors.ts'
import { isErrorNamed } from '../../core/realm.ts'
import { loadAudacity, loadElan, loadLabelStudio, loadTextGrid } from './annotations.ts'
import type { FoundCorpus } from './files.ts'
import { loadKaldi } from './kaldi.ts'
import type { ForeignKind, ForeignOptions } from './options.ts'
import { loadAudformat, loadLhotse, loadNkululeko } from './tables.ts'

const loaders: Readonly<Record<ForeignKind, (path: string, options: ForeignOptions) => Promise<FoundCorpus>>> = {
  audformat: loadAudformat,
  lhotse: loadLhotse,
  nkululeko: loadNkululeko,
  kaldi: loadKaldi,
  textgrid: loadTextGrid,
  elan: loadElan,
  'label-studio': loadLabelStudio,
  audacity: loadAudacity,
}

/**
 * Reads what another tool says of recordings, and finds their files.
 *
 * @throws FormatError that names file and line; StateError where a package that reads the format is not installed
 */
export async function loadForeign(kind: ForeignKind, path: string, options: ForeignOptions): Promise<FoundCorpus> {
  try {
    const found = await loaders[kind](path, options)
    if (found.utterances.length === 0 && found.problems.length === 0) throw new FormatError('it lists no recordings')
    return found
  } catch (cause) {
    if (isErrorNamed(cause, 'StateError')) throw cause
    throw new FormatError(`loadCorpus: ${kind} "${path}": ${messageOf(cause)}`, { cause })
  }
}
