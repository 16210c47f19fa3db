/** Labels and speakers from tiers: stretches of time with a text, side by side. */
import { describe, FormatError } from '../../core/errors.ts'
import type { ForeignEntry, ForeignList } from './entries.ts'
import type { Tier } from './textgrid.ts'

/** Which tiers are read. */
export interface TierChoice {
  /** Tiers of the labels. Default: the only tier, or that of a usual name. */
  labels?: readonly string[]
  /** Tier whose text, at the middle of a label's stretch, is the speaker. */
  speaker?: string
}

/** A tier, and who is heard in it where the file says so. */
export interface VoiceTier extends Tier {
  speaker?: string
}

const usual = /^(emotions?|emo|labels?|affect)$/i

/** The tiers of a name, which Praat lets several have. */
function tiersOf(tiers: readonly VoiceTier[], name: string): VoiceTier[] {
  const found = tiers.filter((tier) => tier.name === name)
  if (found.length > 0) return found
  throw new FormatError(`no tier ${describe(name)}; there are ${tiers.map((tier) => describe(tier.name)).join(', ')}`)
}

function labelTiers(tiers: readonly VoiceTier[], { labels, speaker }: TierChoice): VoiceTier[] {
  if (labels !== undefined) return [...new Set(labels)].flatMap((name) => tiersOf(tiers, name))
  const others = tiers.filter(({ name, points }) => name !== speaker && !points)
  const named = others.filter(({ name }) => usual.test(name))
  if (named.length > 0) return named
  if (others.length === 1) return others
  const names = others.map(({ name }) => describe(name)).join(', ') || 'none of intervals'
  throw new FormatError(`the tier of the labels expected in "labelFrom": there are ${names}`)
}

/**
 * The labelled stretches of a file with tiers.
 *
 * @param file - the sound
 * @param gaps - whether stretches without text are what is between those that have any, which need not be told
 * @throws FormatError where it cannot be told which tier has the labels, or one has points
 */
export function entriesOfTiers(
  file: string,
  tiers: readonly VoiceTier[],
  choice: TierChoice,
  gaps: boolean = true,
): ForeignList {
  const problems: ForeignList['problems'] = []
  if (tiers.length === 0) throw new FormatError('no tier in it')
  const speakers = choice.speaker === undefined ? [] : tiersOf(tiers, choice.speaker).flatMap(({ marks }) => marks)
  const entries = labelTiers(tiers, choice).flatMap((tier): ForeignEntry[] => {
    if (tier.points)
      throw new FormatError(`the tier ${describe(tier.name)} has points, which are no stretches of sound`)
    return tier.marks.flatMap(({ start, end, text }, i): ForeignEntry[] => {
      const label = text.trim()
      const place = `${i + 1} of the tier ${describe(tier.name)}`
      if (label === '' && gaps) return []
      if (end <= start) {
        if (label !== '') problems.push({ path: file, reason: `${place}: from ${start} to ${end} s there is no sound` })
        return []
      }
      const middle = (start + end) / 2
      const voice = speakers.find((mark) => mark.start <= middle && middle < mark.end)?.text.trim()
      const speaker = voice ?? tier.speaker ?? ''
      return [{ file, start, end, label: label || null, speaker, place }]
    })
  })
  return { entries, problems }
}
