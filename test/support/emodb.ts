/** The real recordings that some tests read: the Berlin Database of Emotional Speech, beside the project or in SER_EMODB. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the corpus. */
export const emodbFolder: string =
  process.env.SER_EMODB ?? fileURLToPath(new URL('../../../shared/emodb', import.meta.url))

/** Whether the corpus is there. */
export const hasEmodb: boolean = existsSync(join(emodbFolder, 'wav'))

/** A title for `describe.skipIf(!hasEmodb)` that says why the tests are skipped. */
export function emodbTitle(title: string): string {
  return hasEmodb ? title : `${title} (skipped: no EmoDB recordings; SER_EMODB may name their folder)`
}
