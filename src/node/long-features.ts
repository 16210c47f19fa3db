/** Features of long recordings, in a thread that a signal ends: until they are there, nothing else happens in their own. */
import type { Tinypool } from 'tinypool'
import { floatView } from '../core/array.ts'
import { isErrorNamed, throwIfAborted } from '../core/realm.ts'
import type { FloatNdArray } from '../core/types.ts'
import { type KernelsChoice, kernelsChoice } from '../kernels/index.ts'
import { extractFeatures, type ResolvedFrontEnd } from '../pipelines/front-end.ts'
import type { AudioFile } from './audio-file.ts'
import { send, startPool } from './thread-pool.ts'

/** Sound, s, whose features take longer than a thread to start, and up to 200 ms. */
const LONG_SECONDS = 60

/** The message that has a thread compute the features of a recording. */
export interface FeaturesTask extends KernelsChoice {
  sound: Pick<AudioFile, 'sampleRate' | 'channels'>
  frontEnd: ResolvedFrontEnd
}

/** Features as they are cloned between threads. */
export type FeatureRows = Pick<FloatNdArray, 'data' | 'shape'>

/** A signal, and the script of the thread as in `createJobRunner`. */
export interface LongFeaturesOptions {
  signal?: AbortSignal
  script?: string | URL
}

/** A thread; null where there is no script for it, or no tinypool. */
async function startedPool(script: string | URL | undefined): Promise<Tinypool | null> {
  try {
    return await startPool(1, script)
  } catch (error) {
    if (isErrorNamed(error, 'StateError')) return null
    throw error
  }
}

/**
 * The result of `extractFeatures`, bit for bit. An abort ends it at once where the sound is long and the program has the script
 * `fold-worker.js`; otherwise it is heard afterwards.
 */
export async function abortableFeatures(
  sound: Pick<AudioFile, 'sampleRate' | 'channels'>,
  frontEnd: ResolvedFrontEnd,
  { signal, script }: LongFeaturesOptions,
): Promise<FloatNdArray> {
  throwIfAborted(signal)
  const { sampleRate, channels } = sound
  const isLong = channels.length > 0 && channels[0].length > LONG_SECONDS * sampleRate
  const pool = signal !== undefined && isLong ? await startedPool(script) : null
  if (pool === null) return extractFeatures(sound, frontEnd)
  try {
    const task: FeaturesTask = { sound: { sampleRate, channels: [...channels] }, frontEnd, ...kernelsChoice() }
    const { data, shape } = await send<FeatureRows>(pool, task, () => {}, signal)
    return floatView(data, shape)
  } catch (error) {
    throwIfAborted(signal)
    throw error
  } finally {
    await pool.destroy()
  }
}
