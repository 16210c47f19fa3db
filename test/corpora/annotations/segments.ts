/** Segments whose times and texts are hard to write. */
import type { TimedLabel } from '../../../src/corpora/annotations/timed-labels.ts'

/** Those that are read back as they are. */
export const hardSegments: readonly TimedLabel[] = [
  { start: 0.061, end: 1.3333333333333333, label: 'joy' },
  { start: 1.3333333333333333, end: 2, label: 'say "no" & <b>go</b>' },
  { start: 2.5, end: 3.000001, label: "l'été, größer, 怒り, 😠, \u05db\u05e2\u05e1" },
  // Overlaps the one before.
  { start: 2.75, end: 4, label: 'anger' },
  { start: 3605.25, end: 3607.0005, label: 'neutral' },
  { start: 3607.0005, end: 3608 },
  { start: 3609, end: 3610, label: null },
  { start: 3609, end: 3610, label: 'B', tier: 'who "speaks" & why' },
]

/** Length of the recording, s. */
export const hardSeconds = 3612.5
