import { readFile, writeFile } from 'node:fs/promises'
import * as ser from 'ser-core'
import { loadRecognizer } from 'ser-core/node'
import { show } from './show.mjs'

const { Adam, Dense, decodeWav, GRU, loadModel, MeanPool, matrix, Pipeline, Sequential, Standardizer, saveModel } = ser
console.log(
  matrix([
    [1, 2],
    [3, 4],
  ]).shape.join(),
)

const net = new Sequential(
  [new GRU({ inputs: 39, units: 4 }), new MeanPool(), new Dense({ units: 2, activation: 'softmax' })],
  { seed: 1 },
)
console.log(net.summary())
const voices = ser.syntheticCorpus({ speakers: 2, sentences: 1, emotions: ['sadness', 'anger'] })
const recordings = voices.map((voice) => ({ samples: voice.samples(), sampleRate: voice.sampleRate }))
const pipeline = new Pipeline({
  frontEnd: { spectral: 'mfcc', coefficients: 13 },
  scaler: new Standardizer(),
  model: net,
})
const options = { optimizer: new Adam({ learningRate: 1e-3 }), epochs: 2 }
await pipeline.fit(
  recordings,
  voices.map(({ label }) => label),
  options,
)

const {
  channels: [samples],
} = decodeWav(await readFile('03a01Fa.wav'))
const again = loadModel(saveModel(pipeline))
console.log(again instanceof Pipeline)
show('pipeline', pipeline.predict(samples, 16000), again.predict(samples, 16000))

const [low, high] = [ser.egemapsFrames(samples, { sampleRate: 16000 }), ser.egemaps(samples, { sampleRate: 16000 })]
console.log(high.shape.join(), low.shape[1], ser.egemapsNames.length, ser.egemapsFrameNames.length)
show('eGeMAPS', low, high)
show('spectra', ser.spectrogram(samples, { sampleRate: 16000 }), ser.melSpectrogram(samples, { sampleRate: 16000 }))

const streams = {
  ResampleStream: new ser.ResampleStream({ fromRate: 16000, toRate: 11025 }),
  PitchStream: new ser.PitchStream({ sampleRate: 16000 }),
  FeatureStream: new ser.FeatureStream({ sampleRate: 16000 }),
}
for (const [name, stream] of Object.entries(streams)) show(name, stream.push(samples), stream.flush())
show('StandardizerStream', new ser.StandardizerStream({ columns: 1 }).push([[1], [3], [5]]))

const recognizer = await loadRecognizer()
const answer = recognizer.predict(samples, 16000)
console.log(Object.keys(answer).join(), answer.speech)
const mine = recognizer.adapt(recordings)
const first = await loadRecognizer({ edition: 1 })
show('recognizers', answer, mine.predict(samples, 16000), first.predict(samples, 16000))
const live = recognizer.stream({ sampleRate: 48000, windowSeconds: 2, hopSeconds: 0.25 })
const wide = ser.resample(samples, 16000, 48000)
const answers = []
for (const a of live.push(wide)) answers.push(a)
answers.push(...live.flush())
const chunks = new ReadableStream({
  start(controller) {
    for (let at = 0; at < wide.length; at += 4800) controller.enqueue(wide.slice(at, at + 4800))
    controller.close()
  },
})
for await (const a of recognizer.listen(chunks, { sampleRate: 48000 })) answers.push(a)
console.log(answers.map(({ kind }) => kind).join())
show('live', answers)

await writeFile('net.onnx', ser.toOnnx(net))
show('ONNX', new Uint8Array(await readFile('net.onnx')))
