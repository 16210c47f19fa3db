/** Judges of the output of programs in other people's projects. */

/** Throws unless the workers trained and the classes have their names. */
export function expectTrained(result) {
  const { same, numbers, name } = result
  if (!(same === true && numbers > 20 && name === 'LSTM')) throw new Error(JSON.stringify(result))
}

/** Throws unless it failed and named the page that tells what to do. */
export function expectRemedy({ error = '' }) {
  if (!error.includes('docs/guide/bundlers.md'))
    throw new Error(`expected an error that names the page, got "${error}"`)
}
