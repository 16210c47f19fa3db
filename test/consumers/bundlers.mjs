/** Bundlers for pages, each with the line of docs/guide/bundlers.md that brings the worker along, and without it; `deno compile`. */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as esbuild from 'esbuild'
import * as vite from 'vite'
import { findChromium, resultHandler, resultOfPage, visit } from '../support/chromium.mjs'
import { expectRemedy, expectTrained } from './expect.mjs'
import { runWebpack } from './node-bundles.mjs'
import { findDeno, run } from './project.mjs'

const noChromium = 'no Chromium (SER_CHROMIUM, or `chromium` in PATH)'

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

/** A folder of the project for what a bundler writes. */
function outputFolder(project, name) {
  const folder = join(project, 'out', name)
  mkdirSync(folder, { recursive: true })
  return folder
}

const esbuildFor = (project, outdir, entryPoints, options) =>
  esbuild.build({ absWorkingDir: project, bundle: true, outdir, entryPoints, logLevel: 'error', ...options })

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

async function webpackPage(project) {
  if (!findChromium()) return noChromium
  const path = outputFolder(project, 'webpack-page')
  await runWebpack({ context: project, entry: { app: './page.mjs' }, output: { path, publicPath: '/' } })
  expectTrained(await openFolder(path, '<!doctype html><script src="app.js"></script>'))
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

async function denoCompile(project) {
  const deno = await findDeno()
  if (deno === undefined) return 'no Deno for this machine'
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
  const compiled = await run(deno, args, project)
  if (compiled.code !== 0) return 'deno cannot fetch its run-time binary'
  const { stdout, output: all } = await run(output, [], project)
  if (stdout === '') throw new Error(all)
  expectTrained(JSON.parse(stdout))
}

export const bundlers = [
  ['esbuild for pages, modules', (project) => esbuildPage(project, 'esm')],
  ['esbuild for pages, one script', (project) => esbuildPage(project, 'iife')],
  ['webpack for pages', webpackPage],
  ['Vite, build', viteBuild],
  ['Vite, development', viteDevelopment],
  ['deno compile', denoCompile],
]
