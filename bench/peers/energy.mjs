// Energy models beside scikit-learn and numpy in one run: `node bench/peers/energy.mjs [python]` writes docs/results/energy-speed.md
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { measureCrbm, measureRbm } from '../energy.mjs'

const ROUNDS = 3
const python = process.argv[2] ?? 'python3'
const script = fileURLToPath(new URL('energy.py', import.meta.url))

async function measurePeers() {
  const { stdout } = await promisify(execFile)(python, [script])
  return JSON.parse(stdout)
}

/** In turn, so that both sides see the same moods of the machine; the best median of each. */
async function measureInTurn() {
  const rounds = []
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push({ ours: { rbm: await measureRbm(), crbm: await measureCrbm() }, peers: await measurePeers() })
    console.log(`round ${round + 1} of ${ROUNDS} done`)
  }
  const best = (side, model) => Math.min(...rounds.map((round) => round[side][model].median))
  return { rounds, best }
}

const { rounds, best } = await measureInTurn()
const row = (title, model, peer) => {
  const [ours, theirs] = [best('ours', model), best('peers', model)]
  return `| ${title} | ${ours.toFixed(0)} | ${peer}: ${theirs.toFixed(0)} | ${(ours / theirs).toFixed(1)} |`
}
const page = `# Training time of energy models

One epoch of contrastive divergence in float32, one thread, in ms: the best of ${ROUNDS} rounds, each a median of 5 epochs, ser-core and peers
in turn. Written by \`npm run build && node bench/peers/energy.mjs\`.

| case | ser-core, plain typed arrays | peer | ratio |
| --- | --- | --- | --- |
${row('RBM, 10,000 x 256 bits, 256 hidden, batch 100, CD-1', 'rbm', 'scikit-learn BernoulliRBM (PCD-1)')}
${row('CRBM, 20,000 frames, 39 visible, 150 hidden, order 5, batch 100, CD-1', 'crbm', 'numpy and OpenBLAS')}

Node ${process.versions.node}; ${rounds[0].peers.versions}; ${cpus()[0].model}. Ours include the monitors of each epoch (free energy of 2,000 cases).
`
await writeFile(new URL('../../docs/results/energy-speed.md', import.meta.url), page)
console.log(page)
