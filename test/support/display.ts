/** The output of an object in a notebook, by MIME type. */
export function displayOf(object: object): Record<string, string> {
  return Reflect.get(object, Symbol.for('Jupyter.display')).call(object)
}
