/** `npm run test:campaign`: bundles the campaign from its sources and runs it; see campaign.ts, or `-- --help`. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const cache = join(root, 'node_modules', '.cache')
mkdirSync(cache, { recursive: true })
const outdir = mkdtempSync(join(cache, 'campaign-'))

/** Sources find files of the repository by their own place, also from within the bundle. */
const ownPlaces = {
  name: 'own-places',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
      loader: 'ts',
    }))
  },
}

/** What git says, or nothing without it. */
const git = (...args) => spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout?.trim() ?? ''
const commit = `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain') === '' ? '' : ' with changes'}`

try {
  await build({
    ...{ outdir, outExtension: { '.js': '.mjs' }, absWorkingDir: root, plugins: [ownPlaces], logLevel: 'error' },
    ...{ bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node20', packages: 'external' },
    entryPoints: ['campaign', 'child', 'writer', 'aborting'].map((name) => `fuzz/${name}.ts`),
  })
  const child = spawn(process.execPath, [join(outdir, 'campaign.mjs'), ...process.argv.slice(2)], {
    ...{ stdio: 'inherit', env: { ...process.env, CAMPAIGN_COMMIT: commit } },
  })
  // The campaign writes what it has found, and then ends; a terminal has sent it the signal too, and twice is as once.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  process.exitCode = await new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)))
} finally {
  rmSync(outdir, { recursive: true, force: true })
}
