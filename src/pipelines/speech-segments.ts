/** Segments of a recording in which a voice stands out from the background: segments/speech-scores.ts has the model. */

import { resample } from '../audio/resample.ts'
import { toSoundOfAnyLevel } from '../core/input.ts'
import type { VectorLike } from '../core/types.ts'
import { PRESENCE_RATE } from '../features/presence/tracks.ts'
import { SegmentFinder, type SpeechSegment } from './segments/segment-finder.ts'
import { type SpeechSegmentsOptions, segmentSettings } from './segments/segment-settings.ts'

/**
 * Finds the segments of a recording in which somebody speaks, by what stands out from the background; level and offset play no part. In
 * steady noise it finds speech down to 0 dB (`docs/results/speech-segments.md`); other voices, music and noises that come and go stand out
 * as well: `speechPresence` tells whether a segment is speech. `SpeechSegmentStream` finds the same in sound that comes in chunks.
 *
 * @example
 * ```ts
 * const [voice] = syntheticCorpus({ speakers: 1, sentences: 1 })
 * const recording = new Float32Array(4 * 16000)
 * recording.set(voice.samples(), 16000)
 * const [{ start, end }] = speechSegments(recording, { sampleRate: 16000 })
 * start.toFixed(1) // '1.1'
 * end > 2 // true
 * ```
 *
 * @param samples - one channel, in [-1, 1); integer arrays hold 16 bit samples
 * @throws TypeError or RangeError for samples that are not finite, rates below 4000 Hz and options
 */
export function speechSegments(samples: VectorLike, options: SpeechSegmentsOptions): SpeechSegment[] {
  const where = 'speechSegments'
  const settings = segmentSettings(where, options)
  const { sampleRate } = settings
  const sound = toSoundOfAnyLevel(where, samples)
  const finder = new SegmentFinder(settings)
  const segments = finder.push(resample(sound, sampleRate, PRESENCE_RATE))
  return [...segments, ...finder.finish(sound.length / sampleRate)]
}
