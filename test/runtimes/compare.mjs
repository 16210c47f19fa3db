/** Runs compared with the first, case by case, and the table of them. */
import { createHash } from 'node:crypto'

/** Sets of kernels; `wide` has the bits of `simd`. */
const sets = ['js', 'simd', 'wide']

const hashOfAll = (cases) =>
  createHash('sha256')
    .update(JSON.stringify(Object.entries(cases).map(([name, { hash }]) => [name, hash])))
    .digest('hex')
    .slice(0, 12)

/** Why a result is none, or another than the reference's; undefined where it is the same. */
function problemOf(result, wanted) {
  if (result.error !== undefined) return result.error
  if (wanted === undefined || wanted.error !== undefined) return undefined
  const [mine, other] = [result, wanted].map(({ hash, text }) => hash ?? text)
  if (mine === other) return undefined
  return result.hash === undefined
    ? `printed ${JSON.stringify(mine)}, the first ${JSON.stringify(other)}`
    : `has ${mine}, the first ${other}`
}

/** One line of the table: what passed, and what did not. */
function judge({ name, version, results, sets: wantedSets = [], notes = [], seconds, skipped, failure }, first) {
  if (results === undefined)
    return {
      name,
      version,
      skipped,
      problems: failure === undefined ? [] : [failure],
      notes,
      passed: 0,
      total: 0,
      hashes: {},
    }
  const problems = wantedSets.filter((set) => !(set in results)).map((set) => `the kernels ${set} do not run`)
  let [total, red] = [0, 0]
  for (const [group, cases] of Object.entries(results)) {
    const wanted = first[group === 'wide' ? 'simd' : group] ?? {}
    for (const [one, result] of Object.entries(cases)) {
      total++
      const problem = problemOf(result, wanted[one])
      if (problem === undefined) continue
      red++
      problems.push(`${group}, ${one}: ${problem}`)
    }
  }
  const hashes = Object.fromEntries(sets.filter((set) => set in results).map((set) => [set, hashOfAll(results[set])]))
  const cases = Object.keys(results.js ?? {}).length
  return { name, version, seconds, notes, cases, problems, total, passed: total - red, hashes }
}

/**
 * Lines of the table, of runs whose first is the reference: `results` by group, such as a set of kernels, and case, `sets` those
 * that must be there; `skipped` or `failure` tells why there are no results.
 */
export function compare(runs) {
  const first = runs.find(({ results }) => results !== undefined)?.results ?? {}
  return runs.map((run) => judge(run, first))
}

export function tableOf(lines) {
  const head = '| runtime | version | passed | js | simd | wide | s |\n| --- | --- | --- | --- | --- | --- | --- |'
  const rows = lines.map(({ name, version, skipped, hashes, passed, total, seconds }) => {
    if (skipped !== undefined) return `| ${name} | skipped: ${skipped} | | | | | |`
    const cells = sets.map((set) => (hashes[set] === undefined ? '' : `\`${hashes[set]}\``))
    return `| ${name} | ${version ?? ''} | ${passed} of ${total} | ${cells.join(' | ')} | ${seconds?.toFixed(0) ?? ''} |`
  })
  return [head, ...rows].join('\n')
}

export function pageOf(lines) {
  return `# Runtimes

One suite on the installed package: ${casesOf(lines)} cases under each set of kernels, which read and write sound and files, compute features, train
each kind of model, save and load it, recognise, stream and write ONNX; on hosts with files every program of a user's first day and
the commands of \`ser\` too; where there are threads, a training on two. Every result is held to that of the first line bit for
bit; the hash of a set of kernels is that of all its results, and \`wide\` has the bits of \`simd\`.

${tableOf(lines)}

- **Kernels.** \`js\` is typed arrays, \`simd\` WebAssembly, \`wide\` lanes of 256 bits (\`useWideKernels\`), which Node has from 24 on. workerd, and
  pages whose policy lacks \`'wasm-unsafe-eval'\`, compile no WebAssembly that comes as bytes: the library computes in typed arrays there.
- **Threads.** \`fit({ workers })\` needs a page, Deno, Bun or Node: an AudioWorklet and workerd have none, and the error says so.
- **Text.** \`console.log\` puts strings of lists into \`"\` in Deno and Bun, into \`'\` in Node; \`String(model)\` is the same.

Written by \`npm run test:runtimes -- --write\`, which installs Node, Deno, Bun and workerd from npm (Chromium is this machine's); a run fails
where a test is red or a hash differs. The seconds are of one run on a busy machine. \`npm test\` runs the suite on Node, Deno, Bun and workerd.
`
}

/** Cases of the suite under one set of kernels. */
function casesOf(lines) {
  return Math.max(...lines.map(({ cases = 0 }) => cases))
}
