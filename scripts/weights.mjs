// Writes models of the build as safetensors files, which PyTorch loads strictly, and prints how far its outputs are from ours.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import * as ser from '../dist/index.js'
import { torchModels } from '../test/support/weights-models.mjs'

const HELP = `usage: node scripts/weights.mjs --python PYTHON

Needs a build (npm run build) and a Python with torch and safetensors.`

const { values } = parseArgs({ options: { python: { type: 'string' }, help: { type: 'boolean' } } })
if (values.help || !values.python) console.log(HELP)
else {
  const folder = mkdtempSync(join(tmpdir(), 'ser-weights-'))
  try {
    const x = Array.from({ length: 18 }, (_, i) => Math.sin(1 + i))
    const rows = ser.matrix(
      Array.from({ length: 6 }, (_, i) => x.slice(3 * i, 3 * i + 3)),
      { dtype: 'float64' },
    )
    const y = {}
    for (const [name, { make, names }] of Object.entries(torchModels(ser))) {
      // Modules of that case have no biases.
      if (name === 'lstm-without-biases') continue
      const model = make('float64')
      if (name === 'perceptron') model.layers[2].params.b.data.fill(0)
      const tensors = ser.weightsOf(model, { library: 'pytorch', names })
      if (name === 'perceptron') delete tensors['layers.4.bias']
      writeFileSync(join(folder, `${name}.safetensors`), ser.encodeSafetensors(tensors))
      y[name] = Array.from(model.forward(rows).data)
    }
    writeFileSync(join(folder, 'outputs.json'), JSON.stringify({ x, y }))
    const script = fileURLToPath(new URL('../test/vectors/weights-pytorch.py', import.meta.url))
    const { status, stdout, stderr } = spawnSync(values.python, [script, '--back', folder], { encoding: 'utf8' })
    if (status !== 0) throw new Error(stderr)
    process.stdout.write(stdout)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
