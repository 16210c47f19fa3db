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
import { csvTable, type FeatureTable, npyTable, type RecordingFeatures, summaryTable } from './feature-table.ts'
import { abortOnInterrupt } from './signals.ts'
import { type ChannelFlags, expandSounds, type NamedSound, readChannel } from './sound-arguments.ts'
import { terminal } from './terminal.ts'

/** Flags of `ser features` that sets take. */
export interface SetFlags extends ChannelFlags {
  output?: string
  frames: boolean
  /** Absent where no flag is given: a cache for several recordings. */
  cache?: string | false
}

const CACHE = '.ser-cache'

function cacheOf({ cache }: SetFlags, recordings: number): FeatureCache {
  const folder = cache ?? (recordings > 1 && CACHE)
  return cacheIn('features', folder === false ? null : folder)
}

function tableFor(output: string | undefined, sounds: number, features: SetFeatures): FeatureTable {
  const names = setColumns(features)
  if (output === undefined) return summaryTable(names, features.functionals ? 'recording' : 'frame')
  const ending = extname(output)
  if (ending === '.csv' || ending === '') return csvTable(output, names)
  if (ending !== '.npy') throw new InvalidArgumentError(`-o expected a name in .csv or .npy, got ${output}`)
  if (sounds === 1) return npyTable(output)
  throw new InvalidArgumentError('-o FILE.npy holds one recording; of several, FILE.csv says which is which')
}

/** Reads a recording and computes its features, or takes them from the cache. */
async function featuresOf(
  path: string,
  flags: SetFlags,
  asked: SetFeatures & { set: FeatureSetName },
  cache: FeatureCache,
  signal: AbortSignal,
): Promise<RecordingFeatures> {
  const warn = (text: string): void => terminal.line(`warning: ${path}: ${text}`)
  const { samples, sampleRate } = await readChannel(path, flags, warn, signal)
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
  return { path, features, spanOf: asked.functionals ? () => [0, seconds] : frameSpan }
}

async function addAll(
  sounds: readonly NamedSound[],
  table: FeatureTable,
  read: (path: string, signal: AbortSignal) => Promise<RecordingFeatures>,
): Promise<number> {
  const signal = abortOnInterrupt()
  let failed = 0
  for (const [i, { path, error: fault }] of sounds.entries()) {
    const text = `features of ${path}`
    if (sounds.length === 1) terminal.status(text)
    else terminal.progress(i, sounds.length, text)
    throwIfAborted(signal)
    let recording: RecordingFeatures
    try {
      if (fault !== undefined) throw new FormatError(fault)
      recording = await read(path, signal)
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

/** Computes the features of a set of all recordings; those that fail are told, and the exit code is 1. */
export async function runSetFeatures(set: FeatureSetName, names: readonly string[], flags: SetFlags): Promise<void> {
  const asked = { set, functionals: !flags.frames }
  checkFramed(`--kind ${set}`, asked)
  const sounds = await expandSounds(names)
  const table = tableFor(flags.output, sounds.length, asked)
  const cache = cacheOf(flags, sounds.length)
  try {
    const failed = await addAll(sounds, table, (path, signal) => featuresOf(path, flags, asked, cache, signal))
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
