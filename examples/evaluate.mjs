// Leave-one-speaker-out by hand, on synthetic voices or on EmoDB: `node examples/evaluate.mjs [folder of EmoDB]`
import ndarray from 'ndarray'
import { AdamW, ConfusionMatrix, Dense, leaveOneGroupOut, mfcc, Sequential, Standardizer, toMono } from 'ser-core'
import { loadCorpus, syntheticSource } from 'ser-core/node'

const classes = ['joy', 'neutral', 'sadness', 'anger']
const folder = process.argv[2]
const corpus = folder === undefined ? syntheticSource() : await loadCorpus('emodb', folder, { classes })

/** Mean and standard deviation of each column of the MFCCs: one row an utterance. */
async function statistics(utterance) {
  const audio = await utterance.read()
  const x = mfcc(toMono(audio), { sampleRate: audio.sampleRate, deltas: 1 })
  const columns = Array.from({ length: x.shape[1] }, (_, j) =>
    Array.from({ length: x.shape[0] }, (_, t) => x.get(t, j)),
  )
  const means = columns.map((column) => column.reduce((sum, v) => sum + v, 0) / column.length)
  const deviations = columns.map((column, j) =>
    Math.sqrt(column.reduce((sum, v) => sum + (v - means[j]) ** 2, 0) / column.length),
  )
  return ndarray(Float32Array.from([...means, ...deviations]), [1, 2 * x.shape[1]])
}

const rows = await Promise.all(corpus.utterances.map(statistics))
const labels = corpus.utterances.map(({ label }) => classes.indexOf(label))
const matrix = new ConfusionMatrix(classes)
for (const { train, test } of leaveOneGroupOut(corpus.utterances.map(({ speaker }) => speaker))) {
  const scaler = new Standardizer().fit(Array.from(train, (i) => rows[i]))
  const inputs = (indices) => Array.from(indices, (i) => scaler.transform(rows[i]))
  const net = new Sequential([new Dense({ inputs: rows[0].shape[1], units: 4, activation: 'softmax' })], { seed: 1 })
  const optimizer = new AdamW({ learningRate: 0.01, weightDecay: 1 })
  await net.fit(
    inputs(train),
    Array.from(train, (i) => labels[i]),
    { optimizer, epochs: 60 },
  )
  const posteriors = net.predict(inputs(test))
  for (const [i, posterior] of posteriors.entries()) {
    matrix.add(labels[test[i]], posterior.indexOf(Math.max(...posterior)))
  }
}
console.log(String(matrix))
