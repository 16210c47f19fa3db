// Experiments on features that another tool computed, on synthetic voices: a table of vectors, and a folder of sequences.
// `node examples/own-features.mjs [folder]`: where the files are written; by default a temporary one
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSystem, encodeNpy, functionals, mfcc } from 'ser-core'
import { runExperiment, syntheticSource, withFeatures } from 'ser-core/node'

const folder = process.argv[2] ?? (await mkdtemp(join(tmpdir(), 'own-features-')))
const corpus = syntheticSource({ speakers: 6, sentences: 3 })

// What another program would have written. Here cepstra stand for the embeddings of another network.
const lines = []
await mkdir(join(folder, 'embeddings'), { recursive: true })
for (const { path, read } of corpus.utterances) {
  const { channels, sampleRate } = await read()
  const sequence = mfcc(channels[0], { sampleRate, coefficients: 8, deltas: 1 })
  await writeFile(join(folder, 'embeddings', `${path}.npy`), encodeNpy(sequence))
  const { data } = functionals(sequence, { quantiles: [] })
  if (lines.length === 0) lines.push(['file', ...data.keys()])
  lines.push([`${path}.wav`, ...data])
}
await writeFile(join(folder, 'vectors.csv'), `${lines.map((cells) => cells.join(',')).join('\n')}\n`)

/** Leave-one-speaker-out of a system on the features of a file or folder. */
async function experiment(features, name, options) {
  const source = await withFeatures(corpus, join(folder, features))
  const { columns: given, sources } = source.features
  const { unweightedRecall } = await runExperiment(source, createSystem(name, { ...options, frontEnd: { given } }))
  const [{ sha256 }] = sources
  console.log(
    `${name} on ${given.form}s of ${given.columns} columns in ${features} (${sha256.slice(0, 8)}): UAR ${(100 * unweightedRecall).toFixed(0)} %`,
  )
}

await experiment('vectors.csv', 'functionals-mlp', { epochs: 30 })
await experiment('vectors.csv', 'measures-lda', {})
await experiment('embeddings', 'lstm', {
  units: 16,
  rectifier: 16,
  epochs: 20,
  learningRate: 8e-3,
  batchSize: 8,
  timeMask: 0,
})
