/**
 * Reads the ONNX files of other exporters (test/vectors/onnx-files.py made them) and compares the outputs with those of their own
 * libraries. The table goes to docs/results/onnx-in.md:
 *
 *   npm run build && node scripts/onnx-exporters.mjs [--out FILE]
 */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { fromOnnx, matrix } from '../dist/index.js'
import { casesOf, filesOf, outputsOf, sets, wantedOf } from '../test/onnx/support/exporter-cases.mjs'

const out = fileURLToPath(new URL('../docs/results/onnx-in.md', import.meta.url))
const { values: flags } = parseArgs({
  options: { out: { type: 'string', default: out }, help: { type: 'boolean', default: false } },
})
if (flags.help) {
  console.log('--out FILE: see the head of this script')
  process.exit()
}

const names = {
  torch: 'PyTorch 2.15.0, default exporter',
  'torch-legacy': 'PyTorch 2.15.0, `dynamo=False`',
  skl2onnx: 'skl2onnx 1.20.0 of scikit-learn 1.9.1',
  tf2onnx: 'tf2onnx 1.17.0 of Keras 3.15.1',
}
const rows = Object.fromEntries(Object.keys(names).map((by) => [by, { read: 0, refused: [], worst: 0 }]))

function difference(got, want) {
  if (got.length !== want.length) return Number.POSITIVE_INFINITY
  return want.reduce((worst, value, i) => Math.max(worst, Math.abs(got[i] - value) / Math.max(1, Math.abs(value))), 0)
}

for (const set of sets) {
  for (const [name, one] of Object.entries(casesOf(set))) {
    const row = rows[one.by]
    let network
    try {
      network = fromOnnx(...filesOf(name))
    } catch (error) {
      if (error.name !== 'FormatError') throw error
      row.refused.push(name)
      continue
    }
    row.read++
    row.worst = Math.max(row.worst, difference(outputsOf(name, network, one.x, matrix), wantedOf(name, one)))
  }
}

const table = Object.entries(rows).map(([by, { read, refused, worst }]) => {
  return `| ${names[by]} | ${read} | ${worst.toExponential(1)} | ${refused.join(', ') || '-'} |`
})
writeFileSync(
  flags.out,
  `# ONNX files of others, read here

Models that other exporters wrote (\`test/vectors/onnx-files.py\`), read by \`fromOnnx\`: the largest difference of their outputs from those
of the library that they come from, relative to numbers beyond 1, in float32.

| exporter | files read | largest difference | refused, as they should be |
| --- | ---: | ---: | --- |
${table.join('\n')}

\`\`\`sh
npm run build && node scripts/onnx-exporters.mjs
\`\`\`
`,
)
