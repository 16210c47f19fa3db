/** Named sets of features, which the front end's option `set` takes. */
import { allocate, floatView } from '../core/array.ts'
import { checkArray, checkOneOf } from '../core/check.ts'
import type { Dtype, FloatArray, FloatNdArray } from '../core/types.ts'
import { egemaps, egemapsFrames } from '../features/egemaps/egemaps.ts'
import { egemapsFrameNames, egemapsNames } from '../features/egemaps/names.ts'
import { speechMeasures } from '../features/speech/measures.ts'
import { speechMeasureNames, speechTrackNames } from '../features/speech/names.ts'
import { speechTracks } from '../features/speech/tracks.ts'

/** Names of columns, and the function that computes them from one channel at a sample rate, Hz. */
export interface FeatureExtractor {
  names: readonly string[]
  extract(samples: FloatArray, sampleRate: number): FloatNdArray
}

/** Rows over time; each describes the sound from the row's time on, for so long. */
export interface FrameExtractor extends FeatureExtractor {
  frameSeconds: number
  /** Seconds from row to row where they are not those of `frameStep`. */
  stepSeconds?: number
}

/** A set of features; every number is finite, since networks take no others. */
export interface FeatureSet {
  /** Least sound, s, that has features. */
  leastSeconds: number
  /** Rows [T, D], one every `frameStep` samples from the first sample on; absent where a set has none. */
  frames?: FrameExtractor
  /** Statistics of a whole recording, D numbers. */
  functionals: FeatureExtractor
}

/**
 * Name of a set:
 *
 * - `egemaps`: the 25 low-level descriptors or 88 functionals of eGeMAPSv02
 * - `speech`: the 53 tracks or 167 measures of {@link speechMeasures}, 0 for a measure that is not defined
 * - `speechAndLevel`: the same and the level, 54 or 168
 */
export type FeatureSetName = 'egemaps' | 'speech' | 'speechAndLevel'

/** Tracks and measures of speech. */
function speechSet(level: boolean): FeatureSet {
  const named = (names: readonly string[]): readonly string[] => (level ? [...names, 'level'] : names)
  const measuresOf = (x: FloatArray, sampleRate: number): FloatNdArray => {
    const { data, shape } = speechMeasures(x, { sampleRate, level })
    return floatView(
      data.map((value) => (Number.isNaN(value) ? 0 : value)),
      shape,
    )
  }
  return {
    leastSeconds: 0.025,
    frames: {
      names: named(speechTrackNames),
      extract: (x, sampleRate) => speechTracks(x, { sampleRate, level }),
      frameSeconds: 0.025,
      stepSeconds: 0.01,
    },
    functionals: { names: named(speechMeasureNames), extract: measuresOf },
  }
}

/** The sets. A change of what one computes increases `FRONT_END_REVISION`. */
const sets: Record<FeatureSetName, FeatureSet> = {
  egemaps: {
    leastSeconds: 0.06,
    frames: {
      names: egemapsFrameNames,
      extract: (x, sampleRate) => egemapsFrames(x, { sampleRate }),
      frameSeconds: 0.02,
    },
    functionals: { names: egemapsNames, extract: (x, sampleRate) => egemaps(x, { sampleRate }) },
  },
  speech: /* @__PURE__ */ speechSet(false),
  speechAndLevel: /* @__PURE__ */ speechSet(true),
}

/** All sets. */
export const featureSetNames: readonly FeatureSetName[] = /* @__PURE__ */ Object.keys(sets) as FeatureSetName[]

/** One set or several, whose columns stand side by side. */
export type FeatureSets = FeatureSetName | readonly FeatureSetName[]

/** Features of sets: rows every 10 ms, or one row of functionals. */
export interface SetFeatures {
  set: FeatureSets
  functionals: boolean
}

/** Checks the option `set`; a list of one is that one. */
export function checkSets(where: string, value: unknown): FeatureSets {
  if (!Array.isArray(value)) return checkOneOf(where, 'set', value, featureSetNames)
  const names = checkArray(where, 'set', value, 1).map((name, i) =>
    checkOneOf(where, `set[${i}]`, name, featureSetNames),
  )
  const twice = names.find((name, i) => names.indexOf(name) < i)
  if (twice !== undefined) throw new RangeError(`${where}: "set" names "${twice}" twice`)
  return names.length === 1 ? names[0] : names
}

function setsOf({ set }: SetFeatures): FeatureSet[] {
  return (typeof set === 'string' ? [set] : set).map((name) => sets[name])
}

function extractorsOf(features: SetFeatures): FeatureExtractor[] {
  return setsOf(features).flatMap(({ frames, functionals }) => {
    if (features.functionals) return [functionals]
    return frames === undefined ? [] : [frames]
  })
}

/** Throws where a set has no frames and they are asked for. */
export function checkFramed(where: string, features: SetFeatures): void {
  if (extractorsOf(features).length === setsOf(features).length) return
  throw new RangeError(`${where}: "set" ${String(features.set)} has no rows over time; give "functionals" true`)
}

/** Names of the columns. */
export function setColumns(features: SetFeatures): string[] {
  return extractorsOf(features).flatMap(({ names }) => names)
}

/** Seconds from row to row of a set, if not those of `frameStep`, and seconds that a row describes. */
export function frameTimesOf(set: FeatureSetName): Pick<FrameExtractor, 'frameSeconds' | 'stepSeconds'> {
  return sets[set].frames ?? { frameSeconds: 0 }
}

/** Least sound, s, that has features. */
export function leastSecondsOf(features: SetFeatures): number {
  return Math.max(...setsOf(features).map(({ leastSeconds }) => leastSeconds))
}

/** Matrices, given as data and columns, side by side; longer ones lose their last rows. */
function sideBySide(parts: readonly { data: ArrayLike<number>; cols: number }[], dtype: Dtype): FloatNdArray {
  const rows = Math.min(...parts.map(({ data, cols }) => data.length / cols))
  const width = parts.reduce((sum, { cols }) => sum + cols, 0)
  const out = allocate(rows * width, dtype)
  let first = 0
  for (const { data, cols } of parts) {
    for (let t = 0; t < rows; t++) {
      for (let j = 0; j < cols; j++) out[t * width + first + j] = data[t * cols + j]
    }
    first += cols
  }
  return floatView(out, [rows, width])
}

/** The features [rows, D] of one channel; without a row where the sound is too short. */
export function setFeatures(
  samples: FloatArray,
  sampleRate: number,
  features: SetFeatures,
  dtype: Dtype = 'float32',
): FloatNdArray {
  if (samples.length < Math.round(leastSecondsOf(features) * sampleRate)) {
    return floatView(allocate(0, dtype), [0, setColumns(features).length])
  }
  const parts = extractorsOf(features).map(({ names, extract }) => ({
    data: extract(samples, sampleRate).data,
    cols: names.length,
  }))
  return sideBySide(parts, dtype)
}
