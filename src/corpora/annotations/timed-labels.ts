/** Labelled stretches of a recording, and how they are laid out on tiers of which no two overlap. */
import { checkArray, checkNumber, checkObject, checkString } from '../../core/check.ts'
import { expectation } from '../../core/errors.ts'

/** A labelled stretch of a recording; the segments of `speechSegments` and of `recognizer.segments` are such. */
export interface TimedLabel {
  /** s from the first sample. */
  start: number
  /** s, after the start. */
  end: number
  /** A text that is not empty. Default `speech`; null, as in answers where none is heard, is written as `no speech`. */
  label?: string | null
  /** Tier of formats that have them. Default: the tier of the options. */
  tier?: string
}

/** A checked {@link TimedLabel}. */
export interface WrittenLabel {
  start: number
  end: number
  text: string
  tier: string
}

/** Stretches in the order of time, of which no two overlap. */
export interface WrittenTier {
  name: string
  labels: WrittenLabel[]
}

/** Longest sound, s: some thirty years. */
const LONGEST = 1e9
/** Tier of labels that name none. */
export const TIER = 'emotion'

function labelOf(where: string, name: string, value: unknown, tier: string): WrittenLabel {
  const given = checkObject<TimedLabel>(where, name, value)
  const start = checkNumber(where, `${name}.start`, given.start, { min: 0, max: LONGEST })
  const end = checkNumber(where, `${name}.end`, given.end, { above: start, max: LONGEST })
  const { label } = given
  const text = label === null ? 'no speech' : checkString(where, `${name}.label`, label ?? 'speech')
  if (text.trim() === '') throw new RangeError(expectation(where, `${name}.label`, 'a text that is not empty', text))
  return { start, end, text, tier: checkString(where, `${name}.tier`, given.tier ?? tier) }
}

/** Checked labels in the order of time. */
export function checkLabelled(where: string, segments: unknown, tier: string = TIER): WrittenLabel[] {
  return checkArray(where, 'segments', segments)
    .map((one, i) => labelOf(where, `segments[${i}]`, one, tier))
    .sort((a, b) => a.start - b.start || a.end - b.end)
}

/** A name that is not taken: `emotion`, `emotion 2` and so on. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let n = 2; ; n++) if (!taken.has(`${name} ${n}`)) return `${name} ${n}`
}

/** The labels by tiers, those of each tier that overlap on further ones. Without labels there is one tier, and nothing on it. */
export function tiersOf(labels: readonly WrittenLabel[], tier: string = TIER): WrittenTier[] {
  const names = [...new Set(labels.map((label) => label.tier))]
  const taken = new Set(names)
  if (names.length === 0) return [{ name: tier, labels: [] }]
  return names.flatMap((name) => {
    const layers: WrittenTier[] = [{ name, labels: [] }]
    for (const label of labels.filter((one) => one.tier === name)) {
      const free = layers.find((layer) => (layer.labels.at(-1)?.end ?? 0) <= label.start)
      if (free !== undefined) free.labels.push(label)
      else {
        const layer = { name: freeName(name, taken), labels: [label] }
        taken.add(layer.name)
        layers.push(layer)
      }
    }
    return layers
  })
}

/** A number >= 0 in decimal digits, without an exponent. */
export function decimal(value: number): string {
  const text = String(value)
  return text.includes('e') ? value.toFixed(12) : text
}
