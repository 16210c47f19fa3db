import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import type { FloatNdArray } from '../../src/core/types.ts'
import type { Classifier } from '../../src/pipelines/system.ts'
import { posteriorTimeline } from '../../src/pipelines/timeline.ts'

/** Tells which frames it saw: the first, and how many. */
const witness: Classifier = {
  predict: (x) => Float32Array.of(x.get(0, 0), x.shape[0]),
  state: () => null,
}

const numbered = (rows: number): FloatNdArray =>
  view(
    Float32Array.from({ length: 2 * rows }, (_, i) => i / 2),
    [rows, 2],
  )

describe('posteriorTimeline', () => {
  it('asks of a second every tenth of a second, as far as whole windows go', () => {
    const { seconds, posteriors } = posteriorTimeline(witness, numbered(125))
    expect(seconds).toEqual([0.5, 0.6, 0.7])
    expect(posteriors).toEqual([
      [0, 100],
      [10, 100],
      [20, 100],
    ])
  })

  it('takes an utterance shorter than a window as one', () => {
    expect(posteriorTimeline(witness, numbered(37))).toEqual({ seconds: [0.185], posteriors: [[0, 37]] })
    expect(posteriorTimeline(witness, numbered(100)).seconds).toEqual([0.5])
  })

  it('takes windows of other lengths and steps, and refuses what is none', () => {
    const { seconds } = posteriorTimeline(witness, numbered(50), { windowFrames: 20, stepFrames: 15 })
    expect(seconds).toEqual([0.1, 0.25, 0.4])
    expect(() => posteriorTimeline(witness, numbered(5), { stepFrames: 0 })).toThrow(/"stepFrames" expected an integer/)
    expect(() => posteriorTimeline(witness, numbered(5), { window: 1 } as never)).toThrow(/unknown option "window"/)
  })
})
