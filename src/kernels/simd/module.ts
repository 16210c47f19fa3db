/**
 * The WebAssembly side of the records `simd` and `relaxed`: a module of a few kilobytes that came with the bundle, compiled
 * synchronously, and one memory that operands are copied to for the time of a call.
 */
import type { KernelExports } from './bytes.ts'
/** The two builds: `relaxed` fuses multiplication and addition, so that its last bits depend on the machine. */
export type Flavour = 'simd' | 'relaxed'

/** Addresses below are the module's own. */
export const START = 1024
export const PAGE = 65536

/** The memory of a module, handed out anew in every call; it is as large as the largest call needed. */
export class Memory {
  /** All of it; replaced when the memory grows. */
  floats: Float32Array
  private readonly memory: WebAssembly.Memory
  private end = START

  constructor(memory: WebAssembly.Memory) {
    this.memory = memory
    this.floats = new Float32Array(memory.buffer)
  }

  /** Where the next room begins. */
  mark(): number {
    return this.end
  }

  /** Forgets what was taken since `mark`; everything without one. */
  clear(mark: number = START): void {
    this.end = mark
  }

  /** The address of room for `length` elements, whatever they hold. */
  take(length: number): number {
    const address = this.end
    this.end += (length * 4 + 15) & ~15
    const missing = this.end + 64 - this.memory.buffer.byteLength // a load of four lanes may reach beyond the last element
    if (missing > 0) {
      this.memory.grow(Math.ceil(missing / PAGE))
      this.floats = new Float32Array(this.memory.buffer)
    }
    return address
  }
}

/** A module at work. */
export interface Accelerator {
  module: WebAssembly.Module
  /** Takes addresses and strides in bytes, other numbers in elements. */
  wasm: KernelExports
  memory: Memory
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** The bytes that a base64 text stands for; not every host has a function for it. Runs at import: a table, not a search. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const values = new Uint8Array(128)
  for (let value = 0; value < digits.length; value++) values[digits.charCodeAt(value)] = value
  const out = new Uint8Array(Math.floor((text.replace(/=+$/, '').length * 3) / 4))
  for (let to = 0, from = 0, word = 0, bits = 0; to < out.length; from++) {
    word = ((word & 0xfff) << 6) | values[text.charCodeAt(from)]
    bits += 6
    if (bits < 8) continue
    bits -= 8
    out[to++] = word >> bits
  }
  return out
}

/** Compiles a module that came as base64; null where there is no WebAssembly, not this part of it, or no permission to use it. */
export function compileModule(base64: string): WebAssembly.Module | null {
  try {
    return new WebAssembly.Module(decodeBase64(base64))
  } catch {
    return null
  }
}

/** Puts a module to work, with a memory of its own; null where there is none, or no room for a memory. */
export function instantiate<T>(module: WebAssembly.Module | null): { wasm: T; memory: WebAssembly.Memory } | null {
  if (module === null) return null
  try {
    const memory = new WebAssembly.Memory({ initial: 1 })
    const instance = new WebAssembly.Instance(module, { env: { memory } })
    return { wasm: instance.exports as T, memory }
  } catch {
    return null
  }
}

/** Puts a build of the kernels to work; null where there is no room for its memory. */
export function createAccelerator(module: WebAssembly.Module): Accelerator | null {
  const started = instantiate<KernelExports>(module)
  return started && { module, wasm: started.wasm, memory: new Memory(started.memory) }
}
