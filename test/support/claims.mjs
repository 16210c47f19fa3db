// Whether a value is what a comment in an example tells: numbers to the digits that it shows, all else exactly.

const numbersOrStrings = /'(?:[^'\\]|\\.)*'|-?\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?/g

/** The value in a text; its numbers are `{ digits }`, the text of each. */
function valueIn(text) {
  const marked = text.replaceAll(numbersOrStrings, (found) => (found[0] === "'" ? found : `{ digits: '${found}' }`))
  return Function(`return (${marked})`)()
}

function isNear(value, digits) {
  if (typeof value !== 'number') return false
  const [mantissa, exponent] = digits.replaceAll('_', '').split('e')
  const decimals = mantissa.split('.')[1]?.length ?? 0
  if (exponent !== undefined) return value.toExponential(decimals) === Number(digits).toExponential(decimals)
  if (decimals === 0) return value === Number(mantissa)
  return Math.abs(value - Number(mantissa)) <= 0.5 * 10 ** -decimals * (1 + 1e-9)
}

function same(value, told) {
  if (typeof told !== 'object' || told === null) return Object.is(value, told)
  if ('digits' in told) return isNear(value, told.digits)
  if (typeof value !== 'object' || value === null) return false
  const keys = Object.keys(told)
  if (Array.isArray(told) !== (Array.isArray(value) || ArrayBuffer.isView(value))) return false
  return Object.keys(value).length === keys.length && keys.every((key) => same(value[key], told[key]))
}

/** Whether the value is the one in the text. */
export function agrees(value, text) {
  return same(value, valueIn(text))
}
