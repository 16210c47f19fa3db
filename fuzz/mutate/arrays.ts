/** Mutants of safetensors, `.npy` and `.npz` files, whose headers are text. */
import { unzipSync, zipSync } from 'fflate'
import type { Random } from '../../src/numerics/random.ts'
import { mutateBytes, pick } from './bytes.ts'
import { mutateJson, mutateJsonFile } from './json.ts'
import { zipLayout } from './layout.ts'

/** The value in a text of JSON, or the text. */
function parsed(text: unknown): unknown {
  if (typeof text !== 'string' || !/^[[{]/.test(text)) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

interface Header {
  [name: string]: unknown
  __metadata__?: Record<string, unknown>
}

/** The header with a change in one of its texts that are JSON themselves, as the state of a model is. */
function changedTexts(random: Random, header: Header): Header {
  const metadata = header.__metadata__ ?? {}
  const names = Object.keys(metadata).filter((name) => typeof parsed(metadata[name]) === 'object')
  if (names.length === 0) return mutateJson(random, header) as Header
  const name = pick(random, names)
  const text = JSON.stringify(mutateJson(random, parsed(metadata[name]))) ?? ''
  return { ...header, __metadata__: { ...metadata, [name]: text } }
}

/** A mutant of a safetensors file. */
export function mutateSafetensors(random: Random, file: Uint8Array): Uint8Array {
  if (random.uniform() < 0.3) return mutateBytes(random, file)
  const length = Number(new DataView(file.buffer, file.byteOffset, file.byteLength).getBigUint64(0, true))
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length))) as Header
  const changed = random.uniform() < 0.7 ? changedTexts(random, header) : mutateJson(random, header)
  const text = new TextEncoder().encode(JSON.stringify(changed) ?? '')
  const out = new Uint8Array(8 + text.length + file.length - 8 - length)
  new DataView(out.buffer).setBigUint64(0, BigInt(text.length), true)
  out.set(text, 8)
  out.set(file.subarray(8 + length), 8 + text.length)
  return out
}

const descriptions = ['<f4', '<f8', '>f8', '|u1', '<i8', '|O', '<U10', '<c16', '|V3', 'f', '', "<f4', 'x", '<f99']
const shapes = [
  '()',
  '(0,)',
  '(1000000000,)',
  '(4294967296, 4294967296)',
  '(-1,)',
  '(2, 3',
  '(1.5,)',
  '(99999999999999999999,)',
  '3',
]

/** A mutant of a `.npy` file. */
export function mutateNpy(random: Random, file: Uint8Array): Uint8Array {
  if (random.uniform() < 0.4 || file.length < 12) return mutateBytes(random, file)
  const length = file[8] + 256 * file[9]
  let text = String.fromCharCode(...file.subarray(10, 10 + length))
  const change = random.integer(4)
  if (change === 0) text = text.replace(/'descr': *'[^']*'/, () => `'descr': '${pick(random, descriptions)}'`)
  else if (change === 1) text = text.replace(/\([^)]*\)/, () => pick(random, shapes))
  else if (change === 2) text = text.replace(/\d+/g, () => String(pick(random, [0, 1, 2, 7, 65536, 2 ** 31, 2 ** 53])))
  else text = new TextDecoder('latin1').decode(mutateBytes(random, new TextEncoder().encode(text)))
  const header = Uint8Array.from(text, (character) => character.charCodeAt(0)).subarray(0, 65535)
  const out = new Uint8Array(10 + header.length + Math.max(0, file.length - 10 - length))
  out.set(file.subarray(0, 8))
  out.set([header.length & 255, header.length >> 8], 8)
  out.set(header, 10)
  out.set(file.subarray(10 + length), 10 + header.length)
  return out
}

/** A mutant of a `.npz` file: of the archive, or of a whole archive around a mutant. */
export function mutateNpz(random: Random, file: Uint8Array, members: readonly Uint8Array[]): Uint8Array {
  if (random.uniform() < 0.7) return mutateBytes(random, file, zipLayout)
  const name = pick(random, ['x.npy', 'x', '../x.npy', '__proto__.npy', 'a/x.npy', 'é.npy'])
  return zipSync(
    { [name]: mutateNpy(random, pick(random, members)) },
    { level: pick(random, [0, 6] as const), mtime: new Date(1990, 0, 2) },
  )
}

/** A mutant of a `.keras` archive: of a member within a whole archive, or of the archive; other files are changed as bytes. */
export function mutateKeras(random: Random, file: Uint8Array): Uint8Array {
  if (file[0] !== 0x50 || random.uniform() < 0.2) return mutateBytes(random, file)
  const members: Record<string, Uint8Array> = unzipSync(file)
  const name = pick(random, Object.keys(members))
  members[name] = name.endsWith('.json') ? mutateJsonFile(random, members[name]) : mutateBytes(random, members[name])
  return zipSync(members, { level: 0, mtime: new Date(1990, 0, 2) })
}
