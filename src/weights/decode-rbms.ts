/** Files of the Python package rbms. */
import { checkInteger, checkOptions } from '../core/check.ts'
import { describe, FormatError } from '../core/errors.ts'
import { type Hdf5Object, readHdf5 } from '../io/hdf5/read.ts'
import { fileBytes, placed } from '../io/npy.ts'
import type { TensorSource } from '../io/safetensors.ts'
import type { RbmsOptions } from './machines.ts'

/** Options of {@link decodeRbms}. */
export interface DecodeRbmsOptions {
  /** Number of the update whose parameters are taken. Default: the newest. */
  update?: number
}

/** The machine of a file of rbms. */
export interface RbmsFile {
  modelType: RbmsOptions['modelType']
  /** Number of the update. */
  update: number
  /** `weight_matrix` [V, H], `vbias`, `hbias`. */
  tensors: Record<string, TensorSource>
}

function fail(reason: string): never {
  throw new FormatError(reason)
}

/** The number of an update: the newest is the greatest, since names sort `update_7` behind `update_20`. */
function updateOf(root: Hdf5Object, wanted: number | undefined): number {
  const numbers = root.names.flatMap((name) => {
    const [, digits] = /^update_(\d{1,15})$/.exec(name) ?? []
    return digits === undefined ? [] : [Number(digits)]
  })
  const newest = numbers.reduce((a, b) => Math.max(a, b), -1)
  if (newest < 0) fail('the file has no update_<number>, as files of rbms have')
  if (wanted === undefined || numbers.includes(wanted)) return wanted ?? newest
  const told = numbers.sort((a, b) => a - b).slice(-10)
  throw new RangeError(`decodeRbms: "update" expected one of the file's, such as ${told.join(', ')}, got ${wanted}`)
}

/**
 * The machine in a file of rbms 0.6 (`.h5`), for {@link fromRbms}: parameters of the newest update, or of a given one. Chains, random states
 * and rates stay behind.
 *
 * @param file - the bytes of the file
 * @throws TypeError for an argument other than bytes; RangeError for an update that the file has not; FormatError for a damaged file, and,
 *   by name, for machines with Gaussian or Potts units
 * @example
 * ```ts
 * function take(file: Uint8Array) {
 *   const { tensors, modelType } = decodeRbms(file)
 *   return fromRbms(tensors, { modelType }) // RBM
 * }
 * ```
 */
export function decodeRbms(file: Uint8Array | ArrayBuffer, options: DecodeRbmsOptions = {}): RbmsFile {
  const where = 'decodeRbms'
  const bytes = fileBytes(where, file)
  checkOptions(where, options, ['update'])
  const wanted = options.update === undefined ? undefined : checkInteger(where, 'update', options.update, { min: 0 })
  return placed(where, () => {
    const root = readHdf5(bytes)
    const [modelType] = root.at('model_type')?.texts() ?? []
    if (modelType === undefined) fail('the file has no model_type, as files of rbms have')
    if (modelType !== 'BBRBM' && modelType !== 'IIRBM') {
      fail(`the machine is a ${describe(modelType)}, which has no counterpart here; "BBRBM" and "IIRBM" have`)
    }
    const update = updateOf(root, wanted)
    const entries = ['weight_matrix', 'vbias', 'hbias'].map((name) => {
      const found = root.at(`update_${update}/params/${name}`) ?? fail(`update_${update} lacks "params/${name}"`)
      return [name, found.array()] as const
    })
    return { modelType, update, tensors: Object.fromEntries(entries) }
  })
}
