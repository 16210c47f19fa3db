/** Inspects recordings for silence, constant signals, clipping and duplicate audio. */
import { createHash } from 'node:crypto'
import { flatTops } from '../audio/flat-tops.ts'
import { toMono } from '../audio/mono.ts'
import { largestOf, nonFiniteIndex } from '../core/array.ts'
import { describe } from '../core/errors.ts'
import { isError, isErrorNamed, throwIfAborted } from '../core/realm.ts'
import type { CorpusProblem, CorpusUtterance } from './corpus-types.ts'

type Audio = Pick<Awaited<ReturnType<CorpusUtterance['read']>>, 'sampleRate' | 'channels'>

/** The largest sample of 16 bits; what is at or beyond it has been cut off, or nearly. */
const FULL_SCALE = 1 - 2 ** -15
/** Fewer samples at full scale are peaks, as those of a recording that was scaled to its maximum. */
const CLIPPED_SAMPLES = 20
/** And the least share of all samples, for long recordings. */
const CLIPPED_SHARE = 1e-4

/** Decoders overshoot full scale by less; what is beyond was never divided by the largest integer. */
const LARGEST_SOUND = 2

function isConstant(channel: Float32Array): boolean {
  return channel.every((sample) => sample === channel[0])
}

/** How many samples are not finite. */
function notFinite(channel: Float32Array): number {
  return nonFiniteIndex(channel) < 0 ? 0 : channel.filter((sample) => !Number.isFinite(sample)).length
}

/** The reason why a signal cannot be used, or null. */
function uselessness({ channels }: Audio): string | null {
  const faults = channels.reduce((sum, channel) => sum + notFinite(channel), 0)
  if (faults > 0) return `samples that are not finite: ${faults}`
  // A single sample is always constant.
  if (channels.length === 0 || channels[0].length < 2 || !channels.every(isConstant)) return null
  const values = [...new Set(channels.map(([first]) => first))]
  if (values.every((value) => value === 0)) return 'digital silence: every sample is 0'
  return `a constant signal: every sample is ${values.join(' or ')}`
}

/** Integers that a float WAV file holds as they are, or null: all features of level are off by their scale. */
function scaling({ channels }: Audio): string | null {
  const peak = channels.reduce((most, channel) => Math.max(most, largestOf(channel)), 0)
  return peak > LARGEST_SOUND ? `integers kept as floats: samples up to ${peak}, where full scale is 1` : null
}

/** Clipping of a signal that is used nonetheless, or null. */
function clipping({ channels }: Audio): string | null {
  let [clipped, flat, all] = [0, 0, 0]
  for (const channel of channels) {
    all += channel.length
    for (let i = 0; i < channel.length; i++) if (Math.abs(channel[i]) >= FULL_SCALE) clipped++
    flat += flatTops(channel)
  }
  const least = Math.max(CLIPPED_SAMPLES, CLIPPED_SHARE * all)
  if (clipped >= least) return `heavily clipped: ${clipped} samples at full scale`
  return flat >= least ? `heavily clipped: ${flat} samples in flat tops below full scale` : null
}

/** A digest of the mono sound, as features see it, independent of the file; null without samples. */
function soundKey({ sampleRate, channels }: Audio): string | null {
  if (channels.length === 0 || channels[0].length === 0) return null
  return createHash('sha256').update(`${sampleRate} `).update(toMono({ channels })).digest('base64')
}

/** A recording that can be used, and a digest of its sound, null where it has none or cannot be decoded. */
export interface Heard {
  utterance: CorpusUtterance
  sound: string | null
}

/** The problem of a recording whose sound is that of another. */
function doubleOf(other: CorpusUtterance, { path, label, speaker }: CorpusUtterance, kept: boolean): CorpusProblem {
  const where = `the same audio as ${other.path}`
  if (other.label !== label) {
    const reason = `${where}, whose class is ${describe(other.label)}: nothing tells which is right`
    return { path, reason, ...(kept ? { kept } : {}) }
  }
  const whose = other.speaker === speaker ? '' : `, whose speaker is ${describe(other.speaker)}`
  return { path, reason: `${where}${whose}` }
}

/** The recording to which one with a sound that occurs several times is compared, if any. */
function metBy(
  utterance: CorpusUtterance,
  same: readonly CorpusUtterance[],
  keep: boolean,
): CorpusUtterance | undefined {
  const before = same.slice(0, same.indexOf(utterance))
  const double = before.find(({ label }) => label === utterance.label)
  if (keep) return double ?? before[0]
  return same.find(({ label }) => label !== utterance.label) ?? double
}

/**
 * Leaves out recordings that repeat the sound of an earlier one of their class. A sound that occurs in several classes
 * is told, and with `keep` used in each of them, else in none.
 */
function withoutDoubles(heard: readonly Heard[], keep: boolean): Inspection {
  const bySound = new Map<string, CorpusUtterance[]>()
  for (const { utterance, sound } of heard) {
    if (sound !== null) bySound.set(sound, [...(bySound.get(sound) ?? []), utterance])
  }
  const found: Inspection = { utterances: [], problems: [] }
  for (const { utterance, sound } of heard) {
    const met = sound === null ? undefined : metBy(utterance, bySound.get(sound) as CorpusUtterance[], keep)
    const problem = met && doubleOf(met, utterance, keep)
    if (problem) found.problems.push(problem)
    if (problem === undefined || problem.kept) found.utterances.push(utterance)
  }
  return found
}

/** The result of {@link inspectRecordings}. */
export interface Inspection {
  /** The recordings that can be used. */
  utterances: CorpusUtterance[]
  problems: CorpusProblem[]
}

/** Progress and cancellation of an inspection. */
export interface InspectionHooks {
  /** Called after each recording. */
  onRecording?: (done: number, all: number) => void
  signal?: AbortSignal
}

/** The reason why a file does not contain a segment, or null. Decoding errors are reported when it is read. */
function misplacement({ segment }: CorpusUtterance, error: unknown): string | null {
  const cause = isError(error) ? error.cause : undefined
  return segment !== undefined && isErrorNamed(cause, 'RangeError') ? cause.message : null
}

/** Problems of one recording, and the digest of its sound. */
async function inspect(utterance: CorpusUtterance): Promise<{ problems: CorpusProblem[]; sound: string | null }> {
  const { path } = utterance
  const audio = await utterance.read().catch((error: unknown) => misplacement(utterance, error))
  if (audio === null) return { problems: [], sound: null }
  if (typeof audio === 'string') return { problems: [{ path, reason: audio }], sound: null }
  const useless = uselessness(audio)
  if (useless !== null) return { problems: [{ path, reason: useless }], sound: null }
  const odd = scaling(audio) ?? clipping(audio)
  return { problems: odd === null ? [] : [{ path, reason: odd, kept: true }], sound: soundKey(audio) }
}

/** Decodes each recording in turn and inspects its sound, but for duplicates. */
export async function hearRecordings(
  utterances: readonly CorpusUtterance[],
  { onRecording, signal }: InspectionHooks = {},
): Promise<{ heard: Heard[]; problems: CorpusProblem[] }> {
  const heard: Heard[] = []
  const problems: CorpusProblem[] = []
  for (const [i, utterance] of utterances.entries()) {
    throwIfAborted(signal)
    const found = await inspect(utterance)
    problems.push(...found.problems)
    if (found.problems.every(({ kept }) => kept)) heard.push({ utterance, sound: found.sound })
    onRecording?.(i + 1, utterances.length)
  }
  return { heard, problems }
}

/**
 * Decodes each recording in turn and inspects its sound. Silence, constant signals, samples that are not finite and
 * duplicates within a class are left out; clipped recordings and duplicates of another class are reported and kept.
 */
export async function inspectRecordings(
  utterances: readonly CorpusUtterance[],
  hooks: InspectionHooks = {},
): Promise<Inspection> {
  const { heard, problems } = await hearRecordings(utterances, hooks)
  return joined(problems, heard, true)
}

/**
 * The recordings without doubles, and all problems; of recordings that are left out, other defects do not matter.
 *
 * @param keep - whether recordings of one sound in several classes are used
 */
export function joined(problems: readonly CorpusProblem[], heard: readonly Heard[], keep: boolean): Inspection {
  const left = withoutDoubles(heard, keep)
  const gone = new Set(left.problems.filter(({ kept }) => !kept).map(({ path }) => path))
  return {
    utterances: left.utterances,
    problems: [...problems.filter(({ path }) => !gone.has(path)), ...left.problems],
  }
}
