/** The weights of Keras' layers, in the two forms of its files. */
import { describe } from '../../core/errors.ts'
import { isFloat64 } from '../../core/realm.ts'
import type { Hdf5Array, Hdf5Object } from '../../io/hdf5/read.ts'
import { fail, type KerasLayer } from './config.ts'

/** Numbers of a weight, row-major. */
export interface Tensor {
  shape: readonly number[]
  data: Float64Array
}

/** The weights of one layer, taken in the order of its variables. */
export interface LayerWeights {
  /** So many variables of a part of the layer, such as `cell`; of the layer itself for an empty name. */
  take(part: string, count: number): Tensor[]
}

/** The weights of a file. */
export interface WeightFile {
  of(layer: KerasLayer): LayerWeights
  /** Whether any were of 64 bits. */
  readonly wide: boolean
}

function tensorOf(text: string, { shape, data }: Hdf5Array): Tensor {
  const numbers = Float64Array.from(data)
  const odd = numbers.findIndex((value) => !Number.isFinite(value))
  if (odd >= 0) fail(`${text} has a weight that is ${numbers[odd]}`)
  return { shape, data: numbers }
}

/** Throws unless the tensor has this shape. */
export function checkShape(text: string, name: string, { shape }: Tensor, wanted: readonly number[]): void {
  if (String(shape) === String(wanted)) return
  fail(`${text} has a ${name} of shape [${shape.join(', ')}], where [${wanted.join(', ')}] is expected`)
}

/** Weights by paths: `layers/lstm/cell/vars/0`, as in `.keras` and `.weights.h5`. */
export class PathWeights implements WeightFile {
  wide = false
  private readonly root: Hdf5Object

  constructor(root: Hdf5Object) {
    this.root = root
  }

  of({ path, text }: KerasLayer): LayerWeights {
    return {
      take: (part, count) => {
        const place = `${path}/${part === '' ? '' : `${part}/`}vars`
        const vars = this.root.at(place)
        if (vars === undefined) fail(`${text} has no weights: the file lacks "${place}"`)
        const names = vars.names
        if (names.length !== count)
          fail(`${text} has ${names.length} weights in "${place}", where ${count} are expected`)
        return Array.from({ length: count }, (_, k) => {
          const found = vars.at(String(k)) ?? fail(`${text} lacks the weight "${place}/${k}"`)
          const array = found.array()
          this.wide ||= isFloat64(array.data) && k === 0
          return tensorOf(text, array)
        })
      },
    }
  }
}

/** The texts of an attribute that Keras splits where it is long: `weight_names`, or `weight_names0`, `weight_names1`. */
function longAttribute(object: Hdf5Object, name: string): string[] | undefined {
  const whole = object.attribute(name)
  if (whole !== undefined) return whole
  const parts: string[] = []
  for (let k = 0; ; k++) {
    const part = object.attribute(`${name}${k}`)
    if (part === undefined) return k === 0 ? undefined : parts
    parts.push(...part)
  }
}

/** Weights by names of layers, in the order of `weight_names`, as in `.h5` of Keras 2 and its successors. */
export class NamedWeights implements WeightFile {
  wide = false
  private readonly root: Hdf5Object

  constructor(root: Hdf5Object) {
    this.root = root
  }

  of({ name, path, text }: KerasLayer): LayerWeights {
    if (path.lastIndexOf('layers/') > 0)
      fail(`${text} is in a model within the model: save it as .keras, which is read`)
    const group = this.root.at(name)
    const names = group && longAttribute(group, 'weight_names')
    let next = 0
    return {
      take: (_, count) => {
        if (group === undefined || names === undefined) fail(`${text} has no weights in the file`)
        if (next + count > names.length) {
          fail(`${text} has ${names.length} weights, where ${next + count} are expected`)
        }
        next += count
        return names.slice(next - count, next).map((weight, k) => {
          const found = group.at(weight) ?? fail(`${text} lacks the weight ${describe(weight)}`)
          const array = found.array()
          this.wide ||= isFloat64(array.data) && k === 0
          return tensorOf(text, array)
        })
      },
    }
  }
}
