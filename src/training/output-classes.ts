/** Names of the classes of a network's outputs, and labels given by these names. */
import { describe, expectation, StateError } from '../core/errors.ts'
import { checkClassNames, classIndicesOf, namesIn } from '../core/labels.ts'
import { type ParameterSet, watchChanges } from '../numerics/parameters.ts'

const NO_NAMES = 'the classes have no names; train with labels that are names, or give "classes"'

type Named = readonly string[] | readonly (readonly string[])[]

/** Whether labels are names: one for each case, or one for each of its frames. */
function isNamed(labels: unknown): labels is Named {
  if (!Array.isArray(labels)) return false
  const [first] = labels
  return typeof first === 'string' || (Array.isArray(first) && typeof first[0] === 'string')
}

/** Calls `take` with each list of names and the list's own name in errors. */
function mapNames<R>(labels: Named, name: string, take: (names: readonly string[], name: string) => R): R | R[] {
  const isFlat = typeof labels[0] === 'string'
  if (isFlat) return take(labels as readonly string[], name)
  return (labels as readonly (readonly string[])[]).map((names, i) => take(names, `${name}[${i}]`))
}

function checkNames(where: string, name: string, names: unknown): string[] {
  if (!Array.isArray(names)) throw new TypeError(expectation(where, name, 'an array of names', names))
  const odd = names.findIndex((text) => typeof text !== 'string')
  if (odd < 0) return names
  throw new TypeError(expectation(where, `${name}[${odd}]`, 'a name, as the first label is', names[odd]))
}

/** Names in quotes, as messages list them. */
export function quoted(names: readonly string[]): string {
  return names.map((text) => JSON.stringify(text)).join(', ')
}

/** The names of a network's classes by their indices; not known before an option or labels give them. */
export class OutputClasses {
  /** Null until they are known. */
  readonly names: readonly string[] | null
  private readonly count: number

  /** @param count - number of classes of the outputs; 0 for a regression */
  constructor(where: string, names: unknown, count: number) {
    this.count = count
    this.names = names === undefined || names === null ? null : this.checked(where, names)
  }

  private checked(where: string, given: unknown): readonly string[] {
    const names = checkClassNames(where, 'classes', given)
    this.checkCount(where, '"classes"', names, '')
    return names
  }

  private checkCount(where: string, whose: string, names: readonly string[], remedy: string): void {
    const { count } = this
    if (count === 0) throw new RangeError(`${where}: ${whose} need outputs that are classes, these are values`)
    if (names.length === count) return
    const got = `got ${names.length} (${quoted(names)})${remedy}`
    throw new RangeError(`${where}: ${whose} expected ${count} names, one for each class of the output, ${got}`)
  }

  /**
   * The classes for a training with these labels: the names known already, those of the option `classes`, or those that
   * occur in the labels, in ascending order. Returns a new object; this one stays unchanged.
   */
  learning(where: string, labels: unknown, given: unknown): OutputClasses {
    const asked = given === undefined ? null : this.checked(where, given)
    if (this.names !== null) {
      if (asked === null || quoted(asked) === quoted(this.names)) return this
      throw new RangeError(`${where}: "classes" expected ${quoted(this.names)}, as known before, got ${quoted(asked)}`)
    }
    if (asked !== null || !isNamed(labels)) return new OutputClasses(where, asked, this.count)
    const lists = mapNames(labels, 'labels', (names, name) => checkNames(where, name, names))
    const found = namesIn((lists as (string | string[])[]).flat())
    this.checkCount(where, '"labels"', found, '; give all of them in the option "classes"')
    return new OutputClasses(where, found, this.count)
  }

  /** These classes or, where they have no names, those of the checkpoint that a training resumes. */
  resuming(where: string, saved: readonly string[] | undefined): OutputClasses {
    if (saved === undefined) return this
    if (this.names === null) return new OutputClasses(where, saved, this.count)
    if (quoted(saved) === quoted(this.names)) return this
    throw new StateError(`${where}: "resume" was trained on ${quoted(saved)}, this network knows ${quoted(this.names)}`)
  }

  /** Converts labels that are names to indices; returns all others unchanged. */
  encode(where: string, labels: unknown): unknown {
    if (!isNamed(labels)) return labels
    const { names } = this
    if (names === null) {
      const got = describe([labels[0]].flat()[0])
      throw new StateError(`${where}: "labels" expected integers 0..${this.count - 1}, got ${got}: ${NO_NAMES}`)
    }
    return mapNames(labels, 'labels', (list, name) => {
      return classIndicesOf(where, name, checkNames(where, name, list), names)
    })
  }

  /** The names; throws StateError where they are not known. */
  known(where: string): readonly string[] {
    if (this.names !== null) return this.names
    throw new StateError(`${where}: ${NO_NAMES}`)
  }
}

/** The current classes of a network, which a training may replace. */
export class KnownClasses {
  private classes: OutputClasses

  constructor(classes: OutputClasses) {
    this.classes = classes
  }

  get current(): OutputClasses {
    return this.classes
  }

  /** Runs a training under new classes. If it fails before it has changed a parameter, the old classes return. */
  async during<T>(classes: OutputClasses, parameters: ParameterSet, train: () => Promise<T>): Promise<T> {
    const before = this.classes
    const hasChanged = watchChanges(parameters)
    this.classes = classes
    try {
      return await train()
    } catch (error) {
      if (!hasChanged()) this.classes = before
      throw error
    }
  }
}
