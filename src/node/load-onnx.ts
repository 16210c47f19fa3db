import { realpath } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, sep } from 'node:path'
import { checkOptions } from '../core/check.ts'
import { describe, FormatError, messageOf } from '../core/errors.ts'
import { isErrorNamed } from '../core/realm.ts'
import type { MLP } from '../networks/mlp.ts'
import type { Sequential } from '../networks/sequential.ts'
import { type FromOnnxOptions, fromOnnx } from '../onnx/from-onnx.ts'
import { decodeModel } from '../onnx/reading/decode.ts'
import { locationsOf } from '../onnx/reading/tensors.ts'
import { checkPath, readNamed, readWhole } from './files.ts'

/** Options of {@link loadOnnx}. */
export type LoadOnnxOptions = Omit<FromOnnxOptions, 'externalData'>

function fail(location: string, cause: unknown): never {
  const place = `its weights are in a second file, ${describe(location)}`
  throw new FormatError(`${messageOf(cause)}: ${place}, which belongs beside the model: copy it there too`, { cause })
}

/** A file beside the model; FormatError for a place that is not in the model's folder, by its name or through a link. */
async function beside(folder: string, location: string): Promise<Uint8Array> {
  const parts = location.split(/[\\/]/)
  const isPlain = location !== '' && !isAbsolute(location) && !/^[a-z]:/i.test(location) && !parts.includes('..')
  const path = isPlain ? await realpath(join(folder, location)).catch((cause) => fail(location, cause)) : ''
  const place = isPlain ? relative(await realpath(folder), path) : '..'
  if (place === '..' || place.startsWith(`..${sep}`) || isAbsolute(place)) {
    throw new FormatError(
      `its weights are at ${describe(location)}, which is not in the folder of the model: export it anew with both files in one folder, or ` +
        'give their bytes to fromOnnx as "externalData"',
    )
  }
  return await readWhole(path)
}

/**
 * The network of an ONNX file, as {@link fromOnnx} reads it, with the weights that the file has in others beside it. What the file says of
 * their place never leads out of its folder, through links neither.
 *
 * @param path - the model's file, such as `model.onnx`
 * @throws FormatError where a file cannot be read, or is none that `fromOnnx` reads
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises'
 *
 * const net = new Sequential([new GRU({ inputs: 39, units: 16 }), new MeanPool(), new Dense({ units: 4 })])
 * await writeFile('net.onnx', toOnnx(net))
 * const again = await loadOnnx('net.onnx')
 * console.log(again.layers.length) // 3
 * ```
 */
export async function loadOnnx(path: string, options: LoadOnnxOptions = {}): Promise<Sequential | MLP> {
  const where = 'loadOnnx'
  checkPath(where, 'path', path)
  checkOptions(where, options, ['output', 'dtype'])
  try {
    const bytes = await readNamed(path)
    const files: [string, Uint8Array][] = []
    for (const location of locationsOf(decodeModel(bytes)))
      files.push([location, await beside(dirname(path), location)])
    const externalData = Object.fromEntries(files)
    return fromOnnx(bytes, { ...options, externalData })
  } catch (cause) {
    if (isErrorNamed(cause, 'RangeError')) throw cause
    throw new FormatError(`${where}: ${describe(path)}: ${messageOf(cause)}`, { cause })
  }
}
