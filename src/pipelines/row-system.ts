/**
 * Base of the systems of one row of numbers for each utterance and a model with one minimum:
 *
 *   features -> row [1, D'] -> z, standardised on the training rows -> scores f(z) [K] -> softmax(f / T)
 *
 * Rows are functionals of a set, given vectors, or the statistics over time of any other features. Settings are chosen by the mean UAR
 * on parts of the training utterances that are held out in turn: corpora or, of one corpus, three folds of speakers. The temperature T is
 * that of the highest likelihood of the classes there, 1 where nothing can be held out; the order of the scores stays.
 */
import { floatView } from '../core/array.ts'
import { checkArray, checkInteger, checkNumber, checkObject } from '../core/check.ts'
import { limits } from '../core/limits.ts'
import { throwIfAborted } from '../core/realm.ts'
import type { FloatArray, FloatNdArray, Json } from '../core/types.ts'
import { yieldToEventLoop } from '../core/yield.ts'
import { unweightedRecall } from '../evaluation/metrics.ts'
import type { Split } from '../evaluation/splits.ts'
import { Standardizer } from '../features/standardizer.ts'
import type { StandardizerState } from '../features/standardizer-state.ts'
import { argmax } from '../networks/decision.ts'
import type { History } from '../training/history.ts'
import { checkedTraining } from './check-training.ts'
import type { FrontEndOptions } from './front-end.ts'
import {
  type FittedRows,
  type JudgedRows,
  posteriorOf,
  type RowModel,
  scoresOfRows,
  temperatureFor,
} from './row-scores.ts'
import type { Classifier, LabelledFeatures, System, TrainedSystem, TrainingHooks } from './system.ts'
import {
  type CommonOptions,
  defaultFrontEnd,
  list,
  number,
  type OptionTable,
  type Rule,
  resolveSettings,
  type Settings,
  toJson,
} from './system-settings.ts'
import { type Grouping, heldOutParts, LARGEST_SPEAKER_POWER, utteranceWeights } from './training-data.ts'
import { type RowSettings, rowGroups, rowOf, stackedRows, windowRows } from './utterance-rows.ts'

/** Options of all these systems, plain JSON. */
export interface RowSystemOptions extends CommonOptions {
  /**
   * Quantiles in addition to mean, standard deviation, skewness, kurtosis, of features over time. Default 0.01, 0.25, 0.5, 0.75, 0.99;
   * none where the front end gives one row.
   */
  quantiles?: number[]
  /** Each class, or class of a corpus where there are several, weighs (n / (c n_c))^p: 1 (default) for classes that count the same. */
  classWeightPower?: number
  /**
   * q in the weight (n / (S n_s))^q of an utterance among the n of its class and corpus, n_s of its speaker, S speakers: 1 for speakers that
   * count the same, 0 for utterances. At most 10; default 0.
   */
  speakerWeightPower?: number
}

/** Values of the settings that are chosen. */
export type Choice = { [option: string]: Json }

/** Training rows z [n, D'] with labels 0..K' - 1, each of which occurs, and weights. */
export interface RowData {
  x: FloatNdArray
  labels: Int32Array
  weights: Float64Array
}

/** The parts in which these systems differ. */
export interface RowRecipe<State> {
  name: string
  settings: Settings<RowSystemOptions>
  /** Largest number of epochs. */
  epochs: number
  /** Settings to choose from. */
  candidates: readonly Choice[]
  fit(data: RowData, choice: Choice, hooks: TrainingHooks): { model: RowModel<State>; history: History }
  restore(state: State): RowModel<State>
}

/** State of a trained system. */
export interface RowSystemState<Model = unknown> {
  scaler: StandardizerState
  model: Model
  temperature: number
  /** Number K of classes. */
  classes: number
  /** Classes of the training utterances, in ascending order: no other is ever the answer. */
  present: number[]
}

/** Defaults and rules of these options. */
const shared: OptionTable<RowSystemOptions> = {
  defaults: {
    frontEnd: { set: 'egemaps', functionals: true },
    quantiles: [0.01, 0.25, 0.5, 0.75, 0.99],
    classWeightPower: 1,
    speakerWeightPower: 0,
  },
  onSet: { frontEnd: { functionals: true } },
  rules: {
    quantiles: list(number({ min: 0, max: 1 })),
    classWeightPower: number({ min: 0 }),
    speakerWeightPower: number({ min: 0, max: LARGEST_SPEAKER_POWER }),
  },
}

/** Rule: one value that satisfies the rule, or a list of them. */
export function oneOrMore(rule: Rule): Rule {
  return (where, name, value) => (Array.isArray(value) ? list(rule, 1)(where, name, value) : rule(where, name, value))
}

/** All combinations of the options' values, the first option's changing least. */
export function gridOf(options: { [option: string]: Json }): Choice[] {
  return Object.entries(options).reduce<Choice[]>(
    (all, [name, values]) => all.flatMap((one) => [values].flat().map((value) => ({ ...one, [name]: value }))),
    [{}],
  )
}

/** Checks the options of a system and fills in the defaults; `own` are those that it has alone. */
export function resolveRows<O extends RowSystemOptions>(
  where: string,
  options: O,
  own: {
    defaults: Required<Omit<O, keyof RowSystemOptions>>
    rules: Record<Exclude<keyof O, keyof RowSystemOptions>, Rule>
  },
): Settings<O> {
  const table = {
    defaults: { ...defaultsFor(options?.frontEnd), ...own.defaults },
    onSet: shared.onSet,
    rules: { ...shared.rules, ...own.rules },
  } as unknown as OptionTable<O>
  const settings = resolveSettings<O>(where, options, table)
  if (!settings.frontEnd.functionals) return settings
  if ((options.quantiles?.length ?? 0) === 0) return { ...settings, quantiles: [] }
  throw new RangeError(`${where}: "quantiles" needs features over time, and the front end gives one row`)
}

/** The defaults, but for those of the front end where the options name a spectral one. */
function defaultsFor(frontEnd: FrontEndOptions | undefined): typeof shared.defaults {
  return { ...shared.defaults, frontEnd: defaultFrontEnd(frontEnd, shared.defaults.frontEnd) }
}

/** Rows of utterances with their labels, speakers and corpora. */
interface Utterances extends Grouping {
  rows: FloatNdArray[]
  labels: Int32Array
}

function at({ rows, labels, speakers, corpora }: Utterances, indices: Int32Array): Utterances {
  const take = <T>(list: readonly T[]): T[] => Array.from(indices, (i) => list[i])
  const own = corpora === undefined ? {} : { corpora: take(corpora) }
  return { rows: take(rows), labels: indices.map((i) => labels[i]), speakers: take(speakers), ...own }
}

function classesIn(labels: Int32Array): number[] {
  return [...new Set(labels)].sort((a, b) => a - b)
}

function fitOn<State>(
  recipe: RowRecipe<State>,
  utterances: Utterances,
  choice: Choice,
  hooks: TrainingHooks,
): FittedRows<State> & { history: History } {
  const { rows, labels } = utterances
  const present = classesIn(labels)
  const weights = utteranceWeights(utterances, recipe.settings)
  const scaler = new Standardizer({ dtype: 'float64' }).fit(rows)
  const data = { x: scaler.transform(stackedRows(rows)), labels: labels.map((k) => present.indexOf(k)), weights }
  return { scaler, present, ...recipe.fit(data, choice, hooks) }
}

/** Sum of the UAR on the parts held out, and their scores. */
async function judge<State>(
  recipe: RowRecipe<State>,
  all: Utterances,
  parts: readonly Split[],
  choice: Choice,
  signal: AbortSignal | undefined,
): Promise<{ recall: number; judged: JudgedRows[] }> {
  let recall = 0
  const judged: JudgedRows[] = []
  for (const { train, test } of parts) {
    throwIfAborted(signal)
    const fitted = fitOn(recipe, at(all, train), choice, {})
    const held = at(all, test)
    const { rows, labels } = held
    const weights = utteranceWeights(held, recipe.settings)
    const { present } = fitted
    const scores = scoresOfRows(fitted, rows)
    const said = Array.from(labels, (_, i) => present[argmax(scores, i * present.length, present.length)])
    recall += unweightedRecall(Array.from(labels), said)
    judged.push({ scores, present, labels, weights })
    await yieldToEventLoop()
  }
  return { recall, judged }
}

/** The settings with the best UAR on the parts held out, of equal ones the first; without parts those in the middle of the list. */
async function choose<State>(
  recipe: RowRecipe<State>,
  all: Utterances,
  parts: readonly Split[],
  signal: AbortSignal | undefined,
): Promise<{ choice: Choice; judged: JudgedRows[] }> {
  const { candidates } = recipe
  const nothing = { choice: candidates[Math.floor(candidates.length / 2)], judged: [] }
  if (parts.length === 0) return nothing
  let best = { recall: -1, judged: [] as JudgedRows[], choice: candidates[0] }
  for (const choice of candidates) {
    const tried = await judge(recipe, all, parts, choice, signal)
    if (tried.recall > best.recall) best = { ...tried, choice }
  }
  return best
}

function classifier<State>(
  settings: RowSettings,
  fitted: FittedRows<State>,
  temperature: number,
  classes: number,
): Classifier<RowSystemState<State>> {
  const { scaler, model, present } = fitted
  const rows = (features: FloatNdArray): FloatNdArray => rowOf(features, settings)
  const predictRows = (row: FloatNdArray): FloatArray => {
    return Float32Array.from(posteriorOf(scoresOfRows(fitted, [row]), present, classes, temperature))
  }
  return {
    predict: (features) => predictRows(rows(features)),
    predictWindows: (features, firsts, length) => windowRows(features, firsts, length, settings).map(predictRows),
    occlusion: { rows, predictRows, groups: rowGroups(settings), neutral: scaler.mean.data },
    state: () => ({ scaler: scaler.toJSON(), model: model.state(), temperature, classes, present: [...present] }),
  }
}

async function train<State>(
  recipe: RowRecipe<State>,
  settings: RowSettings,
  data: LabelledFeatures,
  classes: number,
  hooks: TrainingHooks,
): Promise<TrainedSystem<RowSystemState<State>>> {
  throwIfAborted(hooks.signal)
  const { labels, speakers, corpora } = data
  const rows = data.sequences.map((x) => rowOf(x, settings))
  const all = { rows, labels, speakers, ...(corpora === undefined ? {} : { corpora }) }
  const several = (some: Int32Array): boolean => new Set(some).size > 1
  if (!several(labels)) {
    throw new RangeError(`${recipe.name}: expected utterances of two classes or more, got ${classesIn(labels).length}`)
  }
  const parts = heldOutParts(data).filter(({ train: kept }) => several(kept.map((i) => labels[i])))
  const { choice, judged } = await choose(recipe, all, parts, hooks.signal)
  const { history, ...fitted } = fitOn(recipe, all, choice, hooks)
  const temperature = temperatureFor(judged, classes)
  const told = recipe.candidates.length === 1 || parts.length === 0 ? {} : { chosen: choice }
  return { history, ...told, ...classifier(settings, fitted, temperature, classes) }
}

function restored<State>(recipe: RowRecipe<State>, settings: RowSettings, saved: RowSystemState<State>) {
  const { name } = recipe
  const state = checkObject<RowSystemState<State>>(name, 'state', saved)
  const classes = checkInteger(name, 'classes', state.classes, { min: 2, limit: limits.units })
  const present = checkArray<number>(name, 'present', state.present, 2).map((k, i, all) => {
    return checkInteger(name, `present[${i}]`, k, { min: i === 0 ? 0 : all[i - 1] + 1, max: classes - 1 })
  })
  const temperature = checkNumber(name, 'temperature', state.temperature, { above: 0 })
  const fitted = { scaler: Standardizer.fromJSON(state.scaler), model: recipe.restore(state.model), present }
  // A model of other rows or classes is told here, not at the first answer.
  const { length } = fitted.scaler.mean.data
  const { shape } = fitted.model.decisionFunction(floatView(new Float64Array(length), [1, length]))
  if (shape[1] !== (present.length === 2 ? 1 : present.length)) {
    throw new RangeError(`${name}: "model" expected scores of ${present.length} classes, got ${shape[1]}`)
  }
  return classifier(settings, fitted, temperature, classes)
}

/** Makes a system from its recipe. */
export function rowSystem<State>(recipe: RowRecipe<State>): System<RowSystemState<State>> {
  const { name, epochs } = recipe
  const settings = { ...recipe.settings, cepstra: 0 }
  const { frontEnd } = settings
  return {
    ...{ name, frontEnd, epochs, settings: toJson(recipe.settings) },
    train: checkedTraining(
      name,
      (data, classes, _seed, hooks = {}) => train(recipe, settings, data, classes, hooks),
      frontEnd,
    ),
    restore: (state) => restored(recipe, settings, state),
  }
}
