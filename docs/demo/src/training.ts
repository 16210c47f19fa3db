/** The training worker's part behind the policy: voices, features, training, test on the speakers that were kept. */
import {
  ConfusionMatrix,
  createSystem,
  extractFeatures,
  type FloatNdArray,
  type Recognizer,
  type SyntheticUtterance,
  syntheticCorpus,
  trainRecognizer,
} from 'ser-core'
import type { TrainingReply, TrainingRequest } from './protocol.ts'
import { smallSystems } from './systems.ts'

/** Speakers that are kept for the test. */
const KEPT = 2

const classes = ['joy', 'neutral', 'sadness', 'anger']

interface Voice extends SyntheticUtterance {
  features: FloatNdArray
}

function post(reply: TrainingReply, transfer: Transferable[] = []): void {
  postMessage(reply, { transfer })
}

/** All voices with their features. */
function voicesOf({ system, speakers, sentences, seed }: TrainingRequest): Voice[] {
  const { config } = smallSystems[system]
  const { frontEnd } = createSystem(config.system, config.options)
  const utterances = syntheticCorpus({ speakers, sentences, seed })
  return utterances.map((utterance, i) => {
    const sound = { sampleRate: utterance.sampleRate, channels: [utterance.samples()] }
    const features = extractFeatures(sound, frontEnd)
    post({ kind: 'voice', done: i + 1, of: utterances.length })
    return { ...utterance, features }
  })
}

function train(voices: readonly Voice[], { system, seed }: TrainingRequest): Promise<Recognizer> {
  const data = {
    sequences: voices.map(({ features }) => features),
    labels: Int32Array.from(voices, ({ label }) => classes.indexOf(label)),
    speakers: voices.map(({ speaker }) => speaker),
  }
  return trainRecognizer(data, smallSystems[system].config, {
    ...{ classes, seed },
    card: { data: 'synthetic voices', limits: 'says nothing about people' },
    onEpoch: ({ epoch, epochs, loss }) => post({ kind: 'epoch', epoch, epochs, loss }),
  })
}

async function run(request: TrainingRequest): Promise<void> {
  const start = performance.now()
  const voices = voicesOf(request)
  const speakers = [...new Set(voices.map(({ speaker }) => speaker))]
  const kept = new Set(speakers.slice(-KEPT))
  const recognizer = await train(
    voices.filter(({ speaker }) => !kept.has(speaker)),
    request,
  )
  const confusion = new ConfusionMatrix(classes)
  for (const { speaker, label, features } of voices) {
    if (!kept.has(speaker)) continue
    const posterior = recognizer.posterior(features)
    confusion.add(label, posterior.indexOf(Math.max(...posterior)))
  }
  const bytes = recognizer.save().slice().buffer as ArrayBuffer
  const seconds = (performance.now() - start) / 1000
  post({ kind: 'trained', confusion: confusion.toJSON(), bytes, seconds }, [bytes])
}

/** Takes the request of the page. */
export function receive({ data }: MessageEvent<TrainingRequest>): void {
  run(data).catch((error) => post({ kind: 'failed', message: error instanceof Error ? error.message : String(error) }))
}
