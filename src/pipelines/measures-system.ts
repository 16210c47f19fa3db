/**
 * Base of the systems of measures and a linear model of them:
 *
 *   features [frames, D] -> measures [R] -> z, relative to the voice -> softmax of linear scores
 *
 * One model for every kind of adaptation: it is trained on the same utterances relative to their corpus, to their speaker and
 * to a few recordings of the speaker, and takes the statistics that there are when it is asked; without any, the training
 * corpora's. Measures that an utterance lacks are the median of the training set.
 */

import { type Degradation, degradations } from '../augmentation/degrade.ts'
import { floatView } from '../core/array.ts'
import { checkObject } from '../core/check.ts'
import { throwIfAborted } from '../core/realm.ts'
import { savedNumbers } from '../core/saved.ts'
import type { FloatArray, FloatNdArray } from '../core/types.ts'
import { functionals } from '../features/functionals.ts'
import type { SpeakerStatistics } from '../features/speaker-statistics.ts'
import { measuresOfTracks, measuresOfWindows } from '../features/speech/measures.ts'
import { Random, type Seed } from '../numerics/random.ts'
import { savedCount } from '../numerics/restored.ts'
import type { History } from '../training/history.ts'
import { checkedTraining } from './check-training.ts'
import { type ColumnGroup, columnGroupNames, groupsOf, measureGroupNames, statisticGroups } from './column-groups.ts'
import type { ResolvedFrontEnd } from './front-end.ts'
import { columnsOf } from './front-end-columns.ts'
import { KnownRooms, type KnownRoomsState } from './known-rooms.ts'
import type { LinearModel } from './linear-model.ts'
import { filled, measuredSet, repeated } from './measured-set.ts'
import type { MeasuresParts } from './measures-parts.ts'
import { type CopySettings, TrainingVoices } from './measures-training.ts'
import { type TuneModel, tuneMeasures } from './measures-tuning.ts'
import type {
  Classifier,
  LabelledFeatures,
  System,
  TrainedSystem,
  TrainingHooks,
  TrainingOptions,
  TrainingStart,
  VoiceState,
} from './system.ts'
import { type CommonOptions, integer, list, number, type Rule, type Settings, toJson } from './system-settings.ts'
import { framesFrom } from './timeline.ts'
import { LARGEST_SPEAKER_POWER } from './training-data.ts'
import { mapPrior, relativeInto, shrunk, type Voice, type VoicePrior, type VoiceSettings } from './voice-prior.ts'

/** Options of the systems of measures, plain JSON. */
export interface MeasuresOptions extends CommonOptions {
  /** Measures relative to the voice are clipped to +- this. Default 5. */
  clip?: number
  /** Copies of the training set relative to a few recordings of the speaker. Default 2. */
  draws?: number
  /** Numbers of these recordings, one of which is drawn. Default 3, 5, 10. */
  drawSizes?: number[]
  /** Recordings that the prior mean counts as. Default 2. */
  meanPrior?: number
  /** Recordings that the prior variance counts as. Default 10. */
  variancePrior?: number
  /**
   * q in the weight (n / (S n_s))^q of an utterance among the n of its class and corpus, n_s of its speaker, S speakers: 1 for speakers that
   * count the same, 0 for utterances. Each class of each corpus counts the same whatever it is. At most 10; default 0.
   */
  speakerWeightPower?: number
}

/** Settings of these systems. */
export type MeasuresSettings = Settings<MeasuresOptions>

/** State of a trained system; numbers as text, which no storage type rounds, but for the model's. */
export interface MeasuresState<Model = unknown> {
  /** [R], of the training set. */
  medians: number[]
  prior: { [K in keyof VoicePrior]: number[] }
  /** Absent where the training set had one. */
  rooms?: KnownRoomsState
  model: Model
}

/** Training rows z [n, R] with labels and weights of mean 1. */
export interface LinearRows {
  data: Float64Array
  columns: number
  labels: Int32Array
  weights: Float64Array
  classes: number
}

/** The parts in which these systems differ. */
export interface MeasuresRecipe<State = unknown> {
  name: string
  settings: MeasuresSettings
  /** Largest number of epochs. */
  epochs: number
  fit(rows: LinearRows, hooks: TrainingHooks): { model: LinearModel<State>; history: History }
  restore(state: State): LinearModel<State>
  /** How the model is tuned to a new corpus; absent where it stays as it is. */
  tune?: TuneModel<State>
}

/** Defaults of all these systems. */
export const measuresDefaults: Required<Omit<MeasuresOptions, 'frontEnd'>> = {
  clip: 5,
  draws: 2,
  drawSizes: [3, 5, 10],
  meanPrior: 2,
  variancePrior: 10,
  speakerWeightPower: 0,
}

/** Rules of their options. */
export const measuresRules: Record<keyof typeof measuresDefaults, Rule> = {
  clip: number({ above: 0 }),
  draws: integer({ min: 0 }),
  drawSizes: list(integer({ min: 1 }), 1),
  meanPrior: number({ min: 0 }),
  variancePrior: number({ min: 0 }),
  speakerWeightPower: number({ min: 0, max: LARGEST_SPEAKER_POWER }),
}

type WindowMeasures = (features: FloatNdArray, firsts: readonly number[], length: number) => FloatArray[]

/** Every training recording is degraded in one of all ways, and once more in one of those that change most. */
const rounds: readonly (readonly Degradation[])[] = [degradations, ['telephone', 'room']]

const speechSets: readonly unknown[] = ['speech', 'speechAndLevel']

/**
 * Measures [R] of features: the columns of a set's functionals; of the tracks of speech their measures, NaN where there are
 * none; of other frames the statistics over time of each column.
 */
function measuresFor({ functionals: whole, set }: ResolvedFrontEnd): (features: FloatNdArray) => FloatArray {
  if (whole) return ({ data }) => data
  if (speechSets.includes(set)) return (features) => measuresOfTracks(features).data
  return (features) => functionals(features).data
}

/** The measures of windows of features; those of speech share what they can. */
function windowMeasuresFor(frontEnd: ResolvedFrontEnd): WindowMeasures {
  if (!frontEnd.functionals && speechSets.includes(frontEnd.set)) return measuresOfWindows
  const measures = measuresFor(frontEnd)
  return (features, firsts, length) => firsts.map((first) => measures(framesFrom(features, first, length)))
}

/** The same function, which remembers its results for as long as the features are there: trainings for calibration share them. */
function remembering(measures: (features: FloatNdArray) => FloatArray): (features: FloatNdArray) => FloatArray {
  const known = new WeakMap<FloatNdArray, FloatArray>()
  return (features) => {
    const result = known.get(features) ?? measures(features)
    known.set(features, result)
    return result
  }
}

/** Column of the level among the measures; -1 where there is none. */
function levelColumn(frontEnd: ResolvedFrontEnd): number {
  if (frontEnd.set !== 'speechAndLevel') return -1
  return columnsOf({ ...frontEnd, functionals: true }) - 1
}

interface Fitted<State> {
  medians: Float64Array
  prior: VoicePrior
  rooms: KnownRooms | null
  model: LinearModel<State>
}

/** Mean over the measures of the unbiased variance by w0, each at most 4 so that none rules. */
function spreadOf({ recordings: n, variance }: SpeakerStatistics, { within }: VoicePrior): number | null {
  if (n < 2) return null
  const shares = Array.from(variance, (v, j) => (within[j] > 0 ? Math.min((v * n) / (n - 1) / within[j], 4) : 1))
  return shares.reduce((sum, share) => sum + share, 0) / shares.length
}

function checkMeasures(name: string, part: string, count: number, wanted: number): void {
  if (count === wanted) return
  throw new RangeError(`${name}: "${part}" expected ${wanted} measures, got ${count}`)
}

/** z [n, R] of rows [1, R]. */
function relativeRows(
  rows: readonly FloatNdArray[],
  voice: Voice,
  { floor }: VoicePrior,
  settings: VoiceSettings,
): Float64Array {
  const z = new Float64Array(rows.length * floor.length)
  for (const [i, { data }] of rows.entries()) relativeInto(z, i * floor.length, data, voice, floor, settings)
  return z
}

function stateOf<State>({ medians, prior, rooms, model }: Fitted<State>): MeasuresState<State> {
  return {
    medians: Array.from(medians),
    prior: mapPrior(prior, (vector) => Array.from(vector)),
    ...(rooms === null ? {} : { rooms: rooms.state() }),
    model: model.state(),
  }
}

/** Whether measures are the columns of features, or of the tracks of speech, or of other frames. */
function sourceOf({ functionals: whole, set }: ResolvedFrontEnd): MeasuresParts['from'] {
  if (whole) return 'columns'
  return speechSets.includes(set) ? 'tracks' : 'frames'
}

interface Parts<State> {
  name: string
  from: MeasuresParts['from']
  settings: CopySettings
  measures: (features: FloatNdArray) => FloatArray
  windowMeasures: WindowMeasures
  groups: (count: number) => ColumnGroup[]
  fitted: Fitted<State>
}

/** Groups of the measures, by the group of each column of the features that they are taken from. */
function measureGroupsFor(frontEnd: ResolvedFrontEnd): (count: number) => ColumnGroup[] {
  if (sourceOf(frontEnd) === 'tracks') return (count) => groupsOf(measureGroupNames(count))
  return (count) => statisticGroups(columnGroupNames(frontEnd), count)
}

function classifier<State>(parts: Parts<State>, state: VoiceState | null): Classifier<MeasuresState<State>> {
  const { name, settings, measures, windowMeasures, fitted } = parts
  const { medians, prior } = fitted
  if (state !== null) checkMeasures(name, 'statistics', state.statistics.columns, medians.length)
  const adapted = shrunk(state?.statistics ?? null, prior, settings)
  const { means } = fitted.model
  const own = state?.means === undefined || means === undefined ? fitted.model : means.with(state.means)
  const rowOf = (own: FloatArray): FloatNdArray => floatView(filled(own, medians), [1, medians.length])
  const rows = (features: FloatNdArray): FloatNdArray => rowOf(measures(features))
  const predictRows = (row: FloatNdArray): FloatArray => {
    const { rooms } = fitted
    if (state !== null || rooms === null) return own.predict(relativeRows([row], adapted, prior, settings))
    const shares = rooms.shares([row])
    return rooms.model(own, shares).predict(relativeRows([row], rooms.voice(shares), prior, settings))
  }
  const predict = (features: FloatNdArray): FloatArray => predictRows(rows(features))
  return {
    predict,
    predictWindows: (...windows) => windowMeasures(...windows).map((measures) => predictRows(rowOf(measures))),
    adaptation: {
      rows,
      predictRows,
      adapted: (other) => classifier(parts, other),
      learned: (list, statistics) => {
        const z = relativeRows(list, shrunk(statistics, prior, settings), prior, settings)
        const { rooms, model } = fitted
        const first = (rooms === null ? model : rooms.model(model, rooms.shares(list))).means
        return { statistics, ...(first === undefined ? {} : { means: first.moved(z) }) }
      },
      spread: (of) => spreadOf(of, prior),
    },
    occlusion: { rows, predictRows, groups: parts.groups, neutral: adapted.mean },
    steps: () => {
      const { clip, level } = settings
      const linear = own.parts?.()
      if (linear === undefined) return undefined
      const of = { from: parts.from, medians, floor: prior.floor, clip, level, voice: adapted, linear }
      const rooms = state === null ? (fitted.rooms?.parts(linear) ?? null) : null
      return [{ kind: 'measures', parts: { ...of, rooms } }]
    },
    state: () => stateOf(fitted),
  }
}

function checkPresent(name: string, labels: Int32Array, classes: number): void {
  for (let k = 0; k < classes; k++) {
    if (!labels.includes(k)) throw new RangeError(`${name}: expected utterances of each class, got none of class ${k}`)
  }
}

/** Makes a system from its recipe. */
export function measuresSystem<State>(recipe: MeasuresRecipe<State>): System<MeasuresState<State>> {
  const { name, settings: all, epochs } = recipe
  const { frontEnd } = all
  const settings = { ...all, level: levelColumn(frontEnd) }
  const [measures, from] = [measuresFor(frontEnd), sourceOf(frontEnd)]
  const shared = {
    name,
    from,
    settings,
    measures,
    windowMeasures: windowMeasuresFor(frontEnd),
    groups: measureGroupsFor(frontEnd),
  }
  const trained = remembering(measures)
  const train = (
    data: LabelledFeatures,
    classes: number,
    seed: Seed,
    hooks: TrainingOptions<MeasuresState<State>>,
  ): TrainedSystem<MeasuresState<State>> => {
    throwIfAborted(hooks.signal)
    checkPresent(name, data.labels, classes)
    const { start } = hooks
    if (start !== undefined) return tuned(data, classes, seed, start)
    const { set, medians } = measuredSet(data, trained)
    const voices = new TrainingVoices(set, settings)
    const { data: z, copies } = voices.copies(new Random(seed).substream('copies'))
    const weights = repeated(voices.weights, copies).map((weight) => weight / copies)
    const rows = { data: z, columns: medians.length, labels: repeated(set.labels, copies), weights, classes }
    const { model, history } = recipe.fit(rows, hooks)
    const { prior } = voices
    const fitted = { medians, prior, rooms: KnownRooms.of(voices, z, model), model }
    return { history, ...classifier({ ...shared, fitted }, null) }
  }
  const fittedFrom = (state: MeasuresState<State>): Fitted<State> => {
    const { medians, prior, rooms, model } = checkObject<MeasuresState<State>>(name, 'state', state)
    const middle = savedNumbers(name, 'medians', medians)
    const vectors = mapPrior(checkObject<typeof prior>(name, 'prior', prior), (values, part) => {
      checkMeasures(name, part, savedCount(name, part, values), middle.length)
      return savedNumbers(name, part, values)
    })
    const linear = recipe.restore(model)
    return {
      medians: middle,
      prior: vectors,
      rooms: rooms === undefined ? null : KnownRooms.from(name, rooms, linear),
      model: linear,
    }
  }
  function restore(state: MeasuresState<State>): Classifier<MeasuresState<State>> {
    return classifier({ ...shared, fitted: fittedFrom(state) }, null)
  }
  const tuned = (
    data: LabelledFeatures,
    classes: number,
    seed: Seed,
    { state, tune }: TrainingStart<MeasuresState<State>>,
  ): TrainedSystem<MeasuresState<State>> => {
    const { medians, prior, model } = fittedFrom(state)
    const { set } = measuredSet(data, trained, medians)
    const { what, from } = tune as NonNullable<typeof tune>
    const how = { tune: what, from, seed, settings }
    const fitted = { medians, rooms: null, ...tuneMeasures(set, classes, { prior, model }, how, recipe.tune) }
    return { history: { epochs: [], stoppedEarly: false, bestEpoch: 0 }, ...classifier({ ...shared, fitted }, null) }
  }
  return {
    ...{ name, frontEnd, epochs, restore, settings: toJson(all) },
    tunable: recipe.tune === undefined ? ['statistics'] : ['all', 'last', 'statistics'],
    // Given features cannot be computed of degraded sound.
    ...(frontEnd.given === undefined ? { degradations: rounds } : {}),
    train: checkedTraining(
      name,
      async (data, classes, seed, hooks = {}) => train(data, classes, seed, hooks),
      frontEnd,
    ),
  }
}
