/**
 * Models whose parameters are restored right after they are made. Their options carry a mark, by which constructors leave the
 * parameters at zero: starting values take longer to draw than all the rest of a file takes to read.
 */
const mark: unique symbol = Symbol('undrawn')

/** The options, marked: the model made by them has no starting values. */
export function undrawn<O extends object>(options: O): O {
  return { ...options, [mark]: true }
}

/** Whether the options bear the mark. */
export function isUndrawn(options: object): boolean {
  return mark in options
}

/** Options made from others, marked where those are. */
export function undrawnAs<O extends object>(given: object, made: O): O {
  return isUndrawn(given) ? undrawn(made) : made
}
