// # A conditional RBM that dreams MFCCs
//
// A conditional restricted Boltzmann machine (Taylor, Hinton & Roweis 2006) learns each frame of speech given the frames before it.
// Then it continues a sentence that it has not heard. The voices are synthetic, so that this runs anywhere.

import { CRBM, displayAudio, displayFeatures, matrix, mfcc, resample, Standardizer, syntheticCorpus } from 'ser-core'
import { show, writePage } from './notebooks/page.mjs'

// ## Sentences of one speaker
//
// 13 MFCCs every 10 ms. The model takes every frame for its mean and noise of variance 1; features of standard deviation 4 let their
// steps from frame to frame, of about 1.5, stand out from that. All sentences but the last are for training.

const voices = syntheticCorpus({ speakers: 1, sentences: 5 })
const [{ sampleRate }] = voices
const scaler = new Standardizer()
const loud = (x) =>
  matrix(Array.from({ length: x.shape[0] }, (_, t) => Array.from({ length: 13 }, (_, j) => 4 * x.get(t, j))))
const standardised = scaler.fitTransform(voices.map((voice) => mfcc(voice.samples(), { sampleRate, coefficients: 13 })))
const sequences = standardised.map(loud)
const train = sequences.slice(0, -1)
const unheard = sequences[sequences.length - 1]
const last = voices[voices.length - 1]
show(displayAudio(resample(last.samples(), sampleRate, 8000), 8000, { title: `${last.id}, not heard in training` }))

// ## Training
//
// Contrastive divergence with five Gibbs steps: with one the model hardly leaves the data, and its dreams fade to almost a constant.

const crbm = new CRBM({ visible: 13, hidden: 100, order: 5, seed: 1 })
const options = { epochs: 40, batchSize: 25, k: 5, learningRate: 2e-3, learningRateDecay: 0.9, momentum: 0.9 }
const history = await crbm.fit(train, { ...options, validation: [unheard] })
show(history)

// ## One frame ahead
//
// The squared error of predicting each frame of the unheard sentence, beside that of saying the last frame again.

const order = 5
const ahead = crbm.predictNext(unheard)
const errors = (guess) => {
  let sum = 0
  for (let t = order; t < unheard.shape[0]; t++)
    for (let j = 0; j < 13; j++) sum += (unheard.get(t, j) - guess(t, j)) ** 2
  return (sum / (13 * (unheard.shape[0] - order))).toFixed(3)
}
console.log(`the last frame again   ${errors((t, j) => unheard.get(t - 1, j))}`)
console.log(`predicted by the CRBM  ${errors((t, j) => ahead.get(t - order, j))}`)

// ## The dream
//
// It is given 40 frames of the sentence and goes on by itself, drawing its hidden units at random. `spectralRadius` below 1 would
// mean that dreams stay bounded for ever; `limit` ends those that run away.

const frames = 160
const context = unheard.hi(40, 13)
const dream = crbm.generate(context, frames, { seed: 1, limit: 1e6 })
const names = Array.from({ length: 13 }, (_, j) => `c${j}`)
const look = { names, frameStepSeconds: 0.01 }
show(displayFeatures(unheard.lo(40, 0), { ...look, title: 'as it was spoken, from the 41st frame' }))

show(displayFeatures(dream, { ...look, title: 'as the CRBM went on' }))

// ## Is it like speech?
//
// The standard deviation of each coefficient, and of its steps from frame to frame, in the sentence and in the dream.

const deviation = (values) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
}
for (const j of [0, 1, 2, 5, 10]) {
  const [spoken, dreamed] = [unheard, dream].map((x) => {
    const column = Array.from({ length: x.shape[0] }, (_, t) => x.get(t, j))
    const steps = column.slice(1).map((value, t) => value - column[t])
    return `${deviation(column).toFixed(2)} (steps ${deviation(steps).toFixed(2)})`
  })
  console.log(`${names[j].padEnd(4)} spoken ${spoken}, dreamed ${dreamed}`)
}

await writePage('A conditional RBM that dreams MFCCs')
