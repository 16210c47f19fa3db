/** Where the code that runs lies: files that ship beside it are found from there. */
import { pathToFileURL } from 'node:url'

/**
 * The URL of a file by its place beside the one that runs, which is a module, CommonJS or a bundle of either kind. CommonJS has no
 * `import.meta.url`, and its path may hold signs that mean something in a URL: `C# proj`, `100%`.
 */
export function besideOwnFile(place: string): URL {
  return new URL(place, import.meta.url ?? pathToFileURL(__filename))
}
