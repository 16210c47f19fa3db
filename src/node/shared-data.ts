import { floatView } from '../core/array.ts'
import type { FloatNdArray } from '../core/types.ts'
import type { FoldData } from '../experiments/jobs.ts'
import { type Place, storedArrays, storedPlaces } from './feature-store.ts'

/** Features in memory that threads share. */
interface SharedMemory {
  memory: SharedArrayBuffer
  /** Shape [frames, D] of each sequence, in their order. */
  shapes: number[][]
}

/** Features in a file that the process has open. */
interface SharedFile {
  descriptor: number
  places: Place[]
}

/** {@link FoldData} with all features in shared memory, or in an open file, so that sending them to a thread copies none. */
export interface SharedFoldData extends Omit<FoldData, 'sequences'> {
  features: SharedMemory | SharedFile
}

/** Whether threads can read a file that another has open. */
const sharesFiles = !('Deno' in globalThis)

function copied(sequences: readonly FloatNdArray[]): SharedMemory {
  const total = sequences.reduce((sum, { shape }) => sum + shape[0] * shape[1], 0)
  const memory = new SharedArrayBuffer(total * Float32Array.BYTES_PER_ELEMENT)
  const all = new Float32Array(memory)
  let offset = 0
  for (const { data } of sequences) {
    all.set(data, offset)
    offset += data.length
  }
  return { memory, shapes: sequences.map(({ shape }) => [...shape]) }
}

/** The data in a form that threads share; features in memory are copied. */
export function shareData({ sequences, ...rest }: FoldData): SharedFoldData {
  return { ...rest, features: (sharesFiles && storedPlaces(sequences)) || copied(sequences) }
}

/** The data for jobs, as views of what is shared. */
export function viewShared({ features, ...rest }: SharedFoldData): FoldData {
  if ('places' in features) return { ...rest, sequences: storedArrays(features.descriptor, features.places) }
  const all = new Float32Array(features.memory)
  let offset = 0
  const sequences = features.shapes.map(([rows, cols]) => {
    const start = offset
    offset += rows * cols
    return floatView(all.subarray(start, offset), [rows, cols])
  })
  return { ...rest, sequences }
}
