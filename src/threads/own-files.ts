/** Files that ship beside the code, found from the file that runs: a module, CommonJS, or a bundle of either kind. */

/** `pathToFileURL` of `node:url`. */
type PathToUrl = (path: string) => URL

/**
 * The URLs that the file which runs may have, the surest first. Modules have `import.meta.url`, CommonJS has paths, which may
 * hold signs that mean something in a URL: `C# proj`, `100%`. Bundlers make a constant of one or the other (webpack of
 * `import.meta.url`, Bun of `__filename`): the place in `node_modules` where they found the code, on the machine of the build alone.
 */
function ownUrls(pathToFileURL: PathToUrl): string[] {
  const urls = [
    ...(typeof __filename === 'string' ? [pathToFileURL(__filename).href] : []),
    // webpack may leave the one and replace the other.
    ...(typeof __dirname === 'string' ? [pathToFileURL(`${__dirname}/index.js`).href] : []),
    ...(import.meta.url === undefined ? [] : [import.meta.url]),
  ]
  const isInstalled = (url: string): number => Number(url.includes('/node_modules/'))
  return urls.filter((url) => url.startsWith('file:')).sort((a, b) => isInstalled(a) - isInstalled(b))
}

/** The URLs that a file may have by its places relative to the one that runs, the surest first; none where there are no files. */
export function besideOwnFile(places: readonly string[], pathToFileURL: PathToUrl): URL[] {
  return ownUrls(pathToFileURL).flatMap((url) => places.map((place) => new URL(place, url)))
}

/** The same for a script, which bundlers write with the extension of the file that runs, or with another one of JavaScript. */
export function scriptsBeside(name: string, pathToFileURL: PathToUrl): URL[] {
  const usual = ['.js', '.mjs', '.cjs']
  const own = ownUrls(pathToFileURL).flatMap((url) => usual.filter((extension) => url.endsWith(extension)))
  const names = Array.from(new Set([...own, ...usual]), (extension) => name + extension)
  return besideOwnFile(names, pathToFileURL)
}
