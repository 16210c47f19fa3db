import { describe, expect, it } from 'vitest'
import { ConfusionMatrix } from '../../src/evaluation/confusion-matrix.ts'
import { wilsonInterval } from '../../src/evaluation/intervals.ts'
import { accuracy, unweightedRecall } from '../../src/evaluation/metrics.ts'

const names = ['joy', 'neutral', 'sadness', 'anger']

/** The LSTM of Han's study, its percentages counted back: 269 of 338 right. */
const counts = [
  [47, 3, 0, 21],
  [5, 63, 8, 3],
  [0, 12, 49, 0],
  [16, 1, 0, 110],
]
const study = () => ConfusionMatrix.fromJSON({ classes: names, counts })

describe('ConfusionMatrix', () => {
  it('has rows true and columns said', () => {
    const matrix = new ConfusionMatrix(names)
    matrix.add('joy', 'anger').add(0, 3).add('anger', 'joy', 5).add('joy', 2, 0)
    expect(matrix.counts.shape).toEqual([4, 4])
    expect(matrix.counts.get(0, 3)).toBe(2)
    expect(matrix.counts.get(3, 0)).toBe(5)
    expect(matrix.total).toBe(7)
    expect(matrix.accuracy).toBe(0)
  })

  it('gives the rates of the study', () => {
    const matrix = study()
    expect(matrix.total).toBe(338)
    expect(matrix.accuracy).toBe(269 / 338)
    expect(matrix.recall).toEqual({ joy: 47 / 71, neutral: 63 / 79, sadness: 49 / 61, anger: 110 / 127 })
    expect(100 * matrix.unweightedRecall).toBeCloseTo(78.2, 1)
    expect(matrix.precision).toEqual({ joy: 47 / 68, neutral: 63 / 79, sadness: 49 / 57, anger: 110 / 134 })
    expect(matrix.f1.joy).toBeCloseTo(2 / (71 / 47 + 68 / 47), 15)
    const { joy, neutral, sadness, anger } = matrix.f1
    expect(matrix.macroF1).toBeCloseTo((joy + neutral + sadness + anger) / 4, 15)
    expect(matrix.accuracyInterval).toEqual(wilsonInterval(269, 338))
    expect(matrix.recallIntervals.sadness).toEqual(wilsonInterval(49, 61))
  })

  it('agrees with the metrics of plain lists', () => {
    const truth = ['joy', 'joy', 'anger', 'anger', 'anger']
    const said = ['joy', 'anger', 'anger', 'anger', 'sadness']
    const matrix = new ConfusionMatrix(names).addAll(truth, said)
    expect(matrix.accuracy).toBe(accuracy(truth, said))
    expect(matrix.unweightedRecall).toBeCloseTo(unweightedRecall(truth, said), 15)
    const index = (label: string) => names.indexOf(label)
    const byIndex = new ConfusionMatrix(names).addAll(truth.map(index), Int32Array.from(said, index))
    expect(byIndex.toJSON()).toEqual(matrix.toJSON())
  })

  it('has NaN where there is nothing to divide by, and leaves it out of the means', () => {
    const matrix = new ConfusionMatrix(['a', 'b', 'c', 'd']).add('a', 'a').add('b', 'c')
    expect(matrix.recall).toEqual({ a: 1, b: 0, c: Number.NaN, d: Number.NaN })
    expect(matrix.precision).toEqual({ a: 1, b: Number.NaN, c: 0, d: Number.NaN })
    expect(matrix.f1).toEqual({ a: 1, b: 0, c: 0, d: Number.NaN })
    expect(matrix.unweightedRecall).toBe(0.5)
    expect(matrix.macroF1).toBeCloseTo(1 / 3, 15)
    expect(matrix.recallIntervals.d).toEqual({ low: 0, high: 1 })
    const empty = new ConfusionMatrix(names)
    expect([empty.accuracy, empty.unweightedRecall, empty.macroF1]).toEqual([Number.NaN, Number.NaN, Number.NaN])
  })

  it('merges folds without touching the other', () => {
    const [matrix, other] = [study(), study()]
    matrix.merge(other).merge(matrix)
    expect(matrix.counts.get(3, 0)).toBe(64)
    expect(other.total).toBe(338)
    expect(() => matrix.merge(new ConfusionMatrix(['anger', 'joy']))).toThrow(
      'ConfusionMatrix.merge: "other" expected the classes joy, neutral, sadness, anger, got anger, joy',
    )
    // biome-ignore lint/suspicious/noSparseArray: the hole is the point
    expect(() => new ConfusionMatrix([, 'a'] as never)).toThrow(TypeError)
    const commas = [
      ['a, b', 'c'],
      ['a', 'b, c'],
    ].map((names) => new ConfusionMatrix(names))
    expect(() => commas[0].merge(commas[1])).toThrow(RangeError)
    expect(() => matrix.merge(study().toJSON() as unknown as ConfusionMatrix)).toThrow(TypeError)
  })

  it('survives JSON', () => {
    const text = JSON.stringify(study())
    expect(JSON.parse(text)).toEqual({ classes: names, counts })
    expect(ConfusionMatrix.fromJSON(JSON.parse(text)).counts.data).toEqual(Int32Array.from(counts.flat()))
  })

  it('hands out copies', () => {
    const matrix = study()
    matrix.counts.set(0, 0, 1000)
    matrix.toJSON().counts[0][0] = 1000
    expect(matrix.counts.get(0, 0)).toBe(47)
    const classes = ['a', 'b']
    const named = new ConfusionMatrix(classes)
    classes[0] = 'z'
    expect(named.classes).toEqual(['a', 'b'])
  })

  it('counts a class whose name means something to objects', () => {
    const matrix = new ConfusionMatrix(['__proto__', 'constructor']).add('__proto__', '__proto__')
    expect(Object.entries(matrix.recall)).toEqual([
      ['__proto__', 1],
      ['constructor', Number.NaN],
    ])
    expect(matrix.unweightedRecall).toBe(1)
  })
})

describe('the tables of a ConfusionMatrix', () => {
  const small = () => new ConfusionMatrix(['joy', 'a very long name']).add('joy', 'joy', 3).add('joy', 1)

  it('as text', () => {
    expect(String(small()).split('\n')).toEqual([
      'true \\ said              joy   a very long name   n   recall    95 % interval',
      'joy                3  75.0 %          1  25.0 %   4   75.0 %   30.1 to 95.4 %',
      'a very long name   0       -          0       -   0        -   0.0 to 100.0 %',
      '',
      'accuracy (WAR)           75.0 %, 95 % interval 30.1 to 95.4 %, n = 4',
      'unweighted recall (UAR)  75.0 %',
      'macro F1                 42.9 %',
    ])
  })

  it('in a notebook', () => {
    const matrix = new ConfusionMatrix(['<b>&"\'', 'joy']).add(0, 0, 3).add(0, 'joy')
    const shown = (matrix as unknown as Record<symbol, () => Record<string, string>>)[Symbol.for('Jupyter.display')]()
    expect(shown['text/plain']).toBe(String(matrix))
    const html = shown['text/html']
    expect(html).toContain('<th scope="row">&lt;b&gt;&amp;&quot;&#39;</th>')
    expect(html).not.toContain('<b>')
    const cells = [...html.matchAll(/<td style="background:rgba\(37,99,235,([\d.]+)\)[^>]*>(\d+)<\/td>/g)]
    expect(cells.map(([, shade, count]) => [shade, count])).toEqual([
      ['0.338', '3'],
      ['0.113', '1'],
      ['0.000', '0'],
      ['0.000', '0'],
    ])
    expect(html).toContain('75.0 % (30.1 to 95.4 %)')
    expect(html).not.toContain('NaN')
  })
})

describe('ConfusionMatrix rejects', () => {
  it('classes that are none', () => {
    expect(() => new ConfusionMatrix([])).toThrow('ConfusionMatrix: "classes" expected at least 1 item, got 0')
    expect(() => new ConfusionMatrix(['a', 'a'])).toThrow(
      'ConfusionMatrix: "classes" expected different names, got "a" twice',
    )
    expect(() => new ConfusionMatrix([1 as unknown as string])).toThrow(TypeError)
  })

  it('unknown labels and counts, leaving nothing half-counted', () => {
    const matrix = new ConfusionMatrix(['joy', 'anger'])
    expect(() => matrix.add('joy', 'rage')).toThrow(
      'ConfusionMatrix.add: "said" expected one of "joy", "anger", got "rage"',
    )
    expect(() => matrix.add(2, 0)).toThrow('ConfusionMatrix.add: "truth" expected an integer >= 0 and <= 1, got 2')
    expect(() => matrix.add(0, 0, -1)).toThrow(RangeError)
    expect(() => matrix.add(0, 0, 0.5)).toThrow(RangeError)
    expect(() => matrix.add(0, 0, 2 ** 31)).toThrow(RangeError)
    expect(() => matrix.addAll(['joy', 'joy'], ['joy', 'rage'])).toThrow('ConfusionMatrix.addAll: "said"')
    expect(() => matrix.addAll([0, 1], [0])).toThrow('"truth" and "said" expected one length, got 2 and 1')
    expect(matrix.total).toBe(0)
    const full = new ConfusionMatrix(['joy', 'anger']).add(0, 0).add(1, 1, 2 ** 31 - 1)
    expect(() => full.merge(full)).toThrow(RangeError)
    expect(full.counts.get(0, 0)).toBe(1)
  })

  it('JSON of another shape', () => {
    expect(() => ConfusionMatrix.fromJSON({ classes: ['a', 'b'], counts: [[1, 2]] })).toThrow(
      'ConfusionMatrix.fromJSON: "counts" expected 2 rows of 2 counts for as many classes',
    )
    expect(() => ConfusionMatrix.fromJSON({ classes: ['a'], counts: [[1.5]] })).toThrow(RangeError)
    expect(() => ConfusionMatrix.fromJSON([] as unknown as { classes: string[]; counts: number[][] })).toThrow(
      TypeError,
    )
  })
})
