/** Front ends without a computation: the features of each recording are given, such as by another tool or network. */
import { checkInteger, checkNumber, checkObject, checkOneOf, checkOptions, checkStrings } from '../core/check.ts'
import { StateError } from '../core/errors.ts'
import { limits } from '../core/limits.ts'

/** Features that are not computed but given, as plain JSON. */
export interface GivenColumns {
  /** Number D of columns. */
  columns: number
  /** `vector`: one row [1, D] for a recording; `sequence`: rows over time [T, D]. */
  form: 'vector' | 'sequence'
  /** Names of the columns, in their order. Default: they have none. */
  names?: string[]
  /** Of a sequence: seconds from row to row, for crops and timelines. Default 0.01. */
  stepSeconds?: number
}

/** Given features, with all options. */
export interface GivenFrontEnd {
  given: GivenColumns
  /** Whether each recording has one row. */
  functionals: boolean
  sampleRate?: undefined
  set?: undefined
  spectral?: undefined
  coefficients?: undefined
  filters?: undefined
  deltas?: undefined
  pitch?: undefined
}

/** Seconds from row to row where nothing else is said: those of the library's own features. */
const STEP_SECONDS = 0.01

/** Checks {@link GivenColumns} and fills in the defaults. */
export function resolveGiven(where: string, value: unknown): GivenColumns {
  const given = checkObject<GivenColumns & { [name: string]: unknown }>(where, 'given', value)
  checkOptions(`${where} "given"`, given as GivenColumns, ['columns', 'form', 'names', 'stepSeconds'])
  const columns = checkInteger(where, 'given.columns', given.columns, { min: 1, limit: limits.units })
  const form = checkOneOf(where, 'given.form', given.form, ['vector', 'sequence'] as const)
  const names = given.names === undefined ? undefined : checkStrings(where, 'given.names', given.names)
  if (names !== undefined && names.length !== columns) {
    throw new RangeError(`${where}: "given.names" expected ${columns} names, one a column, got ${names.length}`)
  }
  const named = names === undefined ? {} : { names: [...names] }
  if (form === 'sequence') {
    const stepSeconds = checkNumber(where, 'given.stepSeconds', given.stepSeconds ?? STEP_SECONDS, { above: 0 })
    return { columns, form, ...named, stepSeconds }
  }
  if (given.stepSeconds === undefined) return { columns, form, ...named }
  throw new RangeError(`${where}: "given.stepSeconds" is for sequences: a vector has one row`)
}

/**
 * The front end, if it computes features from sound.
 *
 * @throws StateError for given features
 */
export function soundFrontEnd<F extends { given?: GivenColumns }>(
  where: string,
  frontEnd: F,
): Exclude<F, GivenFrontEnd> {
  if (frontEnd.given === undefined) return frontEnd as Exclude<F, GivenFrontEnd>
  throw new StateError(
    `${where}: expected the ${frontEnd.given.columns} features of each recording, got sound: they are given, not computed from it; ` +
      'Recognizer.predictFeatures and ser predict --features take them',
  )
}
