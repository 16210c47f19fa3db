/** Column layout of the front end, for steps on log mel energies: cepstra, masks, vocal tract warping. */
import type { Bands } from '../augmentation/frequency-warp.ts'
import { allocate, checkFinite, floatView, toMatrix } from '../core/array.ts'
import { expectation } from '../core/errors.ts'
import type { FloatNdArray } from '../core/types.ts'
import { dctMatrix } from '../features/dct.ts'
import type { ClassifierStep } from './classifier-steps.ts'
import { setColumns } from './feature-sets.ts'
import type { ResolvedFrontEnd, SpectralFrontEnd } from './front-end.ts'

/** The front end if it has log mel energies, which `name` needs. */
function logMelOf(where: string, name: string, frontEnd: ResolvedFrontEnd): SpectralFrontEnd {
  if (frontEnd.spectral === 'logMel') return frontEnd
  const set = frontEnd.set === undefined ? '' : `, got "set" ${String(frontEnd.set)}`
  const got = frontEnd.given === undefined ? set : ', got "given" features'
  throw new RangeError(`${where}: "${name}" needs the front end's "spectral" logMel${got}`)
}

/**
 * The log mel columns of a front end, one entry for the static ones and one for each order of deltas. The log energy
 * follows each of them; pitch and voicing with their deltas come last.
 *
 * @throws RangeError where the front end has no log mel energies
 */
export function melBands(where: string, name: string, frontEnd: ResolvedFrontEnd): Bands[] {
  const { filters, deltas } = logMelOf(where, name, frontEnd)
  return Array.from({ length: 1 + deltas }, (_, order) => ({ start: order * (filters + 1), filters }))
}

/** Throws unless `count` cepstral coefficients can be computed from the front end's features; 0 means none. */
export function checkCepstra(where: string, count: number, frontEnd: ResolvedFrontEnd): void {
  if (count === 0) return
  const { filters } = logMelOf(where, 'cepstra', frontEnd)
  if (count > filters) {
    throw new RangeError(`${where}: "cepstra" expected at most ${filters} (filters), got ${count}`)
  }
}

/** Number of columns of a front end's features. */
export function columnsOf(frontEnd: ResolvedFrontEnd): number {
  if (frontEnd.given !== undefined) return frontEnd.given.columns
  if (frontEnd.set !== undefined) return setColumns(frontEnd).length
  const { spectral, filters, coefficients, deltas, pitch } = frontEnd
  return (1 + deltas) * ((spectral === 'logMel' ? filters + 1 : coefficients) + (pitch ? 2 : 0))
}

/** Throws unless the features have as many columns as the front end gives. */
export function checkColumns(
  where: string,
  features: FloatNdArray,
  frontEnd: ResolvedFrontEnd,
  name: string = 'features',
): void {
  if (features.shape[1] === columnsOf(frontEnd)) return
  throw new RangeError(expectation(where, name, `${columnsOf(frontEnd)} columns`, features))
}

/**
 * Throws unless given features have the columns of the front end, one row of a vector, at least one of a sequence, and finite numbers;
 * features of other front ends have their columns.
 */
export function checkGiven(where: string, name: string, features: FloatNdArray, frontEnd: ResolvedFrontEnd): void {
  checkGivenShape(where, name, features, frontEnd)
  if (frontEnd.given !== undefined) checkFinite(where, name, features.data)
}

/** {@link checkGiven} without a look at the numbers. */
export function checkGivenShape(where: string, name: string, features: FloatNdArray, frontEnd: ResolvedFrontEnd): void {
  checkColumns(where, features, frontEnd, name)
  const { given } = frontEnd
  if (given === undefined) return
  const [rows] = features.shape
  if (rows === 0) throw new RangeError(expectation(where, name, 'at least one row', features))
  if (given.form === 'sequence' || rows === 1) return
  throw new RangeError(`${expectation(where, name, 'one row', features)}; ${remedy}`)
}

const remedy =
  'the system takes one vector of a recording: give statistics over time, or "form" sequence to a system that takes one, such as lstm'

/**
 * Log mel features with each row of log mel energies replaced by its cepstral coefficients 1..count - 1 (orthonormal
 * DCT-II); the log energy beside them stands for c0, as in the study's MFCC. A DCT of deltas is the delta of a DCT.
 */
export function toCepstra(where: string, x: FloatNdArray, count: number, frontEnd: ResolvedFrontEnd): FloatNdArray {
  checkColumns(where, x, frontEnd)
  const bands = melBands(where, 'cepstra', frontEnd)
  const { filters } = bands[0]
  const { data, rows, cols } = toMatrix(where, 'features', x, 'float32')
  const dct = dctMatrix(count, filters).data
  const dropped = filters - (count - 1)
  const width = cols - bands.length * dropped
  const out = allocate(rows * width, 'float32')
  for (let t = 0; t < rows; t++) {
    let to = t * width
    for (const { start } of bands) {
      const from = t * cols + start
      for (let k = 1; k < count; k++, to++) {
        let sum = 0
        for (let n = 0; n < filters; n++) sum += dct[k * filters + n] * data[from + n]
        out[to] = sum
      }
      out[to++] = data[from + filters]
    }
    const rest = t * cols + bands.length * (filters + 1)
    out.set(data.subarray(rest, (t + 1) * cols), to)
  }
  return floatView(out, [rows, width])
}

/** {@link toCepstra} as the linear map that it is. */
export function cepstraStep(where: string, count: number, frontEnd: ResolvedFrontEnd): ClassifierStep {
  const columns = columnsOf(frontEnd)
  const identity = new Float32Array(columns * columns)
  for (let j = 0; j < columns; j++) identity[j * columns + j] = 1
  return { kind: 'columns', matrix: toCepstra(where, floatView(identity, [columns, columns]), count, frontEnd) }
}
