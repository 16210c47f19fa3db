/** Options of `fit` for the systems with a sequence network: optimiser, augmentation, weights of classes. */
import type { MelColumns } from '../augmentation/frequency-warp.ts'
import { createAugmentation } from '../augmentation/sequences.ts'
import type { FloatNdArray } from '../core/types.ts'
import type { Standardizer } from '../features/standardizer.ts'
import { AdamW } from '../optim/adam.ts'
import { cosineDecay, warmUp } from '../optim/schedules.ts'
import type { FitOptions } from '../training/fit-options.ts'
import { rowsASecond } from './front-end.ts'
import { checkColumns, melBands } from './front-end-columns.ts'
import { soundFrontEnd } from './given-front-end.ts'
import type { NetworkOptions } from './network-options.ts'
import type { LabelledFeatures } from './system.ts'
import type { Settings } from './system-settings.ts'
import { classWeights } from './training-data.ts'

type NetworkSettings = Settings<NetworkOptions>

/** Frames from one step of the network to the next. */
export function hopOf({ hop, framesPerStep }: NetworkSettings): number {
  return hop === 0 ? framesPerStep : hop
}

/** The log mel columns for masks and warps, or null where neither is used. */
function melColumns(features: FloatNdArray, scaler: Standardizer, settings: NetworkSettings): MelColumns | null {
  const { bandMasks, vocalTract, frontEnd, joining, framesPerStep } = settings
  if (bandMasks === 0 && vocalTract === 0) return null
  checkColumns('network', features, frontEnd)
  const bands = melBands('network', 'bandMasks', frontEnd)
  const copies = joining === 'stack' ? Array.from({ length: framesPerStep }, (_, i) => i) : [0]
  const mean = Array.from(scaler.mean.data)
  const scale = Array.from(scaler.scale.data)
  return {
    bands: copies.flatMap((i) => bands.map((band) => ({ ...band, start: band.start + i * mean.length }))),
    mean: copies.flatMap(() => mean),
    scale: copies.flatMap(() => scale),
    edges: { sampleRate: soundFrontEnd('network', frontEnd).sampleRate },
  }
}

function optimizer(updates: number, { learningRate, weightDecay, warmUp: rise }: NetworkSettings): AdamW {
  const steps = Math.max(1, updates - rise)
  return new AdamW({ learningRate: warmUp(cosineDecay({ initial: learningRate, steps }), rise), weightDecay })
}

/** Options of `fit` for training utterances, whose sequences are the network's inputs' frames before they are joined. */
export function fitOptions(
  { sequences, labels, targets }: LabelledFeatures,
  classes: number,
  scaler: Standardizer,
  settings: NetworkSettings,
): FitOptions {
  const { epochs, batchSize, clipNorm, labelSmoothing, averaging, cropSeconds, targetLoss } = settings
  const { noise, offset, bandMasks, timeMask, vocalTract } = settings
  const crop = Math.round((rowsASecond(settings.frontEnd) * cropSeconds) / hopOf(settings))
  const mel = melColumns(sequences[0], scaler, settings)
  return {
    optimizer: optimizer(epochs * Math.ceil(labels.length / batchSize), settings),
    ...{ epochs, batchSize, clipNorm, averaging },
    augment: createAugmentation({ crop, noise, offset, bandMasks, timeMask, vocalTract, mel }),
    ...(targets === undefined
      ? { labelSmoothing, classWeights: classWeights(labels, classes, settings.classWeightPower) }
      : { loss: targetLoss }),
  }
}
