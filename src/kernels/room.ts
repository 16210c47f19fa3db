/** Rooms: where arrays of a training lie that a kernel set finds without copies. */
import type { FloatArray } from '../core/types.ts'
import type { Kernels, Room, RoomKernels, Storage } from './types.ts'

/** The arrays of a storage, one by one. */
export function takeArrays<Name extends string>(
  storage: Pick<Storage, 'take'>,
  lengths: Readonly<Record<Name, number>>,
): Record<Name, FloatArray> {
  const names = Object.keys(lengths) as Name[]
  return Object.fromEntries(names.map((name) => [name, storage.take(name, lengths[name])])) as Record<Name, FloatArray>
}

/** {@link Room.gather} in ordinary memory. */
export const gatherRows: Room['gather'] = (out, data, starts, members, length) => {
  for (let r = 0; r < members.length; r++) {
    const from = starts[members[r]]
    out.set(data.subarray(from, from + length), r * length)
  }
}

/** Rooms in ordinary memory. */
export function createRooms(kernels: RoomKernels): Kernels['room'] {
  const { contrastiveDivergence, momentumStep, norm, uniforms } = kernels
  const shared = { contrastiveDivergence, momentumStep, norm, uniforms, gather: gatherRows, close: () => undefined }
  return (plain) => ({ ...shared, arrays: (lengths) => takeArrays(plain, lengths) })
}
