import { existsSync, readdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** Sources of a build, folders with all that is in them. */
const sources = [
  'src',
  'scripts/shakeable.ts',
  'scripts/first-use.ts',
  'scripts/types.mjs',
  'tsup.config.ts',
  'package.json',
]

let isChecked = false

/** Files of a path, relative to a folder, with the times of their last change, ms. */
function timesOf(folder: string, path: string): [string, number][] {
  const status = statSync(`${folder}${path}`)
  if (!status.isDirectory()) return [[path, status.mtimeMs]]
  return readdirSync(`${folder}${path}`, { withFileTypes: true }).flatMap((entry) =>
    timesOf(folder, `${path}/${entry.name}`),
  )
}

/** The newest source where a folder's build is older than it, null where it is not; throws where nothing was built. */
export function staleSource(folder: string, paths: readonly string[] = sources): string | null {
  if (!existsSync(`${folder}dist/cli.js`)) {
    throw new Error('the tests of the built package need `npm run build` first')
  }
  const [newest, time] = paths.flatMap((path) => timesOf(folder, path)).reduce((a, b) => (b[1] > a[1] ? b : a))
  return time > statSync(`${folder}dist/cli.js`).mtimeMs ? newest : null
}

/** Throws unless `dist/` was built from the sources as they are: the tests would pass or fail for what was there before. */
export function checkBuilt(): void {
  if (isChecked) return
  const stale = staleSource(root)
  if (stale !== null) throw new Error(`dist/ is older than ${stale}; run \`npm run build\``)
  isChecked = true
}
