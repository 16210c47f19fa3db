/**
 * Finds files that ship with the code, relative to the running file: a module, CommonJS, or a bundle of either kind.
 */

/** `pathToFileURL` of `node:url`. */
type PathToUrl = (path: string) => URL

/**
 * Possible URLs of the running file, the most reliable first. Modules have `import.meta.url`; CommonJS has paths, which
 * may contain characters that are special in a URL: `C# proj`, `100%`. Bundlers replace one of them by a constant
 * (webpack `import.meta.url`, Bun `__filename`): the place in `node_modules` on the machine of the build, valid only
 * there.
 */
function ownUrls(pathToFileURL: PathToUrl): string[] {
  const urls = [
    ...(typeof __filename === 'string' ? [pathToFileURL(__filename).href] : []),
    // webpack may replace only one of the two.
    ...(typeof __dirname === 'string' ? [pathToFileURL(`${__dirname}/index.js`).href] : []),
    ...(import.meta.url === undefined ? [] : [import.meta.url]),
  ]
  const isInstalled = (url: string): number => Number(url.includes('/node_modules/'))
  return urls.filter((url) => url.startsWith('file:')).sort((a, b) => isInstalled(a) - isInstalled(b))
}

/**
 * Possible URLs of a file, given its places relative to the running file, the most reliable first; none without files.
 */
export function besideOwnFile(places: readonly string[], pathToFileURL: PathToUrl): URL[] {
  return ownUrls(pathToFileURL).flatMap((url) => places.map((place) => new URL(place, url)))
}

/** As `besideOwnFile` for a script, which bundlers give the running file's extension or another one of JavaScript. */
export function scriptsBeside(name: string, pathToFileURL: PathToUrl): URL[] {
  const usual = ['.js', '.mjs', '.cjs']
  const own = ownUrls(pathToFileURL).flatMap((url) => usual.filter((extension) => url.endsWith(extension)))
  const names = Array.from(new Set([...own, ...usual]), (extension) => name + extension)
  return besideOwnFile(names, pathToFileURL)
}
