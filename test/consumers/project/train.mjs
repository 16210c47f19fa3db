import { Adam, Dense, LSTM, MeanPool, mfcc, Sequential, syntheticCorpus } from 'ser-core'

const voices = syntheticCorpus({ speakers: 2, sentences: 1, emotions: ['sadness', 'anger'] })
const sequences = voices.map((voice) => mfcc(voice.samples().slice(0, 8000), { sampleRate: voice.sampleRate }))
const labels = voices.map(({ label }) => (label === 'anger' ? 1 : 0))

async function train(workers) {
  const net = new Sequential([
    new LSTM({ inputs: 13, units: 2 }),
    new Dense({ units: 2, activation: 'softmax' }),
    new MeanPool(),
  ])
  await net.fit(sequences, labels, { optimizer: new Adam({ learningRate: 0.01 }), epochs: 2, batchSize: 4, workers })
  return Array.from(net.parameters.data).join()
}

/** Whether two workers train the bits of one, the name of a class, or what went wrong. */
export async function check(pools) {
  try {
    const [one, two] = [await train(pools?.[0] ?? 1), await train(pools?.[1] ?? 2)]
    return {
      same: one === two,
      numbers: one.split(',').length,
      name: new LSTM({ inputs: 1, units: 1 }).constructor.name,
    }
  } catch (error) {
    return { error: error.message }
  }
}
