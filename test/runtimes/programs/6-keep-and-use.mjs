import { readFile, writeFile } from 'node:fs/promises'
import { Dense, decodeWav, LSTM, loadModel, mfcc, Sequential, saveModel, toOnnx } from 'ser-core'
import { loadRecognizer } from 'ser-core/node'
import { show } from './show.mjs'

const [samples] = decodeWav(await readFile('03a01Fa.wav')).channels
const net = new Sequential([new LSTM({ inputs: 13, units: 4 }), new Dense({ units: 2, activation: 'softmax' })], {
  seed: 1,
})
await writeFile('net.safetensors', saveModel(net))
const again = loadModel(await readFile('net.safetensors'))
const x = mfcc(samples, { sampleRate: 16000 })
console.log(again.predict(x).every((p, k) => Object.is(p, net.predict(x)[k])))
await writeFile('net.onnx', toOnnx(net))
show('files', new Uint8Array(await readFile('net.safetensors')), new Uint8Array(await readFile('net.onnx')))
const recognizer = await loadRecognizer()
const { label, probabilities, timeline } = recognizer.predict(samples, 16000)
console.log(label, Object.keys(probabilities).join())
show('answer', probabilities, timeline)
