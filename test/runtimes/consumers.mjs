/** The runtimes that come with the tools of test/consumers, among the consumers: the same bits and texts as this Node, and JSR. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { findDeno, noRegistry, run } from '../consumers/project.mjs'
import { compare } from './compare.mjs'
import { engines } from './engines.mjs'
import { here, prepare } from './project.mjs'

const root = join(here, '../..')
const byName = Object.fromEntries(engines.map((engine) => [engine.name, engine]))

/** Limit of Deno's work, ms: it fetches packages and checks types. */
const MOST = 600_000

/** This Node's results, computed once. */
let reference

/** The folder with what the runs need, and the results of this Node. */
async function referenceOf(user) {
  const project = join(user, 'runtimes')
  await prepare(project)
  const node = byName[`Node ${process.versions.node.split('.')[0]}`] ?? byName['Node 20']
  return { project, node: { name: 'Node', ...(await node.run(process.execPath, project, ['js', 'simd'])) } }
}

/** Throws where a runtime gives anything else than this Node. */
async function tryRuntime(name, user, kernels = byName[name].sets) {
  const engine = byName[name]
  const { command, reason } = await engine.find()
  if (command === undefined) return reason
  reference ??= referenceOf(user)
  const { project, node } = await reference
  const lines = compare([node, { name, sets: kernels, ...(await engine.run(command, project, kernels)) }])
  const problems = lines.flatMap((line) => line.problems.map((problem) => `${line.name}: ${problem}`))
  if (problems.length > 0) throw new Error(problems.join('\n'))
}

/** Makes dist/jsr once. */
let staged

async function stage() {
  staged ??= run(process.execPath, ['scripts/jsr.mjs'], root)
  const { code, output } = await staged
  if (code !== 0) throw new Error(output)
}

/** What JSR would refuse or lament: types that it cannot read off, files that are not there. */
async function dryRun() {
  const deno = await findDeno()
  if (deno === undefined) return 'no Deno for this machine'
  await stage()
  const { code, stdout, stderr, output } = await run(deno, ['publish', '--dry-run', '--allow-dirty'], root, MOST)
  const reason = code === 0 ? undefined : noRegistry(output)
  // Imports by a name that stands nowhere are what scripts/jsr.mjs takes care of.
  const [all, warned] = [
    stripVTControlCharacters(stdout + stderr),
    /^(?:warning|error)\[(?!unanalyzable-dynamic-import\])/m,
  ]
  if (warned.test(all)) throw new Error(all.slice(all.search(warned)))
  if (reason === undefined && code !== 0) throw new Error(output)
  return reason
}

const program = `
import { Adam, Dense, type FloatNdArray, GRU, kernels, MeanPool, mfcc, Sequential, syntheticCorpus } from 'ser-core'
import { loadRecognizer } from 'ser-core/node'

const [voice] = syntheticCorpus({ speakers: 1, sentences: 1 })
const x: FloatNdArray = mfcc(voice.samples(), { sampleRate: 16000 })
const layers = [new GRU({ inputs: 13, units: 3 }), new MeanPool(), new Dense({ units: 2, activation: 'softmax' })]
const net = new Sequential(layers, { seed: 1 })
const options = { optimizer: new Adam({ learningRate: 0.01 }), epochs: 1, batchSize: 4, workers: 2 }
await net.fit([x, x, x, x], [0, 1, 0, 1], options)
const { label }: { label: string | null } = (await loadRecognizer()).predict(voice.samples(), 16000)
console.log(x.shape[1], kernels(), typeof label)
`

/** The modules, types, worker and model as Deno has them from JSR: each from its address, nothing beside it on the disk. */
async function fromAddresses(user) {
  const deno = await findDeno()
  if (deno === undefined) return 'no Deno for this machine'
  await stage()
  const types = { js: 'text/javascript', ts: 'text/typescript' }
  const server = createServer(({ url }, response) => {
    response.setHeader('content-type', types[url.split('.').pop()] ?? 'application/octet-stream')
    response.end(readFileSync(join(root, url)))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const base = `http://127.0.0.1:${server.address().port}/dist/jsr`
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    const packages = Object.entries(dependencies).flatMap(([name, version]) => [
      [name, `npm:${name}@${version}`],
      [`${name}/`, `npm:/${name}@${version}/`],
    ])
    const own = { 'ser-core': `${base}/index.js`, 'ser-core/node': `${base}/node.js` }
    const folder = join(user, 'jsr')
    mkdirSync(folder)
    writeFileSync(join(folder, 'program.ts'), program)
    writeFileSync(join(folder, 'deno.json'), JSON.stringify({ imports: { ...Object.fromEntries(packages), ...own } }))
    const { code, stdout, output } = await run(deno, ['run', '--allow-all', '--check', 'program.ts'], folder, MOST)
    const reason = code === 0 ? undefined : noRegistry(output)
    if (reason === undefined && stdout !== '13 simd string\n') throw new Error(output)
    return reason
  } finally {
    server.close()
    server.closeAllConnections()
  }
}

export const runtimes = [
  ['Deno: the suite, every program and command', (user) => tryRuntime('Deno', user, ['simd'])],
  ['Bun: the suite, every program and command', (user) => tryRuntime('Bun', user, ['simd'])],
  ['workerd: the suite', (user) => tryRuntime('workerd', user)],
  ['JSR: a dry run of deno publish', dryRun],
  ['JSR: modules, types, worker and model from addresses', fromAddresses],
]
