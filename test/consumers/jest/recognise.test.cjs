/** The recogniser and the readers of files, given arrays of jest's realm with jsdom. */
const { readFileSync } = require('node:fs')
const { decodeWav, encodeWav, loadModel, LSTM, saveModel, Sequential, syntheticCorpus } = require('ser-core')
const { loadRecognizer } = require('ser-core/node')

const voices = syntheticCorpus({ speakers: 1, sentences: 1 })
const expected = JSON.parse(readFileSync('expected.json', 'utf8'))

test('runs in jsdom, in a realm of its own', () => {
  expect(typeof document).toBe('object')
  expect(Buffer.from([1])).not.toBeInstanceOf(Uint8Array)
})

test('predict gives the labels and probabilities that it gives outside', async () => {
  const recognizer = await loadRecognizer()
  const answers = voices.map((voice) => {
    const { label, probabilities } = recognizer.predict(new Float32Array(voice.samples()), voice.sampleRate)
    return { label, probabilities }
  })
  expect(answers).toEqual(expected)
})

test('decodeWav reads a Buffer and an array of the realm', () => {
  const wav = encodeWav({ sampleRate: 16000, channels: [new Float32Array([0, 0.5, -0.5, 1])] })
  for (const bytes of [Buffer.from(wav), new Uint8Array(wav), new Uint8Array(wav).buffer]) {
    expect(Array.from(decodeWav(bytes).channels[0])).toEqual([0, 0.5, -0.5, 1].map((x) => expect.closeTo(x, 3)))
  }
})

test('loadModel reads a Buffer', () => {
  const net = new Sequential([new LSTM({ inputs: 2, units: 2, seed: 1 })])
  const again = loadModel(Buffer.from(saveModel(net)))
  expect(Array.from(again.parameters.data)).toEqual(Array.from(net.parameters.data))
})

test('fit takes workers', async () => {
  const { check } = require('./train.cjs')
  expect(await check()).toMatchObject({ same: true, name: 'LSTM' })
})
