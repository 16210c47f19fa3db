/** `ser features` of many recordings, of files, folders or corpora. */
import { FormatError, messageOf } from '../core/errors.ts'
import { counted } from '../core/printed.ts'
import { isErrorNamed, throwIfAborted } from '../core/realm.ts'
import { yieldToEventLoop } from '../core/yield.ts'
import { cacheIn, type FeatureCache } from '../node/feature-cache.ts'
import { describeCorpus } from './corpus-description.ts'
import { type CorpusFlags, checkNoFlagFile, openCorpus, readAllCorpora } from './corpus-flags.ts'
import { type FeatureFormat, formatOf, inOrder, outputsOf, tableOf } from './feature-archive.ts'
import type { Channel, Computation } from './feature-computation.ts'
import { type FeatureTable, type RecordingFeatures, summaryTable } from './feature-table.ts'
import { checkNoInput } from './own-inputs.ts'
import { abortOnInterrupt } from './signals.ts'
import { type ChannelFlags, channelOf, expandSounds, type NamedSound, readChannel } from './sound-arguments.ts'
import { terminal } from './terminal.ts'

/** Flags of `ser features` for several recordings. */
export interface ManyFlags extends ChannelFlags, CorpusFlags {
  output?: string
  format?: FeatureFormat
  /** Absent where no flag is given: a cache for several recordings. */
  cache?: string | false
}

/** A recording to compute features of. */
interface Sound extends NamedSound {
  id?: string
  /** Columns of corpora, as of `FACTS`. */
  facts?: readonly string[]
  read(warn: (text: string) => void, signal: AbortSignal): Promise<Channel>
}

const CACHE = '.ser-cache'

/** Columns of recordings of corpora. */
const FACTS = ['corpus', 'speaker', 'label'] as const

/** Whether flags name corpora. */
export function namesCorpora({ corpus, corpora }: CorpusFlags): boolean {
  return corpus !== undefined || corpora !== undefined
}

/** The recordings of the corpora that flags name; those of several by the corpus' name. */
async function corpusSounds(flags: ManyFlags, signal: AbortSignal): Promise<Sound[]> {
  const outputs = outputsOf(flags)
  await checkNoFlagFile(outputs, flags)
  const source = await openCorpus(await readAllCorpora(flags), terminal, signal, outputs)
  describeCorpus(source, terminal)
  const { corpora = [], name } = source
  const [{ name: own } = { name }] = corpora
  return source.utterances.map(({ path, id, corpus = own, speaker, label, read }) => ({
    path,
    id: corpora.length > 1 && id !== undefined ? `${corpus}/${id}` : id,
    facts: [corpus, speaker, label],
    read: async (warn) => channelOf(await read(), flags, warn),
  }))
}

/** The recordings of arguments. */
async function fileSounds(names: readonly string[], flags: ManyFlags): Promise<Sound[]> {
  const sounds = await expandSounds(names)
  await checkNoInput(
    outputsOf(flags),
    sounds.map(({ path }) => path),
  )
  return sounds.map((sound) => ({ ...sound, read: (warn, signal) => readChannel(sound.path, flags, warn, signal) }))
}

function cacheOf({ cache }: ManyFlags, recordings: number): FeatureCache {
  const folder = cache ?? (recordings > 1 && CACHE)
  return cacheIn('features', folder === false ? null : folder)
}

/** The table that the flags ask for; devices and pipes take CSV. */
function tableFor(
  { output, format }: ManyFlags,
  single: boolean,
  { row }: Computation,
  facts: readonly string[],
): FeatureTable {
  if (output === undefined) return summaryTable(row)
  return tableOf(output, format ?? formatOf(output) ?? 'csv', single, facts)
}

/** Tells sample rates that differ, since rows and filters are others at each. */
function tellRates(rates: ReadonlyMap<number, string>): void {
  if (rates.size < 2) return
  const known = Array.from(rates, ([rate, path]) => `${rate} Hz (${path})`).join(', ')
  terminal.line(
    `warning: recordings of several sample rates, whose features differ by them: ${known}; --sample-rate makes them one`,
  )
}

/** Reads a recording and computes its features, or takes them from the cache. */
async function featuresOf(
  { path, id, facts, read }: Sound,
  computation: Computation,
  cache: FeatureCache,
  signal: AbortSignal,
): Promise<RecordingFeatures & { sampleRate: number }> {
  const warn = (text: string): void => terminal.line(`warning: ${path}: ${text}`)
  const channel = await read(warn, signal)
  const { samples, sampleRate } = channel
  const audio = { sampleRate, channels: [samples] }
  const features = await cache.kept(audio, computation.key, () => computation.compute(channel), warn)
  const seconds = samples.length / sampleRate
  const [rows, columns] = features.shape
  if (rows === 0) throw new RangeError(computation.tooShort(channel))
  const { stepSeconds, frameSeconds } = computation.times(sampleRate)
  const whole = computation.row === 'recording'
  // The last row lasts to the end, as opensmile-python has it.
  const frameSpan = (t: number): [number, number] => [
    t * stepSeconds,
    t === rows - 1 ? Math.max(seconds, t * stepSeconds) : t * stepSeconds + frameSeconds,
  ]
  return {
    ...{ path, id, facts, features, names: computation.names(columns) },
    ...{ spanOf: whole ? () => [0, seconds] : frameSpan, stepSeconds: whole ? seconds : stepSeconds, sampleRate },
  }
}

async function addAll(
  sounds: readonly Sound[],
  table: FeatureTable,
  read: (sound: Sound) => Promise<RecordingFeatures>,
  signal: AbortSignal,
): Promise<number> {
  let failed = 0
  for (const [i, sound] of sounds.entries()) {
    const { path, error: fault } = sound
    const text = `features of ${path}`
    if (sounds.length === 1) terminal.status(text)
    else terminal.progress(i, sounds.length, text)
    throwIfAborted(signal)
    let recording: RecordingFeatures
    try {
      if (fault !== undefined) throw new FormatError(fault)
      recording = await read(sound)
    } catch (error) {
      throwIfAborted(signal)
      if (isErrorNamed(error, 'StateError')) throw error // the cache, not the recording
      failed++
      terminal.line(`error: ${path}: ${messageOf(error)}`)
      continue
    }
    await table.add(recording)
    await yieldToEventLoop()
  }
  terminal.end()
  return failed
}

/**
 * Computes the features of all recordings, of the arguments or of corpora; those that fail are told, and the exit code is 1.
 */
export async function runManyFeatures(
  computation: Computation,
  names: readonly string[],
  flags: ManyFlags,
): Promise<void> {
  const corpora = namesCorpora(flags)
  const signal = abortOnInterrupt()
  const files = corpora ? [] : await fileSounds(names, flags)
  const table = tableFor(flags, files.length === 1, computation, corpora ? FACTS : [])
  const sounds = inOrder(corpora ? await corpusSounds(flags, signal) : files, flags)
  const cache = cacheOf(flags, sounds.length)
  let columns = 0
  const rates = new Map<number, string>()
  try {
    const read = async (sound: Sound): Promise<RecordingFeatures> => {
      const { sampleRate, ...recording } = await featuresOf(sound, computation, cache, signal)
      columns = recording.names.length
      if (!rates.has(sampleRate)) rates.set(sampleRate, recording.path)
      return recording
    }
    const failed = await addAll(sounds, table, read, signal)
    if (failed > 0) process.exitCode = 1
    tellRates(rates)
    const written = await table.finish()
    if (written === null) return
    const left = failed > 0 ? `; ${failed} left out` : ''
    terminal.tell(`${written}: ${counted(sounds.length - failed, 'recording')}, ${counted(columns, 'column')}${left}`)
  } catch (error) {
    await table.discard()
    throw error
  }
}
