/** The header of a safetensors file, with checks of lengths, names, element types, shapes and offsets. */

import { describe, FormatError } from '../core/errors.ts'
import { isLfsPointer, lfsRemedy } from '../core/lfs.ts'
import { decodeUtf8 } from '../core/utf8.ts'
import { elementTypes, type TensorDtype } from './tensor-types.ts'

/** Bytes of the header's length. */
export const LENGTH_BYTES = 8

/** Longest header, as in the format's own implementation. */
export const MAX_HEADER_BYTES = 100_000_000

/** Name of the header's entry for metadata. */
export const METADATA = '__metadata__'

/** Type, shape and position of a tensor. */
export interface TensorEntry {
  name: string
  dtype: TensorDtype
  shape: number[]
  /** First byte in the file, and the first byte after the tensor. */
  start: number
  end: number
}

/** The contents of a header. */
export interface Header {
  /** In the order of the file. */
  entries: TensorEntry[]
  metadata: Record<string, string>
}

function fail(reason: string): never {
  throw new FormatError(`decodeSafetensors: ${reason}`)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isNatural(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function headerLength(bytes: Uint8Array): number {
  if (isLfsPointer(bytes)) fail(lfsRemedy('model'))
  if (bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4) {
    fail(
      'not a safetensors file but a ZIP archive, such as torch.save writes; save_file of the package safetensors writes one',
    )
  }
  if (bytes.length < LENGTH_BYTES) fail(`not a safetensors file: only ${bytes.length} bytes`)
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true)
  if (length > BigInt(MAX_HEADER_BYTES)) fail(`not a safetensors file, or its header of ${length} bytes is too long`)
  if (LENGTH_BYTES + Number(length) > bytes.length) {
    fail(`the file is cut off: a header of ${length} bytes, ${bytes.length - LENGTH_BYTES} are there`)
  }
  return Number(length)
}

/** The value of a JSON text; undefined for invalid JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function parseText(bytes: Uint8Array): Record<string, unknown> {
  const text = decodeUtf8(bytes)
  const header = text?.startsWith('{') ? parsed(text) : undefined
  return isObject(header) ? header : fail('the header is not a JSON object in UTF-8')
}

function metadataOf(value: unknown): Record<string, string> {
  // Some writers store null instead of omitting metadata.
  if (value === undefined || value === null) return {}
  if (!isObject(value) || Object.values(value).some((text) => typeof text !== 'string')) {
    fail(`"${METADATA}" expected texts by name, got ${describe(value)}`)
  }
  return value as Record<string, string>
}

/** An entry's shape, type and offsets; `dataStart` is the first byte after the header. */
function entryOf(name: string, value: unknown, dataStart: number, fileBytes: number): TensorEntry {
  if (!isObject(value)) fail(`"${name}" expected an object, got ${describe(value)}`)
  const { dtype, shape, data_offsets: offsets } = value
  if (dtype === 'C64') {
    fail(
      `"${name}" is of type "C64": no typed array fits complex numbers; save real and imaginary parts as two tensors`,
    )
  }
  if (typeof dtype !== 'string' || !Object.hasOwn(elementTypes, dtype)) {
    fail(`"${name}" is of type ${describe(dtype)} (known: ${Object.keys(elementTypes).join(', ')})`)
  }
  if (!Array.isArray(shape) || !shape.every(isNatural)) fail(`"${name}" has no shape of integers >= 0`)
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isNatural) || offsets[0] > offsets[1]) {
    fail(`"${name}" has no "data_offsets" of two integers, the second no less than the first`)
  }
  const size = shape.reduce((product: number, n: number) => product * n, elementTypes[dtype as TensorDtype].bytes)
  const [start, end] = offsets.map((offset: number) => dataStart + offset)
  if (end - start !== size) {
    fail(`"${name}" of type ${dtype} and shape [${shape.join(', ')}] takes ${size} bytes, its offsets ${end - start}`)
  }
  if (end > fileBytes) fail(`the file is cut off: "${name}" ends at byte ${end} of ${fileBytes}`)
  return { name, dtype: dtype as TensorDtype, shape: [...shape], start, end }
}

/** Throws unless the tensors cover the data without gaps or overlaps. */
function checkCoverage(entries: readonly TensorEntry[], dataStart: number, fileBytes: number): void {
  let at = dataStart
  for (const { name, start, end } of entries) {
    if (start < at) fail(`"${name}" overlaps another tensor`)
    if (start > at) fail(`${start - at} bytes before "${name}" belong to no tensor`)
    at = end
  }
  if (at < fileBytes) fail(`${fileBytes - at} bytes at the end belong to no tensor`)
}

/** Reads and checks the header of a file. */
export function parseHeader(bytes: Uint8Array): Header {
  const length = headerLength(bytes)
  const dataStart = LENGTH_BYTES + length
  const { [METADATA]: metadata, ...tensors } = parseText(bytes.subarray(LENGTH_BYTES, dataStart))
  const entries = Object.entries(tensors)
    .map(([name, value]) => entryOf(name, value, dataStart, bytes.length))
    .sort((a, b) => a.start - b.start || a.end - b.end)
  checkCoverage(entries, dataStart, bytes.length)
  return { entries, metadata: metadataOf(metadata) }
}
