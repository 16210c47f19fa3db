/** Bundlers, each with the line of docs/guide/bundlers.md that brings the worker along, and without it. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import commonjs from '@rollup/plugin-commonjs'
import resolve from '@rollup/plugin-node-resolve'
import * as esbuild from 'esbuild'
import { rollup } from 'rollup'
import * as vite from 'vite'
import webpack from 'webpack'
import { findChromium, resultHandler, resultOfPage, visit } from '../support/chromium.mjs'
import { here, run } from './project.mjs'

const noChromium = 'no Chromium (SER_CHROMIUM, or `chromium` in PATH)'

/** Throws unless the workers trained and the classes have their names. */
function expectTrained(result) {
  const { same, numbers, name } = result
  if (!(same === true && numbers > 20 && name === 'LSTM')) throw new Error(JSON.stringify(result))
}

/** Throws unless it failed and named the page that tells what to do. */
function expectRemedy({ error = '' }) {
  if (!error.includes('docs/guide/bundlers.md'))
    throw new Error(`expected an error that names the page, got "${error}"`)
}

async function runFile(file, command = process.execPath) {
  const { stdout, output } = await run(command, [file], join(file, '..'))
  try {
    return JSON.parse(stdout)
  } catch {
    throw new Error(output)
  }
}

/** The page of a folder, in Chromium. */
async function openFolder(folder, html) {
  const files = Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => [
        join(parentPath, name).slice(folder.length + 1),
        readFileSync(join(parentPath, name)),
      ]),
  )
  return await resultOfPage(findChromium(), html === undefined ? files : { ...files, 'index.html': html })
}

const moduleScript = (file) => `<!doctype html><script type="module" src="${file}"></script>`

/** A folder of the project for what a bundler writes, of modules or of CommonJS. */
function outputFolder(project, name, type = 'module') {
  const folder = join(project, 'out', name)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type }))
  return folder
}

const esbuildFor = (project, outdir, entryPoints, options) =>
  esbuild.build({ absWorkingDir: project, bundle: true, outdir, entryPoints, logLevel: 'error', ...options })

async function esbuildNode(project, format) {
  const outdir = outputFolder(project, `esbuild-${format}`, format === 'esm' ? 'module' : 'commonjs')
  const options = { platform: 'node', format }
  await esbuildFor(project, outdir, { app: 'node.mjs' }, options)
  expectRemedy(await runFile(join(outdir, 'app.js')))
  await esbuildFor(project, outdir, { app: 'node.mjs', worker: 'ser-core/worker' }, options)
  expectTrained(await runFile(join(outdir, 'app.js')))
}

async function esbuildPage(project, format) {
  if (!findChromium()) return noChromium
  const outdir = outputFolder(project, `esbuild-page-${format}`)
  await esbuildFor(project, outdir, { app: 'page.mjs' }, { format })
  const html = format === 'esm' ? moduleScript('app.js') : '<!doctype html><script src="app.js"></script>'
  expectRemedy(await openFolder(outdir, html))
  const app = format === 'esm' ? 'page.mjs' : 'page-script.mjs'
  await esbuildFor(project, outdir, { app, worker: 'ser-core/worker' }, { format })
  expectTrained(await openFolder(outdir, html))
}

async function runRollup(project) {
  const dir = outputFolder(project, 'rollup')
  const build = async (input) => {
    const bundle = await rollup({ input, plugins: [resolve({ rootDir: project }), commonjs()], onwarn: () => {} })
    await bundle.write({ dir, entryFileNames: '[name].js' })
    await bundle.close()
  }
  await build({ app: join(project, 'node.mjs') })
  expectRemedy(await runFile(join(dir, 'app.js')))
  await build({ app: join(project, 'node.mjs'), worker: 'ser-core/worker' })
  expectTrained(await runFile(join(dir, 'app.js')))
}

const runWebpack = (options) =>
  new Promise((done, failed) => {
    webpack({ mode: 'production', devtool: false, performance: false, ...options }, (error, stats) => {
      if (error) failed(error)
      else if (stats.hasErrors() || stats.hasWarnings()) failed(new Error(stats.toString('errors-warnings')))
      else done()
    })
  })

async function webpackPage(project) {
  if (!findChromium()) return noChromium
  const path = outputFolder(project, 'webpack-page')
  await runWebpack({ context: project, entry: { app: './page.mjs' }, output: { path, publicPath: '/' } })
  expectTrained(await openFolder(path, '<!doctype html><script src="app.js"></script>'))
}

async function webpackNode(project) {
  const path = outputFolder(project, 'webpack-node', 'commonjs')
  const entry = { app: './node.mjs', worker: 'ser-core/worker' }
  await runWebpack({ context: project, target: 'node', node: { __dirname: false }, entry, output: { path } })
  expectTrained(await runFile(join(path, 'app.js')))
}

/** Vite's root is a folder of the project with a page. */
function viteRoot(project, name, program) {
  const root = join(project, name)
  mkdirSync(root)
  for (const file of [program, 'train.mjs']) cpSync(join(project, file), join(root, file))
  writeFileSync(join(root, 'index.html'), moduleScript(`/${program}`))
  return root
}

async function viteBuild(project) {
  if (!findChromium()) return noChromium
  for (const program of ['page.mjs', 'page-vite.mjs']) {
    const root = viteRoot(project, `vite-build-${program}`, program)
    await vite.build({ root, configFile: false, logLevel: 'error' })
    expectTrained(await openFolder(join(root, 'dist')))
  }
}

async function viteDevelopment(project) {
  if (!findChromium()) return noChromium
  const open = async (program) => {
    const { posted, handle } = resultHandler()
    const configureServer = ({ middlewares }) => void middlewares.use('/result', handle)
    const root = viteRoot(project, `vite-dev-${program}`, program)
    const plugins = [{ name: 'result', configureServer }]
    const server = await vite.createServer({
      root,
      configFile: false,
      logLevel: 'silent',
      plugins,
      server: { host: '127.0.0.1', port: 0 },
    })
    await server.listen()
    try {
      return await visit(findChromium(), server.resolvedUrls.local[0], posted)
    } finally {
      await server.close()
    }
  }
  expectRemedy(await open('page.mjs'))
  expectTrained(await open('page-vite.mjs'))
}

/** The Bun that runs here: npm installs a package for each kind of processor and of C library that may be this machine's. */
async function findBun(project) {
  const packages = join(here, 'node_modules/@oven')
  const file = process.platform === 'win32' ? 'bun.exe' : 'bun'
  for (const name of existsSync(packages) ? readdirSync(packages).sort() : []) {
    const command = join(packages, name, 'bin', file)
    if ((await run(command, ['--version'], project)).code === 0) return command
  }
  return undefined
}

async function runBun(project) {
  const command = await findBun(project)
  if (command === undefined) return 'no Bun for this machine'
  for (const target of ['node', 'bun']) {
    const outdir = outputFolder(project, `bun-${target}`)
    const worker = './node_modules/ser-core/dist/worker.js'
    const build = async (...entries) => {
      const args = ['build', ...entries, '--target', target, '--outdir', outdir, '--entry-naming', '[name].js']
      const { code, output } = await run(command, args, project)
      if (code !== 0) throw new Error(output)
    }
    const runtime = target === 'bun' ? command : process.execPath
    await build('./node.mjs')
    expectRemedy(await runFile(join(outdir, 'node.js'), runtime))
    await build('./node.mjs', worker)
    expectTrained(await runFile(join(outdir, 'node.js'), runtime))
  }
}

async function denoCompile(project) {
  if ((await run('deno', ['--version'], project)).code !== 0) return 'no deno in PATH'
  const output = join(project, 'out', 'deno-app')
  const args = [
    'compile',
    '--allow-all',
    '--no-check',
    '--include',
    'node_modules/ser-core/dist/worker.js',
    '--output',
    output,
    'node.mjs',
  ]
  const compiled = await run('deno', args, project)
  if (compiled.code !== 0) return 'deno cannot fetch its run-time binary'
  const { stdout, output: all } = await run(output, [], project)
  if (stdout === '') throw new Error(all)
  expectTrained(JSON.parse(stdout))
}

export const bundlers = [
  ['esbuild for Node, modules', (project) => esbuildNode(project, 'esm')],
  ['esbuild for Node, CommonJS', (project) => esbuildNode(project, 'cjs')],
  ['esbuild for pages, modules', (project) => esbuildPage(project, 'esm')],
  ['esbuild for pages, one script', (project) => esbuildPage(project, 'iife')],
  ['Rollup', runRollup],
  ['webpack for pages', webpackPage],
  ['webpack for Node', webpackNode],
  ['Vite, build', viteBuild],
  ['Vite, development', viteDevelopment],
  ['Bun build', runBun],
  ['deno compile', denoCompile],
]
