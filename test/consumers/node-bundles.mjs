/**
 * Bundles for Node, each with the line of docs/guide/bundlers.md that brings its files along, and without it. They run in
 * another folder than that of the build, where ser-core is no more: what still looks for files of the package fails.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import commonjs from '@rollup/plugin-commonjs'
import resolve from '@rollup/plugin-node-resolve'
import * as esbuild from 'esbuild'
import { rollup } from 'rollup'
import webpack from 'webpack'
import { expectRemedy, expectTrained } from './expect.mjs'
import { findBun, findDeno, run } from './project.mjs'

/** A copy of the user's project, from which ser-core can be taken away while others run. */
function copyProject(project, name) {
  const own = join(project, '..', name)
  mkdirSync(own)
  for (const file of readdirSync(project).filter((one) => one.endsWith('.mjs') || one === 'package.json'))
    cpSync(join(project, file), join(own, file))
  cpSync(join(project, 'node_modules'), join(own, 'node_modules'), { recursive: true })
  return own
}

/** A folder of the project for what a bundler writes, of modules or of CommonJS. */
function outputFolder(project, type) {
  const folder = join(project, 'out')
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type }))
  return folder
}

/** The output of a file of a built folder where the folder lies elsewhere, files of the project beside it, and ser-core nowhere. */
async function runMoved(project, folder, file, { command = process.execPath, beside = [] } = {}) {
  const moved = mkdtempSync(`${project}-moved-`)
  cpSync(folder, moved, { recursive: true })
  for (const [from, to] of beside) cpSync(join(project, 'node_modules', from), join(moved, to), { recursive: true })
  const [shown, hidden] = ['ser-core', '.hidden'].map((name) => join(project, 'node_modules', name))
  renameSync(shown, hidden)
  try {
    const { stdout, output } = await run(command, [join(moved, file)], moved)
    if (!stdout.startsWith('{')) throw new Error(output)
    return JSON.parse(stdout)
  } finally {
    renameSync(hidden, shown)
  }
}

const model = ['ser-core/models/recognizer.safetensors', 'recognizer.safetensors']

/** Runs a bundle that has nothing beside it, then one with the worker and the recogniser beside it. */
async function expectMovable(project, folder, file, { build, ...options }) {
  await build(false)
  const bare = await runMoved(project, folder, file, options)
  expectRemedy(bare)
  expectRemedy({ error: bare.missing })
  await build(true)
  const result = await runMoved(project, folder, file, { ...options, beside: [model] })
  expectTrained(result)
  if (typeof result.label !== 'string') throw new Error(JSON.stringify(result))
}

const kinds = { esm: 'module', cjs: 'commonjs' }

const esbuildInto = (project, outdir, entryPoints, options) =>
  esbuild.build({
    ...{ absWorkingDir: project, bundle: true, platform: 'node', logLevel: 'error' },
    ...{ outdir, entryPoints, ...options },
  })

async function rollupInto(project, dir, input, output) {
  const bundle = await rollup({ input, plugins: [resolve({ rootDir: project }), commonjs()], onwarn: () => {} })
  await bundle.write({ dir, ...output })
  await bundle.close()
}

async function runEsbuild(project, format, extension = '.js') {
  const own = copyProject(project, `esbuild-${format}${extension}`)
  const outdir = outputFolder(own, kinds[format])
  const build = (whole) => {
    const entries = { app: 'node.mjs', ...(whole ? { worker: 'ser-core/worker' } : {}) }
    return esbuildInto(own, outdir, entries, { format, outExtension: { '.js': extension } })
  }
  await expectMovable(own, outdir, `app${extension}`, { build })
}

async function runRollup(project, format, extension) {
  const own = copyProject(project, `rollup-${format}${extension}`)
  const dir = outputFolder(own, kinds[format])
  const build = (whole) => {
    const input = { app: join(own, 'node.mjs'), ...(whole ? { worker: 'ser-core/worker' } : {}) }
    const names = { entryFileNames: `[name]${extension}`, chunkFileNames: `[name]-[hash]${extension}` }
    return rollupInto(own, dir, input, { format, ...names })
  }
  await expectMovable(own, dir, `app${extension}`, { build })
}

export const runWebpack = (options) =>
  new Promise((done, failed) => {
    webpack({ mode: 'production', devtool: false, performance: false, ...options }, (error, stats) => {
      if (error) failed(error)
      else if (stats.hasErrors() || stats.hasWarnings()) failed(new Error(stats.toString('errors-warnings')))
      else done()
    })
  })

async function webpackNode(project) {
  const own = copyProject(project, 'webpack-node')
  const path = outputFolder(own, 'commonjs')
  const build = (whole) => {
    const entry = { app: './node.mjs', ...(whole ? { worker: 'ser-core/worker' } : {}) }
    return runWebpack({ context: own, target: 'node', node: { __dirname: false }, entry, output: { path } })
  }
  await expectMovable(own, path, 'app.js', { build })
}

async function runBun(project) {
  const bun = await findBun()
  if (bun === undefined) return 'no Bun for this machine'
  for (const target of ['node', 'bun']) {
    const own = copyProject(project, `bun-${target}`)
    const outdir = outputFolder(own, 'module')
    const build = async (whole) => {
      const entries = ['./node.mjs', ...(whole ? ['./node_modules/ser-core/dist/worker.js'] : [])]
      const args = ['build', ...entries, '--target', target, '--outdir', outdir, '--entry-naming', '[name].js']
      const { code, output } = await run(bun, args, own)
      if (code !== 0) throw new Error(output)
    }
    await expectMovable(own, outdir, 'node.js', { build, ...(target === 'bun' ? { command: bun } : {}) })
  }
}

/** Experiments on threads, whose script is an entry of its own; tinypool lies beside the bundle. */
async function expectFolds(project, folder, extension, build) {
  const beside = [['tinypool', 'node_modules/tinypool']]
  const start = () => runMoved(project, folder, `app${extension}`, { beside })
  await build({ app: join(project, 'folds.mjs') })
  expectRemedy(await start())
  for (const entry of ['ser-core/fold-worker', join(project, 'fold-thread.mjs')]) {
    await build({ app: join(project, 'folds.mjs'), 'fold-worker': entry })
    const result = await start()
    if (result.missing !== 0) throw new Error(`${entry}: ${JSON.stringify(result)}`)
  }
}

async function esbuildFolds(project, format, extension) {
  const own = copyProject(project, `esbuild-folds-${format}`)
  const outdir = outputFolder(own, kinds[format])
  const options = { format, outExtension: { '.js': extension } }
  await expectFolds(own, outdir, extension, (entries) => esbuildInto(own, outdir, entries, options))
}

async function rollupFolds(project) {
  const own = copyProject(project, 'rollup-folds')
  const dir = outputFolder(own, 'module')
  await expectFolds(own, dir, '.js', (input) => rollupInto(own, dir, input, { entryFileNames: '[name].js' }))
}

/** No bundle: the process ends once the folds are done. */
async function denoFolds(project) {
  const deno = await findDeno()
  if (deno === undefined) return 'no Deno for this machine'
  const own = copyProject(project, 'deno-folds')
  const { code, output, stdout } = await run(
    deno,
    ['run', '--allow-all', '--node-modules-dir=manual', 'folds.mjs'],
    own,
  )
  if (code !== 0 || JSON.parse(stdout).missing !== 0) throw new Error(`${code}: ${output}`)
}

export const nodeBundles = [
  ['esbuild for Node, modules', (project) => runEsbuild(project, 'esm')],
  ['esbuild for Node, modules as .mjs', (project) => runEsbuild(project, 'esm', '.mjs')],
  ['esbuild for Node, CommonJS', (project) => runEsbuild(project, 'cjs')],
  ['Rollup', (project) => runRollup(project, 'esm', '.js')],
  ['Rollup, CommonJS as .cjs', (project) => runRollup(project, 'cjs', '.cjs')],
  ['webpack for Node', webpackNode],
  ['Bun build', runBun],
  ['esbuild, threads of experiments', (project) => esbuildFolds(project, 'esm', '.js')],
  ['esbuild, threads of experiments as .cjs', (project) => esbuildFolds(project, 'cjs', '.cjs')],
  ['Rollup, threads of experiments', rollupFolds],
  ['Deno, threads of experiments', denoFolds],
]
