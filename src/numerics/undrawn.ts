/**
 * Construction of models whose parameters are restored right afterwards. A mark on the options tells constructors to
 * leave the parameters at zero, because drawing initial values takes longer than reading the file.
 */
const mark: unique symbol = Symbol('undrawn')

/** The options with the mark: a model created from them has zero parameters. */
export function undrawn<O extends object>(options: O): O {
  return { ...options, [mark]: true }
}

/** Whether the options have the mark. */
export function isUndrawn(options: object): boolean {
  return mark in options
}

/** The options `made`, marked if `given` is. */
export function undrawnAs<O extends object>(given: object, made: O): O {
  return isUndrawn(given) ? undrawn(made) : made
}
