/** The tensors of a file, grouped by the modules of the library that wrote it. */
import { type TensorInput, takeNumbers } from '../io/safetensors.ts'
import type { TensorData } from '../io/tensor-types.ts'
import type { Library } from './forms.ts'
import { checkTensors } from './numbers.ts'

/** A tensor and its name in the file. */
export interface NamedTensor {
  name: string
  shape: readonly number[]
  data: TensorData
}

/** The tensors of one module. */
export interface Module {
  name: string
  /** Its place in a stack of several with that name; undefined for modules that cannot be stacked. */
  index: number | undefined
  parts: Map<string, NamedTensor>
}

/** The key of a module among those of a file. */
export function keyOf(name: string, index: number | undefined): string {
  return index === undefined ? name : `${name}#${index}`
}

/** The modules of the tensors whose names begin with `prefix`, which their own names are without. */
export function modulesOf(where: string, library: Library, tensors: unknown, prefix: string): Map<string, Module> {
  const given = checkTensors<TensorInput>(where, tensors)
  const names = new Set(Object.keys(given).filter((name) => name.startsWith(prefix)))
  const modules = new Map<string, Module>()
  for (const name of names) {
    const parsed = library.parse(name.slice(prefix.length), (other) => names.has(`${prefix}${other}`))
    if (parsed === null) continue
    const { module, index, part } = parsed
    const found = modules.get(keyOf(module, index)) ?? { name: module, index, parts: new Map() }
    const twin = found.parts.get(part)
    if (twin !== undefined)
      throw new RangeError(`${where}: "${twin.name}" and "${name}" are one tensor in ${library.title}`)
    const { shape, data } = takeNumbers(where, name, given[name])
    found.parts.set(part, { name, shape, data })
    modules.set(keyOf(module, index), found)
  }
  return modules
}

/** The names and shapes of a module's tensors as one text, the same for modules of one kind and size. */
export function signatureOf(parts: Iterable<readonly [string, readonly number[]]>): string {
  return Array.from(parts, ([name, shape]) => `${name} [${shape.join(', ')}]`)
    .sort()
    .join('; ')
}
