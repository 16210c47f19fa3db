import { logger, Warn } from 'vega'
import { compile } from 'vega-lite'
import { describe, expect, it } from 'vitest'
import { ConfusionMatrix } from '../../src/evaluation/confusion-matrix.ts'
import { type Chart, chart } from '../../src/report/chart.ts'
import { confusionSpec } from '../../src/report/confusion-chart.ts'
import { trainingCurvesSpec } from '../../src/report/curves-chart.ts'
import { resultsMarkdown } from '../../src/report/markdown.ts'
import { ratesSpec } from '../../src/report/rates-chart.ts'
import { renderSvg } from '../../src/report/render.ts'
import { speakersSpec } from '../../src/report/speakers-chart.ts'
import { chooseUtterance, utterancePanel, utteranceSpec } from '../../src/report/utterance.ts'
import { awkward, largeResults, reportResults } from '../support/report.ts'

const results = reportResults()
const timeline = {
  path: 'a/1.wav',
  seconds: [0.5, 0.6],
  posteriors: [
    [0.4, 0.6],
    [0.8, 0.2],
  ],
}
const samples = Float32Array.from({ length: 16000 }, (_, i) => (i < 8000 ? Math.sin(i / 3) / 2 : (i - 12000) / 16000))
const panel = utterancePanel(samples, 16000, timeline, ['joy', 'anger'])
const specs: [string, Chart][] = [
  ['confusionSpec', confusionSpec(results.summary[0].confusion, { title: 'lstm', subtitle: ['strict', 'WAR 87.5'] })],
  ['confusionSpec without texts', confusionSpec(results.summary[0].confusion)],
  ['ratesSpec', ratesSpec(results)],
  ['speakersSpec', speakersSpec(results)],
  ['trainingCurvesSpec', trainingCurvesSpec(results) ?? expect.fail('no curves')],
  ['utteranceSpec', utteranceSpec(panel)],
  ['ratesSpec for a phone', ratesSpec(results, { width: 330 })],
  ['speakersSpec for a phone', speakersSpec(results, { width: 250 })],
  ['ratesSpec of many', ratesSpec(largeResults())],
  ['speakersSpec of many', speakersSpec(largeResults())],
  ['confusionSpec of many', confusionSpec(largeResults().summary[0].confusion)],
]

/** All objects below a value that have the key. */
function withKey(value: unknown, key: string): Record<string, unknown>[] {
  if (typeof value !== 'object' || value === null) return []
  const below = Object.values(value).flatMap((inner) => withKey(inner, key))
  return Object.hasOwn(value, key) ? [value as Record<string, unknown>, ...below] : below
}

/** The rows of the chart's data. */
function rowsOf(spec: Chart): Record<string, unknown>[] {
  return (spec.data as unknown as { values: Record<string, unknown>[] }).values
}

describe.each(specs)('%s', (_name, spec) => {
  it('is plain JSON that Vega-Lite compiles without a warning', () => {
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec)
    const warnings: unknown[] = []
    const log = logger(Warn, undefined, (_method, _level, args) => warnings.push(...args))
    compile(JSON.parse(JSON.stringify(spec)), { logger: log })
    expect(warnings).toEqual([])
  })

  it('is shown by notebooks, and names itself to those who do not see it', async () => {
    const show = Reflect.get(spec, Symbol.for('Jupyter.display'))
    const shown = show.call(spec)
    expect(shown['application/vnd.vegalite.v5+json']).toEqual(spec)
    expect(Object.keys(spec)).not.toContain('Jupyter.display')
    const svg = await renderSvg(spec, { idPrefix: 'p-' })
    expect(svg).toMatch(/^<svg role="img" aria-label="[^"<>]+" /)
    expect(svg.match(/(id="|url\(#)(?!p-)/)).toBeNull()
    expect(svg).not.toMatch(/\d\.\d{4,}/)
  })

  it('has a title', () => expect(withKey(spec, 'title').some(({ title }) => typeof title === 'object')).toBe(true))
})

it('a drawing keeps its texts, whatever they look like', async () => {
  const title = 'id="a" d="1.23456" url(#b) $& $1'
  const text = { data: { values: [{}] }, mark: { type: 'text', text: ` ${title}` } }
  const svg = await renderSvg(chart(title, { ...text, title }), { idPrefix: "$'p-" })
  expect(svg).toContain('aria-label="id=&quot;a&quot; d=&quot;1.23456&quot; url(#b) $&amp; $1" xmlns=')
  expect(svg.match(/>[^<]*id="a" d="1\.23456" url\(#b\) \$&amp; \$1</g)).toHaveLength(2)
})

it('names with line ends of Unicode are drawn: no expression breaks at them', async () => {
  const names = ['a\u2028joy', 'a long name of a class\u2029of several lines of letters']
  const matrix = new ConfusionMatrix(names).add(names[0], names[1], 3).add(names[1], names[1], 2)
  const svg = await renderSvg(confusionSpec(matrix))
  for (const word of ['joy', 'several']) expect(svg).toContain(word)
})

describe('what the charts show', () => {
  it('a confusion matrix: shares of rows and counts', () => {
    const cells = rowsOf(
      confusionSpec(
        {
          classes: ['a', 'b'],
          counts: [
            [3, 1],
            [0, 0],
          ],
        },
        { title: 'x' },
      ),
    )
    expect(cells).toEqual([
      { true: 'a', said: 'a', share: 0.75, percent: '75.0', count: '3' },
      { true: 'a', said: 'b', share: 0.25, percent: '25.0', count: '1' },
      { true: 'b', said: 'a', share: 0, percent: '0.0', count: '0' },
      { true: 'b', said: 'b', share: 0, percent: '0.0', count: '0' },
    ])
  })

  it("rates: means, ranges, intervals, and the study's beside the same recordings only", () => {
    const [first] = rowsOf(ratesSpec(results))
    expect(first).toMatchObject({
      system: 'lstm',
      protocol: 'strict',
      mean: 87.5,
      low: 75,
      high: 100,
      label: '87.5',
      study: null,
    })
    expect(first.from).toBeCloseTo(100 * results.summary[0].accuracyInterval.low, 3)
    const unasked = { ...results, corpus: { ...results.corpus, name: 'emodb' } }
    expect(rowsOf(ratesSpec(unasked)).every(({ study }) => study === null)).toBe(true)
    const emodb = { ...unasked, study: true }
    expect(rowsOf(ratesSpec(emodb)).map(({ study }) => study)).toEqual([81.59, null, 81.59, null, null, null])
  })

  it('speakers: a cell for each system and protocol', () => {
    const cells = rowsOf(speakersSpec(results))
    expect(cells).toHaveLength(12)
    expect(cells[0]).toEqual({ system: 'lstm', protocol: 'strict', speaker: awkward, n: 4, rate: 87.5, label: '88' })
  })

  it('training: a line for each fold of the first seed, and thinned out where it is long', () => {
    const points = rowsOf(trainingCurvesSpec(results) ?? expect.fail('no curves'))
    expect(points).toHaveLength(2 * 2 * 2)
    expect(points[1]).toEqual({ system: 'lstm', speaker: awkward, epoch: 2, loss: 1.5 })
    const long = structuredClone(results)
    const record = long.runs[0].folds[0].epochs[0]
    for (const { folds } of long.runs) {
      for (const fold of folds) fold.epochs = Array.from({ length: 201 }, (_, i) => ({ ...record, epoch: i + 1 }))
    }
    const epochs = rowsOf(trainingCurvesSpec(long) ?? expect.fail('no curves')).map(({ epoch }) => epoch)
    expect(epochs.slice(0, 3)).toEqual([1, 4, 7])
    expect(epochs[67 - 1]).toBe(199)
    expect(epochs[68 - 1]).toBe(201)
    const diverged = structuredClone(results)
    diverged.runs[0].folds[0].epochs = [record, { epoch: 2, loss: null }, { epoch: 3 }] as never // as JSON has them
    expect(rowsOf(trainingCurvesSpec(diverged) ?? expect.fail('no curves')).slice(0, 2)).toEqual([
      points[0],
      { ...points[2], epoch: 1 },
    ])
    const untrained = { ...results, runs: results.runs.filter(({ name }) => name === 'both') }
    expect(trainingCurvesSpec(untrained)).toBeNull()
  })
})

describe('the utterance', () => {
  it('keeps the extremes of each column and averages frames', () => {
    expect(panel).toMatchObject({ path: 'a/1.wav', duration: 1, highestHertz: 8000 })
    expect(panel.envelope).toHaveLength(760)
    const last = panel.envelope[759]
    expect(last.high).toBeCloseTo((15999 - 12000) / 16000, 3)
    expect(last.low).toBeLessThan(last.high)
    expect(Math.max(...panel.envelope.slice(0, 379).map(({ high }) => high))).toBeCloseTo(0.5, 3)
    // 98 frames of 25 ms every 10 ms, each a column of 40 cells.
    expect(panel.mel).toHaveLength(98 * 40)
    expect(panel.mel[0].from).toBeCloseTo(0.0075, 10)
    expect(panel.posteriors[3]).toEqual({ seconds: 0.6, label: 'anger', posterior: 0.2 })
    const long = utterancePanel(new Float32Array(16000 * 5), 16000, timeline, ['joy', 'anger'])
    expect(long.mel).toHaveLength(190 * 40)
    const high = utterancePanel(samples, 8000, timeline, ['joy', 'anger'])
    expect(high.highestHertz).toBe(4000)
  })

  it('stands on one axis of time', () => {
    const scales = withKey(utteranceSpec(panel), 'x').map(({ x }) => (x as { scale: unknown }).scale)
    expect(scales).toHaveLength(3)
    for (const scale of scales) expect(scale).toEqual({ domain: [0, 1], nice: false })
  })

  it('is of the best run that has one, and has the most windows', () => {
    expect(chooseUtterance(results)).toMatchObject({ run: { name: 'lstm', seed: 1 }, timeline: { path: 'a/1.wav' } })
    const more = structuredClone(results)
    more.runs[0].folds[1].timeline = { path: 'b/1.wav', seconds: [0.5, 0.6, 0.7], posteriors: [] }
    more.runs[2].folds[1].timeline = { path: 'b/2.wav', seconds: [1, 2, 3, 4], posteriors: [] }
    expect(chooseUtterance(more)?.timeline.path).toBe('b/1.wav')
    delete more.runs[0].folds[0].timeline
    delete more.runs[0].folds[1].timeline
    expect(chooseUtterance(more)?.timeline.path).toBe('b/2.wav')
    delete more.runs[2].folds[1].timeline
    expect(chooseUtterance(more)).toBeNull()
  })

  it.each<[string, () => unknown, string]>([
    [
      'a rate',
      () => utterancePanel(samples, 4000, timeline, ['joy']),
      '"sampleRate" expected an integer >= 8000, got 4000',
    ],
    ['no class', () => utterancePanel(samples, 16000, timeline, []), '"classes" expected at least 1 item, got 0'],
  ])('refuses %s', (_name, act, message) => expect(act).toThrow(`utterancePanel: ${message}`))
})

describe('what is no data of a chart', () => {
  it.each([
    ['ratesSpec', ratesSpec],
    ['trainingCurvesSpec', trainingCurvesSpec],
    ['speakersSpec', speakersSpec],
    ['resultsMarkdown', resultsMarkdown],
  ])('is refused by %s', (name, act) => {
    for (const value of [undefined, 'results.json', {}]) {
      expect(() => act(value as never)).toThrow(TypeError)
      expect(() => act(value as never)).toThrow(`${name}: "results" expected `)
    }
  })

  it('is refused by confusionSpec and renderSvg', async () => {
    expect(() => confusionSpec(undefined as never)).toThrow(
      'confusionSpec: "confusion" expected an object, got undefined',
    )
    expect(() => confusionSpec({} as never)).toThrow('confusionSpec: "confusion.classes" expected an array')
    const short = { classes: ['a', 'b'], counts: [[1, 2], [3]] }
    expect(() => confusionSpec(short)).toThrow('"confusion.counts[1]" expected at least 2 items, got 1')
    await expect(renderSvg(undefined as never)).rejects.toThrow('renderSvg: "spec" expected an object, got undefined')
    await expect(renderSvg({} as never)).rejects.toThrow('renderSvg: "spec.description" expected a string')
  })
})

it('renderSvg leaves links out, which ended the process, and pictures', async () => {
  const values = [{ a: 1 }, { a: 2 }]
  const encoding = { x: { field: 'a', type: 'quantitative' } }
  const marks: { [name: string]: string }[] = [
    { type: 'point', href: 'javascript:alert(1)' },
    { type: 'image', url: 'https://example.org/a.png', href: 'https://example.org' },
  ]
  for (const mark of marks) {
    const svg = await renderSvg({ ...chart('Linked', { mark }), data: { values }, encoding } as never)
    expect(svg).not.toMatch(/javascript|example\.org/)
  }
})

it('confusionSpec takes a ConfusionMatrix and its JSON', () => {
  const matrix = new ConfusionMatrix(['a', 'b']).add('a', 'b', 3)
  expect(confusionSpec(matrix)).toEqual(confusionSpec(matrix.toJSON()))
})

describe('chart', () => {
  it('has a look of its own and what it is given', () => {
    const made = chart('Nothing', { mark: 'bar' })
    expect(made).toMatchObject({ description: 'Nothing', mark: 'bar', config: { background: 'white' } })
  })
})
