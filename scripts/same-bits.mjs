// Runs one program on several engines and compares the bits of its results. See --help; needs `npm run build` first.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'

const HELP = `usage: node scripts/same-bits.mjs [--node PATH]... [--bun PATH] [--deno PATH] [--chromium PATH] [--write]

Hashes what the build computes from a seed on this Node and on each engine named, and fails where one differs.

  --node PATH      another Node, may be repeated
  --bun, --deno    their binaries
  --chromium PATH  Chromium, run headless
  --write          writes test/vectors/same-bits.json (what tests expect) and docs/results/same-bits.md
  --help           prints this`

const root = fileURLToPath(new URL('..', import.meta.url))
const MARK = 'same-bits:'

/**
 * One file that runs anywhere and prints engine and hashes; in a browser it writes them to the page as well. That for Node
 * has the wide kernels too, where they run.
 */
async function bundle(folder, platform) {
  const isNode = platform === 'node'
  const contents = `
    import * as lib from './dist/index.js'
    import { allHashes } from './test/support/hashes.ts'
    ${isNode ? "import { useWideKernels } from './dist/node.js'" : ''}
    const more = ${isNode ? "useWideKernels().inUse ? ['wide'] : []" : '[]'}
    allHashes(lib, more).then((hashes) => {
      const text = '${MARK}' + JSON.stringify(hashes) + ';'
      if (typeof document === 'undefined') console.log(text)
      else document.title = document.body.textContent = text
    })`
  const outfile = join(folder, `${platform}.mjs`)
  await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform,
    // Packages of CommonJS ask for modules of Node.
    ...(isNode && {
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)" },
    }),
    outfile,
    logLevel: 'error',
  })
  if (isNode) copyFileSync(join(root, 'dist/wide.wasm'), join(folder, 'wide.wasm'))
  return outfile
}

function run(path, args) {
  return execFileSync(path, args, {
    encoding: 'utf8',
    maxBuffer: 1e8,
    timeout: 240_000,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}

function runChromium(path, folder, program) {
  const page = join(folder, 'page.html')
  const script = run(process.execPath, ['-p', `require('node:fs').readFileSync(${JSON.stringify(program)}, 'utf8')`])
  writeFileSync(
    page,
    `<!doctype html><body><script type="module">${script.replaceAll('</script', '<\\/script')}</script>`,
  )
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${join(folder, 'profile')}`]
  return run(path, [...flags, '--virtual-time-budget=100000', '--dump-dom', pathToFileURL(page).href])
}

function engines(values) {
  const list = []
  for (const path of [process.execPath, ...values.node]) {
    const label = `Node ${run(path, ['-p', 'process.versions.node']).trim()}`
    list.push({ label, isNode: true, run: (file) => run(path, [file]) })
  }
  if (values.deno)
    list.push({
      label: run(values.deno, ['--version'])
        .split('\n')[0]
        .replace(/^deno (\S+).*/, 'Deno $1'),
      run: (file) => run(values.deno, ['run', file]),
    })
  if (values.bun)
    list.push({ label: `Bun ${run(values.bun, ['--version']).trim()}`, run: (file) => run(values.bun, [file]) })
  if (values.chromium) {
    const version = /[\d.]+/.exec(run(values.chromium, ['--version']))[0]
    list.push({ label: `Chromium ${version}`, run: (file, folder) => runChromium(values.chromium, folder, file) })
  }
  return list
}

/** The results of the engine that has most of them, from which others have the same. */
function fullest(results) {
  return Object.values(results).reduce((most, one) => (Object.keys(one).length > Object.keys(most).length ? one : most))
}

function table(results) {
  const labels = Object.keys(results)
  const lines = [`| kernels | result | ${labels.join(' | ')} |`, `| --- | --- |${' --- |'.repeat(labels.length)}`]
  for (const [record, hashes] of Object.entries(fullest(results))) {
    for (const name of Object.keys(hashes)) {
      const cells = labels.map((label) => (record in results[label] ? `\`${results[label][record][name]}\`` : ''))
      lines.push(`| ${record} | ${name} | ${cells.join(' | ')} |`)
    }
  }
  return lines.join('\n')
}

/** Whether engines differ in a record that they have, or wide kernels from simd. */
function differ(results) {
  const most = fullest(results)
  const other = ([record, hashes]) =>
    [most[record], ...(record === 'wide' ? [most.simd] : [])].some(
      (wanted) => JSON.stringify(hashes) !== JSON.stringify(wanted),
    )
  return Object.values(results).some((one) => Object.entries(one).some(other))
}

function page(results) {
  return `# The same seed gives the same bits

FNV-1a hashes (64 bits) of the bytes of what one program computes from fixed seeds with the built package: draws, a synthetic
voice, features, and weights after training. Every engine must show the same hash in a row, and the kernels \`wide\`, which Node has
from 24 on (\`useWideKernels\`), those of \`simd\`. Why it holds: results come from
operations that IEEE 754, ECMAScript and WebAssembly define to the last bit; exp, log, tanh, sine, cosine and powers are the
library's own (src/core/elementary.ts), \`Math\`'s being different from engine to engine.

${table(results)}

Written by \`npm run build && node scripts/same-bits.mjs --write\` with the paths of the other engines (\`--help\`); the test
suite holds the running Node to the hashes (test/platform/same-bits.test.ts).
`
}

const options = {
  node: { type: 'string', multiple: true, default: [] },
  write: { type: 'boolean' },
  help: { type: 'boolean' },
}
for (const name of ['bun', 'deno', 'chromium']) options[name] = { type: 'string' }
const { values } = parseArgs({ options })
if (values.help) {
  console.log(HELP)
} else {
  const folder = mkdtempSync(join(tmpdir(), 'same-bits-'))
  const results = {}
  try {
    const [anywhere, inNode] = [await bundle(folder, 'browser'), await bundle(folder, 'node')]
    for (const engine of engines(values)) {
      const text = engine.run(engine.isNode ? inNode : anywhere, folder)
      const found = new RegExp(`${MARK}(\\{.*?\\});`).exec(text)
      if (found === null) throw new Error(`${engine.label} printed no hashes: ${text.slice(0, 300)}`)
      results[engine.label] = JSON.parse(found[1])
      console.log(engine.label)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  console.log(table(results))
  const different = differ(results)
  console.log(different ? 'The engines differ.' : 'All alike.')
  if (values.write && !different) {
    const { js, simd } = fullest(results)
    writeFileSync(join(root, 'test/vectors/same-bits.json'), `${JSON.stringify({ js, simd }, null, 2)}\n`)
    if (Object.keys(results).length > 1) writeFileSync(join(root, 'docs/results/same-bits.md'), page(results))
  }
  process.exitCode = different ? 1 : 0
}
