/** Fine-tuning of a recogniser on a corpus, and its model card. */
import type { Json } from '../core/types.ts'
import { calibrate } from '../evaluation/calibration.ts'
import type { StorageDtype } from '../io/state.ts'
import { argmax } from '../networks/decision.ts'
import type { Seed } from '../numerics/random.ts'
import { type FineTuned, fineTune, tuningConfig } from '../pipelines/fine-tune.ts'
import type { Recognizer } from '../pipelines/recognizer.ts'
import { checkCard } from '../pipelines/recognizer-parts.ts'
import type { TrainingHooks, Tune } from '../pipelines/system.ts'
import { type SystemConfig, systemFrom } from '../pipelines/systems.ts'
import { startFrom } from '../pipelines/train-recognizer.ts'
import type { CardCalibration } from './calibration.ts'
import type { CorpusUtterance } from './corpus-types.ts'
import { type FeatureMemory, withFeatureStore } from './feature-store.ts'
import { cardGroups, filed, type TrainedRecognizer, trainingFacts } from './training-facts.ts'
import { type LabelledSource, type ReadingHooks, readLabelled } from './training-set.ts'

/** Options of {@link tuneOnCorpus}, checked but for those of the tuning. */
export interface TuneOnCorpusOptions extends ReadingHooks, TrainingHooks, FeatureMemory {
  tune?: Tune
  start?: Recognizer
  heldOut?: number
  keepTuned?: boolean
  calibrate?: string
  unlabelled?: unknown
  seed: Seed
  dtype: StorageDtype | undefined
  card: { [key: string]: Json }
  onStart?: (epochs: number) => void
}

/** Fewest held-out recordings that calibrate. */
const CALIBRATED = 20

/** Calibration and rates by groups of the held-out recordings. */
function heldOutFacts(
  { heldOut: { indices, posteriors } }: FineTuned,
  utterances: readonly CorpusUtterance[],
  classes: readonly string[],
): { [key: string]: unknown } {
  const held = Array.from(indices, (i) => utterances[i])
  const protocol = 'held-out speakers'
  const said = posteriors.map((one) => classes[argmax(one)])
  const groups = cardGroups(held, said, classes, protocol)
  const told = groups === null ? {} : { groups }
  if (held.length < CALIBRATED) return told
  const rows = posteriors.map((one) => Array.from(one))
  const labels = held.map(({ label }) => classes.indexOf(label))
  const calibration: CardCalibration = { ...calibrate(rows, labels), protocol }
  return { calibration, ...told }
}

/** Goes on training the start on a corpus, and makes file and card. */
export async function tuneOnCorpus(
  where: string,
  source: LabelledSource,
  config: SystemConfig,
  options: TuneOnCorpusOptions,
): Promise<TrainedRecognizer> {
  const { start, tune, heldOut, keepTuned, seed, dtype, card, signal, onEpoch } = options
  if (start === undefined) throw new RangeError(`${where}: "tune" needs a "start"`)
  if (options.unlabelled !== undefined) throw new RangeError(`${where}: "unlabelled" expected none beside "tune"`)
  if (options.calibrate !== undefined && options.calibrate !== 'none') {
    throw new RangeError(`${where}: "calibrate" expected none beside "tune", whose held-out speakers calibrate`)
  }
  systemFrom(where, 'config', config) // refuses wrong options
  const own = (config.options ?? {}) as { [key: string]: Json }
  const system = systemFrom(where, 'start.system', tuningConfig(start, own))
  const { classes } = source
  startFrom(
    where,
    start,
    systemFrom(where, 'config', { ...config, options: system.settings } as SystemConfig),
    classes,
    tune,
  )
  return await withFeatureStore(where, options, async (store) => {
    const { data, utterances } = await readLabelled(where, source, system.frontEnd, options, [], store)
    options.onStart?.(tune === 'statistics' ? 0 : system.epochs)
    const tuning = { tune, classes, heldOut, keepTuned, seed, options: own, signal, onEpoch }
    const tuned = await fineTune(start, data, tuning)
    const { recognizer, fineTuning } = tuned
    if (fineTuning.kept === 'start') return { ...filed(recognizer, data, dtype), fineTuning }
    const training = {
      ...trainingFacts(source, data, seed, system.frontEnd.given !== undefined),
      start: start.card.training ?? {},
    }
    const facts = checkCard(where, heldOutFacts(tuned, utterances, classes))
    const carded = recognizer.withCard({ ...card, ...facts, ...recognizer.card, training })
    return { ...filed(carded, data, dtype), fineTuning }
  })
}
