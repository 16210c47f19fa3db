import { checkInteger, checkOptions, checkStrings } from '../core/check.ts'
import { StateError } from '../core/errors.ts'
import { checkClassNames, classIndicesOf, type LabelsLike, labelList, namesIn } from '../core/labels.ts'
import { counted, listLines, Printed, widthOf } from '../core/printed.ts'

/** A {@link LabelEncoder} as plain JSON. */
export interface LabelEncoderJson {
  classes: string[]
}

/**
 * Maps names of classes to indices 0..K-1, the order of a network's outputs, and back. The classes are those given, in
 * order, or those that `fit` finds, in ascending order.
 *
 * @example
 * ```ts
 * import { LabelEncoder } from 'ser-core'
 *
 * const encoder = new LabelEncoder().fit(['sadness', 'joy', 'sadness'])
 * console.log(encoder.classes) // ['joy', 'sadness']
 * console.log(encoder.transform(['sadness', 'joy'])) // Int32Array [1, 0]
 * console.log(encoder.inverseTransform([1, 0])) // ['sadness', 'joy']
 * ```
 */
export class LabelEncoder extends Printed {
  private names: readonly string[]

  /**
   * @param classes - K different names; leave out to let `fit` find them
   * @throws TypeError for what is no text, RangeError for a name twice
   */
  constructor(classes: readonly string[] = []) {
    super()
    this.names = checkClassNames('LabelEncoder', 'classes', classes, 0)
  }

  override toString(options: { width?: number } = {}): string {
    const width = widthOf(options)
    if (this.names.length === 0) return 'LabelEncoder: not fitted'
    return [`LabelEncoder: ${counted(this.names.length, 'class', 'classes')}`, ...listLines(this.names, width)].join(
      '\n',
    )
  }

  /** The names of the classes by their indices; empty before `fit`. */
  get classes(): readonly string[] {
    return this.names
  }

  /**
   * Learns the classes: the names that occur, in ascending order (by code unit). Replaces those known before.
   *
   * @throws TypeError for what is no text, RangeError for no label
   */
  fit(labels: readonly string[]): this {
    this.names = Object.freeze(namesIn(checkStrings('LabelEncoder.fit', 'labels', labels, 1)))
    return this
  }

  /**
   * The index [n] of each label. A number counts as an index and is only checked.
   *
   * @throws RangeError for a class that is not known, StateError before `fit`
   */
  transform(labels: LabelsLike): Int32Array {
    const where = 'LabelEncoder.transform'
    return classIndicesOf(where, 'labels', labelList(where, 'labels', labels), this.known(where))
  }

  /**
   * The name of the class of each index.
   *
   * @throws RangeError for an index that is none of 0..K-1, StateError before `fit`
   */
  inverseTransform(indices: LabelsLike<number>): string[] {
    const where = 'LabelEncoder.inverseTransform'
    const names = this.known(where)
    return Array.from(labelList(where, 'indices', indices), (k, i) => {
      return names[checkInteger(where, `indices[${i}]`, k, { min: 0, max: names.length - 1 })]
    })
  }

  /** The classes as plain JSON; {@link LabelEncoder.fromJSON} reads it. */
  toJSON(): LabelEncoderJson {
    return { classes: [...this.names] }
  }

  /** The encoder that {@link LabelEncoder.toJSON} wrote. */
  static fromJSON(json: LabelEncoderJson): LabelEncoder {
    const where = 'LabelEncoder.fromJSON'
    checkOptions(where, json, ['classes'])
    return new LabelEncoder(checkClassNames(where, 'classes', json.classes, 0))
  }

  private known(where: string): readonly string[] {
    if (this.names.length > 0) return this.names
    throw new StateError(`${where}: no classes are known; call fit(labels) first, or give them to the constructor`)
  }
}
