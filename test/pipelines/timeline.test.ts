import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import type { FloatNdArray } from '../../src/core/types.ts'
import { kernelsInUse, useKernels } from '../../src/kernels/index.ts'
import { Random } from '../../src/numerics/random.ts'
import { columnsOf } from '../../src/pipelines/front-end-columns.ts'
import { Recognizer } from '../../src/pipelines/recognizer.ts'
import type { Classifier } from '../../src/pipelines/system.ts'
import { systemFrom } from '../../src/pipelines/systems.ts'
import { posteriorTimeline } from '../../src/pipelines/timeline.ts'

/** Says which rows it was asked of: the first and how many. */
const classifier: Classifier = {
  predict: (x) => Float32Array.of(x.get(0, 0), x.shape[0]),
  state: () => null,
}

/** Row t is t, -t. */
function rows(n: number): FloatNdArray {
  return view(
    Float32Array.from({ length: 2 * n }, (_, i) => (i % 2 === 0 ? i / 2 : -(i - 1) / 2)),
    [n, 2],
  )
}

describe('posteriorTimeline', () => {
  it('asks of a second every tenth of a second and tells the middles', () => {
    expect(posteriorTimeline(classifier, rows(125))).toEqual({
      seconds: [0.5, 0.6, 0.7],
      posteriors: [
        [0, 100],
        [10, 100],
        [20, 100],
      ],
    })
  })

  it('takes an utterance shorter than a window whole, and windows of other lengths', () => {
    expect(posteriorTimeline(classifier, rows(30))).toEqual({ seconds: [0.15], posteriors: [[0, 30]] })
    const { seconds, posteriors } = posteriorTimeline(classifier, rows(10), { windowFrames: 4, stepFrames: 3 })
    expect(seconds).toEqual([0.02, 0.05, 0.08])
    expect(posteriors).toEqual([
      [0, 4],
      [3, 4],
      [6, 4],
    ])
  })

  it.each([
    [11025, 110],
    [22050, 221],
    [44100, 441],
    [16000, 160],
  ])('tells the time of samples at %i Hz, where a frame is %i of them', (sampleRate, hop) => {
    const tenMinutes = 600 * sampleRate
    const frames = 1 + Math.floor((tenMinutes - 0.025 * sampleRate) / hop)
    const { seconds } = posteriorTimeline(classifier, rows(frames), { sampleRate })
    const first = 10 * (seconds.length - 1)
    expect(seconds.at(-1)).toBe(((first + 50) * hop) / sampleRate)
    expect(Math.abs((seconds.at(-1) as number) + 0.5 - 600)).toBeLessThan(0.15)
  })

  it('keeps the bits of hundredths at 16000 Hz', () => {
    const { seconds } = posteriorTimeline(classifier, rows(3000), { stepFrames: 7, windowFrames: 33 })
    expect(seconds).toEqual(seconds.map((_, i) => (7 * i + 16.5) / 100))
  })

  it('refuses what it cannot ask of', () => {
    expect(() => posteriorTimeline(undefined as never, rows(5))).toThrow(
      'posteriorTimeline: "classifier" expected a trained system, got undefined',
    )
    expect(() => posteriorTimeline(classifier, rows(0))).toThrow('"features" expected at least one frame, got none')
    expect(() => posteriorTimeline(classifier, rows(5), { stepFrames: 0 })).toThrow(
      /"stepFrames" expected an integer >= 1/,
    )
    expect(() => posteriorTimeline(classifier, rows(5), { window: 5 } as never)).toThrow(/unknown option "window"/)
  })
})

describe('the systems', () => {
  const folder = new URL('../fixtures/0.1.0/recognizers/', import.meta.url)
  const inUse = kernelsInUse()

  afterEach(() => {
    useKernels(inUse)
  })

  const cases = readdirSync(folder).flatMap((name) =>
    (['js', 'simd'] as const).map((record) => [name, record] as const),
  )
  it.each(cases)('%s, kernels %s, answer windows together as one by one, to the bit', (name, record) => {
    useKernels(record)
    const recognizer = Recognizer.from(readFileSync(new URL(name, folder)))
    const { classifier } = recognizer as unknown as { classifier: Classifier }
    const { frontEnd } = systemFrom('test', 'system', recognizer.system)
    // More windows than go through a network at once.
    const shape = [517, columnsOf(frontEnd)]
    const data = new Float32Array(shape[0] * shape[1])
    new Random(7).normalInto(data)
    const features = view(data, shape) as FloatNdArray
    const alone: Classifier = { predict: (x) => classifier.predict(x), state: () => null }
    expect(classifier.predictWindows).toBeDefined()
    expect(posteriorTimeline(classifier, features)).toEqual(posteriorTimeline(alone, features))
  })
})
