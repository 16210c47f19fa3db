/** The modules of a file that is written: which names they may have, and which layers are stacked in one. */
import { describe } from '../core/errors.ts'
import type { Form } from './forms.ts'

const shapeOf = (form: Form, name: string): string => `[${form.find((part) => part.name === name)?.shape.join(', ')}]`

/** Why a layer cannot be stacked on the one below in one module; undefined where it can. */
function unstacked(form: Form, below: Form): string | undefined {
  const isRecurrent = [form, below].every((parts) => parts.some(({ name }) => name === 'weight_ih'))
  if (!isRecurrent) return 'a module of torch.nn has several layers only where all of them are recurrent'
  const named = (parts: Form): string => parts.map(({ name }) => name).join(', ')
  if (named(form) !== named(below)) return `its tensors are ${named(form)}, those of the layer below ${named(below)}`
  const [own, other] = [form, below].map((parts) => shapeOf(parts, 'weight_hh'))
  if (own !== other) return `its weight_hh is ${own}, that of the layer below ${other}`
  const directions = form.some(({ name }) => name === 'weight_ih_reverse') ? 2 : 1
  const columns = directions * (form.find(({ name }) => name === 'weight_hh')?.shape[1] ?? 0)
  const inputs = form.find(({ name }) => name === 'weight_ih')?.shape[1]
  return inputs === columns ? undefined : `it takes ${inputs} columns, the layer below gives ${columns}`
}

/** Names of modules in the order in which they are written. */
export class WrittenModules {
  private readonly where: string
  private readonly written = new Map<string, { form: Form; layers: number }>()

  constructor(where: string) {
    this.where = where
  }

  /**
   * The place of a unit in the stack of its module.
   *
   * @throws RangeError for names that no module of PyTorch has, and for layers that one module cannot have
   */
  place(name: string, form: Form, text: string): number {
    const { where } = this
    const isPath = name === '' || name.split('.').every((word) => word !== '')
    if (!isPath)
      throw new RangeError(`${where}: "names" expected paths such as "encoder.rnn", got ${describe(name)} for ${text}`)
    const found = this.written.get(name)
    if (found !== undefined) {
      const twin = form.find(
        (part) => !/_(ih|hh|hr)/.test(part.name) && found.form.some((one) => one.name === part.name),
      )
      if (twin !== undefined) {
        const full = name === '' ? twin.name : `${name}.${twin.name}`
        throw new RangeError(`${where}: ${describe(full)} of ${text} has been given before; give "names" that differ`)
      }
      const reason = unstacked(form, found.form)
      if (reason !== undefined)
        throw new RangeError(
          `${where}: ${describe(name)} cannot be ${text} as well: ${reason}; give "names" that differ`,
        )
      found.layers++
      return found.layers - 1
    }
    for (const other of this.written.keys()) {
      const [outer, inner] = [name, other].sort((a, b) => a.length - b.length)
      if (outer === '' || inner.startsWith(`${outer}.`)) {
        throw new RangeError(
          `${where}: ${describe(inner)} is within ${describe(outer)}, but modules with weights have no others; give other "names"`,
        )
      }
    }
    this.written.set(name, { form, layers: 1 })
    return 0
  }
}
