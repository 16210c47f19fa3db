import { describe, expect, it } from 'vitest'
import { textWidth } from '../../src/core/text.ts'
import { ConfusionMatrix } from '../../src/evaluation/confusion-matrix.ts'

/** Of EmoDB, RAVDESS and others, as people have them. */
const corpora = {
  study: ['joy', 'neutral', 'sadness', 'anger'],
  emodb: ['anger', 'boredom', 'disgust', 'fear', 'joy', 'neutral', 'sadness'],
  ravdess: ['neutral', 'calm', 'happy', 'sad', 'angry', 'fearful', 'disgust', 'surprised'],
  chinese: ['愤怒', '高兴', '悲伤', '中性'],
  long: ['pleasant surprise', 'pleasantly surprised by a very long name', 'x', '\x1b[2J a name that clears the screen'],
  many: Array.from({ length: 24 }, (_, i) => `class number ${i}`),
}

/** Counts of up to three digits, all different cells. */
function matrixOf(names: readonly string[]): ConfusionMatrix {
  const matrix = new ConfusionMatrix(names)
  for (const i of names.keys()) for (const j of names.keys()) matrix.add(i, j, i === j ? 100 + i : (7 * i + 3 * j) % 40)
  return matrix
}

describe.each(Object.entries(corpora))('the matrix of %s as text', (_, names) => {
  it.each([40, 60, 80, 100, 120, 200])('fits %i columns and loses no count', (width) => {
    const matrix = matrixOf(names)
    const text = matrix.toString({ width })
    expect(Math.max(...text.split('\n').map(textWidth))).toBeLessThanOrEqual(width)
    expect(text).not.toContain('\x1b')
    const numbers = [...text.matchAll(/(?<![\d.])\d+(?![\d.])/g)].map(([digits]) => Number(digits))
    for (const count of matrix.toJSON().counts.flat()) {
      expect(numbers).toContain(count)
    }
    for (const name of names) expect(text).toContain(`${(100 * matrix.recall[name]).toFixed(1)} %`)
  })

  it('fits 80 columns unless told otherwise', () => {
    expect(String(matrixOf(names))).toBe(matrixOf(names).toString({ width: 80 }))
  })
})

describe('as there is less room', () => {
  const study = matrixOf(corpora.study)
  const lines = (width: number): string[] => study.toString({ width }).split('\n')

  it('recalls and intervals go below', () => {
    expect(lines(100)[0]).toMatch(/^true \\ said +joy +neutral +sadness +anger +n +recall +95 % interval$/)
    expect(lines(100)[1]).toMatch(/^joy +100 +\d+\.\d % +.*% +\d+ +\d+\.\d % +\d+\.\d to \d+\.\d %$/)
    expect(lines(80)[0]).toMatch(/^true \\ said +joy +neutral +sadness +anger +n$/)
    expect(lines(80)[1]).toMatch(/^joy +100 +\d+\.\d % +.*% +\d+$/)
    expect(lines(80)[6]).toMatch(/^ +n +recall +95 % interval$/)
  })

  it('percentages are left out, then names are cut, as long as they differ', () => {
    expect(lines(60)[1]).toMatch(/^joy +100 +\d+ +\d+ +\d+ +\d+$/)
    expect(matrixOf(corpora.ravdess).toString({ width: 60 }).split('\n')[0]).toBe(
      'true \\ said  neu  cal  hap  sad  ang  fea  dis  sur    n',
    )
    const alike = matrixOf(['surprise, good', 'surprise, bad', 'anger', 'fear', 'joy'])
    expect(alike.toString({ width: 50 }).split('\n')[0]).toMatch(/^true \\ said +1 +2 +3 +4 +5 +n$/)
  })

  it('the rates go on below', () => {
    expect(lines(60).slice(-5)).toEqual([
      expect.stringMatching(/^accuracy \(WAR\) {11}\d+\.\d %$/),
      expect.stringMatching(/^ {25}95 % interval \d+\.\d to \d+\.\d %$/),
      expect.stringMatching(/^ {25}n = \d+$/),
      expect.stringMatching(/^unweighted recall \(UAR\) {2}\d+\.\d %$/),
      expect.stringMatching(/^macro F1 {17}\d+\.\d %$/),
    ])
  })

  it('a width that no number fits is refused', () => {
    expect(() => study.toString({ width: 39 })).toThrow(
      new RangeError('ConfusionMatrix.toString: "width" expected an integer >= 40, got 39'),
    )
    expect(() => study.toString({ columns: 80 } as never)).toThrow(TypeError)
  })
})
