// The features of the lstm system for a corpus, for peers that train on the same: features.npy [frames, columns], all recordings one
// behind the other, and recordings.json; `node bench/experiment-features.mjs --corpus emodb --data FOLDER --out FOLDER`
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createSystem, extractFeatures } from 'ser-core'
import { loadCorpus } from 'ser-core/node'
import { showHelp } from '../scripts/show-help.mjs'
import { toNpy } from './data.mjs'

showHelp(import.meta.url)

const { values } = parseArgs({
  options: {
    corpus: { type: 'string', default: 'emodb' },
    data: { type: 'string' },
    out: { type: 'string' },
    epochs: { type: 'string' },
  },
})
const CLASSES = ['joy', 'neutral', 'sadness', 'anger']
const { settings, frontEnd } = createSystem('lstm', values.epochs ? { epochs: Number(values.epochs) } : {})
const { utterances } = await loadCorpus(values.corpus, values.data, { classes: CLASSES })
const parts = []
for (const utterance of utterances) parts.push(extractFeatures(await utterance.read(), frontEnd))
const columns = parts[0].shape[1]
const frames = parts.map(({ shape }) => shape[0])
const data = new Float32Array(frames.reduce((a, b) => a + b, 0) * columns)
let at = 0
for (const { data: part } of parts) {
  data.set(part, at)
  at += part.length
}
await mkdir(values.out, { recursive: true })
await writeFile(join(values.out, 'features.npy'), toNpy({ data, shape: [data.length / columns, columns] }))
const recordings = utterances.map(({ speaker, label }, i) => ({ speaker, label, frames: frames[i] }))
await writeFile(join(values.out, 'recordings.json'), JSON.stringify({ classes: CLASSES, settings, recordings }))
