/** ELAN's annotation files (`.eaf`, EAF 3.0), by the elements that an XML parser gives. */
import { describe, FormatError } from '../../core/errors.ts'
import type { VoiceTier } from './tiers.ts'

/** An element as XML parsers give it. */
export interface XmlElement {
  type: string
  name?: string
  attributes?: Readonly<Record<string, string>>
  children?: readonly XmlElement[]
  text?: string
}

function childrenOf({ children = [] }: XmlElement, name: string): XmlElement[] {
  return children.filter((child) => child.name === name)
}

function textOf({ text = '', children = [] }: XmlElement): string {
  return text || children.map(textOf).join('')
}

function attribute(element: XmlElement, name: string): string {
  const value = element.attributes?.[name]
  if (value !== undefined) return value
  throw new FormatError(`${element.name} expected the attribute ${name}`)
}

/** Times of the slots, s; one without a value lies between its neighbours, as far as the slots are in order. */
function slotsOf(root: XmlElement): Map<string, number> {
  const slots = childrenOf(root, 'TIME_ORDER').flatMap((order) => childrenOf(order, 'TIME_SLOT'))
  const times = slots.map((slot) => {
    const value = slot.attributes?.TIME_VALUE
    if (value === undefined) return Number.NaN
    if (!/^\d+$/.test(value)) throw new FormatError(`TIME_VALUE expected milliseconds, got ${describe(value)}`)
    return Number(value) / 1000
  })
  for (let i = 0; i < times.length; i++) {
    if (!Number.isNaN(times[i])) continue
    let next = i
    while (next < times.length && Number.isNaN(times[next])) next++
    if (i === 0 || next === times.length)
      throw new FormatError(`the slot ${attribute(slots[i], 'TIME_SLOT_ID')} has no time, nor one beside it`)
    const step = (times[next] - times[i - 1]) / (next - i + 1)
    times[i] = times[i - 1] + step
  }
  return new Map(slots.map((slot, i) => [attribute(slot, 'TIME_SLOT_ID'), times[i]]))
}

type Times = readonly [start: number, end: number]

/** An annotation and its text. */
interface Annotation {
  element: XmlElement
  text: string
}

function annotationsOf(tier: XmlElement): Annotation[] {
  return childrenOf(tier, 'ANNOTATION').map((annotation) => {
    const [element] = (annotation.children ?? []).filter(
      ({ name }) => name === 'ALIGNABLE_ANNOTATION' || name === 'REF_ANNOTATION',
    )
    if (element === undefined) throw new FormatError('ANNOTATION expected an ALIGNABLE_ANNOTATION or a REF_ANNOTATION')
    return { element, text: childrenOf(element, 'ANNOTATION_VALUE').map(textOf).join('') }
  })
}

/** Times of all annotations; those that refer to others have the times of these. */
function timesOf(all: readonly Annotation[], slots: ReadonlyMap<string, number>): (element: XmlElement) => Times {
  const byId = new Map(all.map(({ element }) => [attribute(element, 'ANNOTATION_ID'), element]))
  return (first) => {
    let element = first
    for (let steps = 0; element.name === 'REF_ANNOTATION'; steps++) {
      const id = attribute(element, 'ANNOTATION_REF')
      const parent = byId.get(id)
      if (parent === undefined || steps > byId.size)
        throw new FormatError(`the annotation ${describe(id)} that is referred to is not there`)
      element = parent
    }
    const [start, end] = ['TIME_SLOT_REF1', 'TIME_SLOT_REF2'].map((name) => {
      const slot = attribute(element, name)
      return slots.get(slot) ?? fail(slot)
    })
    return [start, end]
  }
}

function fail(slot: string): never {
  throw new FormatError(`no time slot ${describe(slot)}`)
}

/**
 * The tiers of an annotation file, each with the participant as the speaker.
 *
 * @param root - the element ANNOTATION_DOCUMENT
 * @throws FormatError that names the element
 */
export function elanTiers(root: XmlElement): VoiceTier[] {
  if (root.name !== 'ANNOTATION_DOCUMENT')
    throw new FormatError(`expected an ANNOTATION_DOCUMENT, got ${describe(root.name)}`)
  const slots = slotsOf(root)
  const tiers = childrenOf(root, 'TIER').map((tier) => ({ tier, annotations: annotationsOf(tier) }))
  const placed = timesOf(
    tiers.flatMap(({ annotations }) => annotations),
    slots,
  )
  return tiers.map(({ tier, annotations }) => {
    const speaker = tier.attributes?.PARTICIPANT
    const marks = annotations.map(({ element, text }) => {
      const [start, end] = placed(element)
      return { start, end, text }
    })
    return { name: attribute(tier, 'TIER_ID'), points: false, marks, ...(speaker === undefined ? {} : { speaker }) }
  })
}

/** Names of the sound files that the header refers to, without folders. */
export function elanMedia(root: XmlElement): string[] {
  const media = childrenOf(root, 'HEADER').flatMap((header) => childrenOf(header, 'MEDIA_DESCRIPTOR'))
  const urls = media.flatMap(({ attributes = {} }) => [attributes.RELATIVE_MEDIA_URL, attributes.MEDIA_URL])
  const names = urls.filter((url) => url !== undefined && url !== '').map((url) => decoded(url.replace(/^.*[\\/]/, '')))
  return [...new Set(names)]
}

/**
 * Why the times are not those of the sound: ELAN lets a medium begin later than the annotations do. Undefined where they are.
 *
 * @throws FormatError for units other than milliseconds
 */
export function elanOffset(root: XmlElement): string | undefined {
  for (const header of childrenOf(root, 'HEADER')) {
    const units = header.attributes?.TIME_UNITS ?? 'milliseconds'
    if (units !== 'milliseconds') throw new FormatError(`TIME_UNITS expected milliseconds, got ${describe(units)}`)
    for (const { attributes = {} } of childrenOf(header, 'MEDIA_DESCRIPTOR')) {
      const origin = attributes.TIME_ORIGIN ?? '0'
      if (Number(origin) !== 0)
        return `its media are shifted (TIME_ORIGIN ${describe(origin)}), which is not read: save it without an offset`
    }
  }
  return undefined
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
