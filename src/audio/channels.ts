import { inputDtype, toSamples } from '../core/array.ts'
import { checkArray } from '../core/check.ts'
import { expectation } from '../core/errors.ts'
import type { FloatArray, VectorLike } from '../core/types.ts'

/**
 * The channels of a recording, checked to be one or more and of one length; integer typed arrays hold 16 bit samples.
 * They share the caller's data where possible, so they must not be written to.
 */
export function toChannels(where: string, audio: { channels: readonly VectorLike[] }): FloatArray[] {
  if (typeof audio !== 'object' || audio === null) {
    throw new TypeError(expectation(where, 'audio', 'an object with "channels"', audio))
  }
  const channels = checkArray<VectorLike>(where, 'channels', audio.channels, 1).map((samples, i) =>
    toSamples(where, `channels[${i}]`, samples, inputDtype(samples)),
  )
  const length = channels[0].length
  channels.forEach((samples, i) => {
    if (samples.length !== length) {
      const lengths = `"channels[0]" of length ${length} and "channels[${i}]" of length ${samples.length}`
      throw new RangeError(`${where}: expected channels of one length, got ${lengths}`)
    }
  })
  return channels
}
