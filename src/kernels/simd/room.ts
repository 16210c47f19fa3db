/** Rooms in WebAssembly: arrays of a training in the memory of a module of their own, where kernels compute in place. */
import type { FloatArray } from '../../core/types.ts'
import { createRooms, gatherRows, takeArrays } from '../room.ts'
import type { Kernels, Room, RoomKernels, Storage } from '../types.ts'
import { createSimdContrastiveDivergence } from './boltzmann.ts'
import { type Accelerator, createAccelerator, type Memory } from './module.ts'
import { addressIn } from './transfer.ts'

/** Up to this many numbers of data are copied to the room. */
const KEPT = 1 << 22
/** A memory up to this many bytes serves the next room: a new one costs page faults, and the garbage collector its time. */
const SPARE = 1 << 25

interface Place {
  at: number
  capacity: number
  view: FloatArray
}

/** Named arrays in the memory of a module; when it has grown, they are where they were, but their views are not. */
class Places {
  private readonly known = new Map<string, Place>()
  private readonly memory: Memory

  constructor(memory: Memory) {
    this.memory = memory
  }

  private placeOf(name: string, length: number): Place {
    const known = this.known.get(name)
    if (known !== undefined && known.capacity >= length) return known
    this.memory.clear()
    const place = { at: this.memory.take(length), capacity: length, view: this.memory.floats }
    this.memory.keep()
    this.known.set(name, place)
    return place
  }

  reserve(lengths: Readonly<Record<string, number>>): void {
    for (const name of Object.keys(lengths)) this.placeOf(name, lengths[name])
  }

  take(name: string, length: number): FloatArray {
    const place = this.placeOf(name, length)
    const { floats } = this.memory
    if (place.view.length !== length || place.view.buffer !== floats.buffer) {
      place.view = floats.subarray(place.at / 4, place.at / 4 + length)
    }
    return place.view
  }
}

/** Makes the `gather` of a room, which copies data that it meets again. */
function createGather({ wasm, memory }: Accelerator, places: Places): Room['gather'] {
  let met: WeakRef<FloatArray> | null = null
  let isCopied = false
  return function gather(out, data, starts, members, length): void {
    const to = addressIn(memory, out)
    const isNew = met?.deref() !== data
    if (isNew) {
      met = new WeakRef(data)
      isCopied = false
    }
    if (isNew || data.length > KEPT || to === 0) {
      gatherRows(out, data, starts, members, length)
      return
    }
    places.reserve({ data: data.length, starts: members.length })
    const copy = places.take('data', data.length)
    if (!isCopied) copy.set(data)
    isCopied = true
    const at = addressIn(memory, places.take('starts', members.length))
    const from = new Int32Array(memory.floats.buffer, at, members.length)
    for (let r = 0; r < members.length; r++) from[r] = starts[members[r]]
    wasm.gatherRows(to, addressIn(memory, copy), at, members.length, length)
  }
}

function roomIn(accelerator: Accelerator, fallback: RoomKernels, close: () => void): Room {
  const { wasm, memory } = accelerator
  const places = new Places(memory)
  return {
    arrays(lengths) {
      places.reserve(lengths)
      return takeArrays(places, lengths)
    },
    gather: createGather(accelerator, places),
    contrastiveDivergence: createSimdContrastiveDivergence(accelerator, fallback.contrastiveDivergence),
    momentumStep(w, velocity, gradient, offset, n, rate, momentum, decay) {
      const own = addressIn(memory, w, offset)
      const speed = addressIn(memory, velocity, offset)
      const slope = addressIn(memory, gradient, offset)
      if (own > 0 && speed > 0 && slope > 0) return wasm.momentumStep(own, speed, slope, n, rate, momentum, decay)
      return fallback.momentumStep(w, velocity, gradient, offset, n, rate, momentum, decay)
    },
    norm(x) {
      const at = addressIn(memory, x)
      return at > 0 ? Math.sqrt(wasm.squaredNorm(at, x.length)) : fallback.norm(x)
    },
    uniforms(out, seed) {
      const at = addressIn(memory, out)
      if (at > 0) wasm.uniforms(at, out.length, ...seed)
      else fallback.uniforms(out, seed)
    },
    close,
  }
}

/** Makes rooms for float32; those of float64, or where there is no memory for one more, have the kernels of `fallback`. */
export function createSimdRooms({ module }: Accelerator, fallback: RoomKernels): Kernels['room'] {
  const ordinary = createRooms(fallback)
  let spare: Accelerator | null = null

  return function room(plain: Storage): Room {
    if (plain.dtype !== 'float32') return ordinary(plain)
    const accelerator = spare ?? createAccelerator(module)
    spare = null
    if (accelerator === null) return ordinary(plain)
    accelerator.memory.reset()
    return roomIn(accelerator, fallback, () => {
      if (accelerator.memory.floats.byteLength <= SPARE) spare = accelerator
    })
  }
}
