/** `ser features` of named sets, such as eGeMAPS: a row or rows of each of many recordings. */
import { extname } from 'node:path'
import { InvalidArgumentError } from 'commander'
import { FormatError, messageOf } from '../core/errors.ts'
import { counted } from '../core/printed.ts'
import { isErrorNamed, throwIfAborted } from '../core/realm.ts'
import type { FloatNdArray } from '../core/types.ts'
import { yieldToEventLoop } from '../core/yield.ts'
import { cacheIn, type FeatureCache } from '../node/feature-cache.ts'
import {
  checkFramed,
  type FeatureSetName,
  frameTimesOf,
  leastSecondsOf,
  type SetFeatures,
  setColumns,
  setFeatures,
} from '../pipelines/feature-sets.ts'
import { frameStep } from '../pipelines/front-end.ts'
import { type CorpusFlags, describeCorpus, openCorpus, readAllCorpora } from './corpus-flags.ts'
import { csvTable, type FeatureTable, npyTable, type RecordingFeatures, summaryTable } from './feature-table.ts'
import { abortOnInterrupt } from './signals.ts'
import { type ChannelFlags, channelOf, expandSounds, type NamedSound, readChannel } from './sound-arguments.ts'
import { terminal } from './terminal.ts'

/** Flags of `ser features` that sets take. */
export interface SetFlags extends ChannelFlags, CorpusFlags {
  output?: string
  frames: boolean
  /** Absent where no flag is given: a cache for several recordings. */
  cache?: string | false
}

/** A recording to compute features of. */
interface Sound extends NamedSound {
  /** Columns of corpora, as of `FACTS`. */
  facts?: readonly string[]
  read(warn: (text: string) => void, signal: AbortSignal): Promise<{ samples: Float32Array; sampleRate: number }>
}

const CACHE = '.ser-cache'

/** Columns of recordings of corpora. */
const FACTS = ['corpus', 'speaker', 'label'] as const

/** Whether flags name corpora. */
export function namesCorpora({ corpus, corpora }: CorpusFlags): boolean {
  return corpus !== undefined || corpora !== undefined
}

/** The recordings of the corpora that flags name; those of several by the corpus' name. */
async function corpusSounds(flags: SetFlags, signal: AbortSignal): Promise<Sound[]> {
  const source = await openCorpus(await readAllCorpora(flags), terminal, signal)
  describeCorpus(source, terminal)
  const { corpora = [], name } = source
  const [{ name: own } = { name }] = corpora
  return source.utterances.map(({ path, corpus = own, speaker, label, read }) => ({
    path,
    facts: [corpus, speaker, label],
    read: async (warn) => channelOf(await read(), flags, warn),
  }))
}

/** The recordings of arguments. */
async function fileSounds(names: readonly string[], flags: SetFlags): Promise<Sound[]> {
  const sounds = await expandSounds(names)
  return sounds.map((sound) => ({ ...sound, read: (warn, signal) => readChannel(sound.path, flags, warn, signal) }))
}

function cacheOf({ cache }: SetFlags, recordings: number): FeatureCache {
  const folder = cache ?? (recordings > 1 && CACHE)
  return cacheIn('features', folder === false ? null : folder)
}

function tableFor(
  output: string | undefined,
  single: boolean,
  features: SetFeatures,
  facts: readonly string[],
): FeatureTable {
  const names = setColumns(features)
  if (output === undefined) return summaryTable(names, features.functionals ? 'recording' : 'frame')
  const ending = extname(output)
  if (ending === '.csv' || ending === '') return csvTable(output, [...facts, ...names])
  if (ending !== '.npy') throw new InvalidArgumentError(`-o expected a name in .csv or .npy, got ${output}`)
  if (single) return npyTable(output)
  throw new InvalidArgumentError('-o FILE.npy holds one recording; of several, FILE.csv says which is which')
}

/** Reads a recording and computes its features, or takes them from the cache. */
async function featuresOf(
  { path, facts, read }: Sound,
  asked: SetFeatures & { set: FeatureSetName },
  cache: FeatureCache,
  signal: AbortSignal,
): Promise<RecordingFeatures> {
  const warn = (text: string): void => terminal.line(`warning: ${path}: ${text}`)
  const { samples, sampleRate } = await read(warn, signal)
  const compute = (): FloatNdArray => setFeatures(samples, sampleRate, asked, 'float64')
  const key = { ...asked, dtype: 'float64' }
  const features = await cache.kept({ sampleRate, channels: [samples] }, key, compute, warn)
  const seconds = samples.length / sampleRate
  const [rows] = features.shape
  if (rows === 0) {
    const least = Math.round(1000 * leastSecondsOf(asked))
    throw new RangeError(`expected ${least} ms of sound or more, got ${samples.length} samples`)
  }
  const { frameSeconds, stepSeconds = frameStep(sampleRate) / sampleRate } = frameTimesOf(asked.set)
  // The last row lasts to the end, as opensmile-python has it.
  const frameSpan = (t: number): [number, number] => [
    t * stepSeconds,
    t === rows - 1 ? seconds : t * stepSeconds + frameSeconds,
  ]
  return { path, facts, features, spanOf: asked.functionals ? () => [0, seconds] : frameSpan }
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
 * Computes the features of a set of all recordings, of the arguments or of corpora; those that fail are told, and the exit code is 1.
 */
export async function runSetFeatures(set: FeatureSetName, names: readonly string[], flags: SetFlags): Promise<void> {
  const asked = { set, functionals: !flags.frames }
  checkFramed(`--kind ${set}`, asked)
  const corpora = namesCorpora(flags)
  const signal = abortOnInterrupt()
  const files = corpora ? [] : await fileSounds(names, flags)
  const table = tableFor(flags.output, files.length === 1, asked, corpora ? FACTS : [])
  const sounds = corpora ? await corpusSounds(flags, signal) : files
  const cache = cacheOf(flags, sounds.length)
  try {
    const failed = await addAll(sounds, table, (sound) => featuresOf(sound, asked, cache, signal), signal)
    if (failed > 0) process.exitCode = 1
    const written = await table.finish()
    if (written === null) return
    const left = failed > 0 ? `; ${failed} left out` : ''
    const count = sounds.length - failed
    terminal.tell(`${written}: ${counted(count, 'recording')}, ${counted(setColumns(asked).length, 'column')}${left}`)
  } catch (error) {
    await table.discard()
    throw error
  }
}
