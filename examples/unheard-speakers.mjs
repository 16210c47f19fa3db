// # Emotions of speakers that were never heard
//
// Training and test share no speaker: each speaker is left out once, recognised by a system that the others trained, and counted in
// one confusion matrix. By default the voices are synthetic, so that this runs anywhere, and its rates tell nothing about people;
// `SER_EMODB` names a folder of the Berlin EmoDB, which is real speech.

import {
  ConfusionMatrix,
  confusionSpec,
  createSystem,
  displayAudio,
  extractFeatures,
  leaveOneSpeakerOut,
  resample,
  toMono,
} from 'ser-core'
import { displayChart, loadCorpus, loadRecognizer, syntheticSource } from 'ser-core/node'
import { show, writePage } from './notebooks/page.mjs'

// ## Recordings

const classes = ['joy', 'neutral', 'sadness', 'anger']
const folder = globalThis.process.env.SER_EMODB
const corpus = folder ? await loadCorpus('emodb', folder, { classes }) : syntheticSource({ speakers: 4, sentences: 3 })
const { utterances } = corpus
console.log(`${utterances.length} recordings of ${new Set(utterances.map(({ speaker }) => speaker)).size} speakers`)
const title = utterances[utterances.length - 1].path
const example = await utterances[utterances.length - 1].read()
show(displayAudio(resample(toMono(example), example.sampleRate, 8000), 8000, { title }))

// ## A system
//
// A *system* is a recipe from recordings to classes. This one describes each recording by statistics of its frames, and trains a
// feed-forward network on them.

const system = createSystem('functionals-mlp', { epochs: 30 })
const sequences = []
for (const utterance of utterances) sequences.push(extractFeatures(await utterance.read(), system.frontEnd))
const labels = utterances.map(({ label }) => classes.indexOf(label))
const speakers = utterances.map(({ speaker }) => speaker)
console.log(`features of the first recording: [${sequences[0].shape}]`)

// ## Each speaker left out once

const { folds, confusion } = await leaveOneSpeakerOut(system, { sequences, labels, speakers }, { classes, seed: 1 })
for (const { speaker, accuracy } of folds) console.log(`${speaker} left out: ${(100 * accuracy).toFixed(0)} %`)
show(confusion)

// ## Why speakers are left out
//
// The same system, tested on the recordings that trained it, looks much better than it is.

const trained = await system.train({ sequences, labels, speakers }, classes.length, 1)
const flattering = new ConfusionMatrix(classes)
for (const [i, x] of sequences.entries()) {
  const posterior = trained.predict(x)
  flattering.add(labels[i], posterior.indexOf(Math.max(...posterior)))
}
const [flattered, honest] = [flattering, confusion].map(({ accuracy }) => `${(100 * accuracy).toFixed(0)} %`)
console.log(`on its own training data ${flattered}, on speakers left out ${honest}`)
const words = { title: 'The flattering matrix', subtitle: ['of its training data'] }
show(await displayChart(confusionSpec(flattering, words)))

// ## The recogniser of the package
//
// It was trained on real, acted speech, and answers for any recording: probabilities, and their course in windows of a second. `not
// sure` means that the largest probability does not reach its threshold. Read `models/README.md` before you use it on people: judging
// them is ruled out. Of a synthetic voice its answer means little.

const recognizer = await loadRecognizer()
show(recognizer.predict(toMono(example), example.sampleRate))

await writePage('Emotions of speakers that were never heard')
