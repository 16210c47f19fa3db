// Who takes part: ser-core on each Node with each record of kernels, then the peers.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { here, newerNodes } from '../child.mjs'
import { recordNames } from '../kernels.mjs'

const file = (name) => fileURLToPath(new URL(name, import.meta.url))

const inNode = (name, script, ...args) => ({ name, command: process.execPath, args: [file(script), ...args] })
const inPython = (name, python, script) => ({ name, command: python, args: [file(script)], env: pythonEnvironment() })

/** One thread, and the BLAS kernel that the library itself picks for this processor. */
export function pythonEnvironment() {
  const { OPENBLAS_CORETYPE, OPENBLAS_L2_SIZE, ...env } = process.env
  const single = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1', NUMBA_NUM_THREADS: '1' }
  return { ...env, ...single, PYTHONDONTWRITEBYTECODE: '1' }
}

const majorOf = (command) =>
  execFileSync(command, ['--print', 'process.versions.node.split(".")[0]'], { encoding: 'utf8' }).trim()

/** ser-core in the Node at a path, once for every record of kernels. */
function ours(command) {
  const major = majorOf(command)
  return recordNames.map((record) => ({
    name: `ser-core ${record}, Node ${major}`,
    command,
    args: [here('side.mjs'), '--kernels', record],
    ours: true,
  }))
}

/** ser-core 0.1.0 as a project has it installed, with the kernels that it takes by itself in Node. */
function released(command, old) {
  const args = [here('side.mjs'), '--kernels', 'simd', '--old', old]
  return { name: `ser-core 0.1.0, Node ${majorOf(command)}`, command, args, takesGroups: true }
}

/** Peers are told the folder with cases and inputs as their last argument, ser-core the groups. */
export function allSides({ python, old, node = newerNodes.filter(existsSync) }) {
  const nodes = [process.execPath, ...node]
  return [
    ...nodes.flatMap(ours),
    ...(old ? nodes.map((command) => released(command, old)) : []),
    inNode('tfjs cpu', 'tfjs.mjs', 'cpu'),
    inNode('tfjs wasm', 'tfjs.mjs', 'wasm'),
    inNode('ml-matrix', 'ml-matrix.mjs'),
    inNode('brain.js', 'brain.mjs'),
    inNode('Meyda', 'meyda.mjs'),
    inNode('onnxruntime-node', 'onnxruntime.mjs'),
    inPython('PyTorch', python, 'pytorch.py'),
    inPython('NumPy', python, 'numerical.py'),
    inPython('scikit-learn', python, 'scikit-learn.py'),
    inPython('librosa', python, 'librosa-mfcc.py'),
    inPython('openSMILE', python, 'opensmile-egemaps.py'),
  ]
}
