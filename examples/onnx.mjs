/**
 * Trains a small network on synthetic voices and writes it as an ONNX file, which onnxruntime runs anywhere:
 *
 *   node onnx.mjs [net.onnx]
 */
import { writeFile } from 'node:fs/promises'
import {
  Adam,
  Dense,
  extractFeatures,
  GRU,
  MeanPool,
  Sequential,
  Standardizer,
  syntheticCorpus,
  toOnnx,
} from 'ser-core'

const voices = syntheticCorpus({ speakers: 2, sentences: 2, emotions: ['sadness', 'anger'] })
const recordings = voices.map((voice) => ({ samples: voice.samples(), sampleRate: voice.sampleRate }))
const features = recordings.map((recording) => extractFeatures(recording, { spectral: 'mfcc', coefficients: 13 }))
const scaler = new Standardizer().fit(features)

const layers = [new GRU({ inputs: features[0].shape[1], units: 16 }), new MeanPool()]
const net = new Sequential([...layers, new Dense({ units: 2, activation: 'softmax' })], { seed: 1 })
const sequences = features.map((x) => scaler.transform(x))
const labels = voices.map(({ label }) => label)
const { epochs } = await net.fit(sequences, labels, { optimizer: new Adam({ learningRate: 0.01 }), epochs: 10 })

const file = process.argv[2] ?? 'net.onnx'
const metadata = { corpus: 'synthetic voices', loss: String(epochs[epochs.length - 1].loss) }
const bytes = toOnnx(net, { outputs: ['predict'], metadata })
await writeFile(file, bytes)
console.log(
  `${file}: ${bytes.length} bytes, x [B, T, ${net.inputs}] and lengths [B] to y [B, ${net.outputs}] (${net.classes})`,
)
