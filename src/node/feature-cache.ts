import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { FormatError, messageOf, StateError } from '../core/errors.ts'
import type { FloatNdArray, Json } from '../core/types.ts'
import { FRONT_END_REVISION, type ResolvedFrontEnd } from '../pipelines/front-end.ts'
import type { AudioFile } from './audio-file.ts'
import { decodeCached, encodeCached } from './cached-features.ts'
import { checkFile, checkPath, checkWritableFolder, readWhole, writeWhole } from './files.ts'
import { abortableFeatures } from './long-features.ts'

type Sound = Pick<AudioFile, 'sampleRate' | 'channels'>

/** Options of features, by which they are kept. */
type Options = ResolvedFrontEnd | { [name: string]: Json }

/** Key of a recording's features, which depends on the sound, the options and the front end's revision. */
function keyOf({ sampleRate, channels }: Sound, options: Options): string {
  const lengths = channels.map(({ length }) => length)
  const hash = createHash('sha256').update(JSON.stringify({ FRONT_END_REVISION, sampleRate, lengths, options }))
  for (const channel of channels) hash.update(channel)
  return hash.digest('hex')
}

/** Features kept under a key; null where there are none, or damaged ones, which `onDamaged` is told. */
async function readCached(path: string, key: string, onDamaged?: (text: string) => void): Promise<FloatNdArray | null> {
  try {
    return decodeCached(key, await readWhole(path))
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    if (!missing) onDamaged?.(`its cached features, "${path}", are made anew: ${messageOf(error)}`)
    return null
  }
}

/** Throws unless a file is there, or nothing: a pipe would be waited for. */
async function checkPlace(path: string): Promise<void> {
  if (!existsSync(path)) return
  try {
    await checkFile(path)
  } catch (cause) {
    throw new FormatError(`"${path}" is ${messageOf(cause)}`, { cause })
  }
}

/** Features of recordings, cached as `.npy` files in a folder (null: not cached). */
export class FeatureCache {
  private readonly folder: string | null
  private checked = false

  private readonly signal: AbortSignal | undefined

  /** @param signal - ends {@link FeatureCache.features}, also of a long recording in the middle */
  constructor(folder: string | null, signal?: AbortSignal) {
    this.folder = folder
    this.signal = signal
  }

  /**
   * Features of a sound by a front end.
   *
   * @param onDamaged - called where kept ones are damaged and made anew, with the reason
   * @throws StateError where the folder cannot be written to
   */
  async features(audio: Sound, options: ResolvedFrontEnd, onDamaged?: (text: string) => void): Promise<FloatNdArray> {
    return await this.kept(audio, options, () => this.computed(audio, options), onDamaged)
  }

  /** Features of a sound by a front end, which are not kept. */
  async computed(audio: Sound, options: ResolvedFrontEnd): Promise<FloatNdArray> {
    return await abortableFeatures(audio, options, { signal: this.signal })
  }

  /**
   * The result of `compute` for a sound, kept by the sound and options; otherwise as {@link FeatureCache.features}.
   *
   * @throws StateError where the folder cannot be written to
   */
  async kept(
    audio: Sound,
    options: Options,
    compute: () => FloatNdArray | Promise<FloatNdArray>,
    onDamaged?: (text: string) => void,
  ): Promise<FloatNdArray> {
    const { folder } = this
    if (folder === null) return await compute()
    const key = keyOf(audio, options)
    const path = join(folder, `${key}.npy`)
    const cached = await readCached(path, key, onDamaged)
    if (cached !== null) return cached
    // A read-only folder that has all features is fine.
    if (!this.checked) await this.written(() => checkWritableFolder(folder))
    this.checked = true
    const features = await compute()
    // Not flushed, which would take as long as the features: a file that a power failure damages is made anew.
    await this.written(async () => {
      await checkPlace(path)
      await writeWhole(path, encodeCached(key, features), { flush: false })
    })
    return features
  }

  private async written(write: () => Promise<void>): Promise<void> {
    try {
      await write()
    } catch (cause) {
      const remedy = '(give another cache, or none)'
      throw new StateError(`cannot keep features in "${this.folder}" ${remedy}: ${messageOf(cause)}`, { cause })
    }
  }
}

/** The cache of the option `cache`. */
export function cacheIn(where: string, folder: unknown, signal?: AbortSignal): FeatureCache {
  return new FeatureCache(folder === undefined || folder === null ? null : checkPath(where, 'cache', folder), signal)
}
