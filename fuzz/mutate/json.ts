/** Mutants of JSON values and of text. */
import type { Random } from '../../src/numerics/random.ts'
import { damaged, placesIn } from '../../test/support/wrong.ts'
import { mutateBytes, pick } from './bytes.ts'

function nested(levels: number, key: string | null): unknown {
  let value: unknown = 1
  for (let i = 0; i < levels; i++) value = key === null ? [value] : { [key]: value }
  return value
}

const words = [
  ...[
    '',
    'x',
    '__proto__',
    'constructor',
    'toString',
    'length',
    '../../etc/passwd',
    '/dev/zero',
    'NaN',
    '-0',
    '1e999',
    '\u0000',
  ],
  ...[
    '\u001b[2J',
    '\u202ealert',
    '<script>alert(1)</script>',
    '| a | b |',
    '[x](javascript:1)',
    'é'.repeat(40),
    '(a+)+$',
    '\ud800',
  ],
]
const numbers = [0, -1, 1, 0.5, -0.5, 2, 1e3, 1e6, 1e9, 2 ** 31, 2 ** 32, 2 ** 53, 1e300, -1e300, 5e-324]

/** A value of a wrong kind or size. */
function oddValue(random: Random): unknown {
  switch (random.integer(10)) {
    case 0:
    case 1:
    case 2:
      return pick(random, numbers)
    case 3:
    case 4:
      return pick(random, words)
    case 5:
      return pick(random, [null, true, false])
    case 6:
      return pick(random, [[], {}, [[]], [null], [{}], { length: 1e9 }, ['x']])
    case 7:
      return nested(pick(random, [3, 90, 120, 800]), pick(random, [null, 'layer', 'options']))
    case 8:
      return pick(random, words).repeat(1 + random.integer(200))
    default:
      return new Array(1 + random.integer(300)).fill(pick(random, numbers))
  }
}

function valueAt(value: unknown, place: readonly string[]): unknown {
  return place.reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value)
}

/** The value with one field or item changed, removed, exchanged, renamed or repeated. */
function changedOnce(random: Random, value: unknown): unknown {
  const places = placesIn(value)
  const [place, other] = [pick(random, places), pick(random, places)]
  const here = valueAt(value, place)
  switch (random.integer(8)) {
    case 0:
      return place.length === 0 ? value : damaged(value, place, undefined)
    case 1:
      return damaged(value, place, valueAt(value, other))
    case 2:
      return Array.isArray(here) ? damaged(value, place, [...here, ...here]) : damaged(value, place, [here])
    case 3: {
      if (typeof here !== 'object' || here === null || Array.isArray(here))
        return damaged(value, place, oddValue(random))
      const renamed = Object.entries(here).map(([key, one]) => [
        random.uniform() < 0.3 ? pick(random, words) : key,
        one,
      ])
      return damaged(value, place, Object.fromEntries(renamed))
    }
    case 4:
      return typeof here === 'number'
        ? damaged(value, place, here * pick(random, [-1, 2, 1e3, 1e-3, 1e9]))
        : damaged(value, place, oddValue(random))
    default:
      return damaged(value, place, oddValue(random))
  }
}

/** A mutant of a JSON value. */
export function mutateJson(random: Random, value: unknown): unknown {
  let out = value
  do out = changedOnce(random, out)
  while (random.uniform() < 0.3)
  return out
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

/** A mutant of a JSON file: mostly of its value, else of its text. */
export function mutateJsonFile(random: Random, file: Uint8Array): Uint8Array {
  if (random.uniform() < 0.15) return mutateBytes(random, file)
  return bytesOf(JSON.stringify(mutateJson(random, JSON.parse(new TextDecoder().decode(file)))) ?? 'null')
}

const cells = [
  ...[
    ...words,
    '"',
    '""',
    '"a',
    'a"b"',
    ',',
    ';',
    '\t',
    '\r',
    '\ufeff',
    '=1+1',
    ' ',
    '-1',
    '1e9',
    '0:00:01',
    '99:99:99',
    '1,5',
    'Infinity',
  ],
  ...['x'.repeat(5000), 'a/'.repeat(300), '../'.repeat(50), 'a\\b'],
]

/** A mutant of a table in CSV: its lines, its cells, or its bytes. */
export function mutateTable(random: Random, file: Uint8Array): Uint8Array {
  if (random.uniform() < 0.25) return mutateBytes(random, file)
  const lines = new TextDecoder().decode(file).split('\n')
  do {
    const at = random.integer(lines.length)
    const row = (lines[at] ?? '').split(/[,;\t]/)
    switch (random.integer(6)) {
      case 0:
        lines.splice(at, 1)
        break
      case 1:
        lines.splice(random.integer(lines.length + 1), 0, lines[at] ?? '')
        break
      case 2:
        row.splice(random.integer(row.length + 1), 0, pick(random, cells))
        lines[at] = row.join(pick(random, [',', ';', '\t']))
        break
      case 3:
        row.reverse()
        lines[at] = row.join(',')
        break
      default:
        row[random.integer(row.length)] = pick(random, cells)
        lines[at] = row.join(',')
    }
  } while (random.uniform() < 0.4)
  return bytesOf(lines.join(pick(random, ['\n', '\n', '\n', '\r\n', '\r'])))
}
