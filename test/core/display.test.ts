/** Output in notebooks: whole, escaped, and readable in light and dark. */
import { describe, expect, it } from 'vitest'
import { base64 } from '../../src/core/base64.ts'
import { displayedAs, htmlTable, midTones } from '../../src/core/display.ts'
import { lineDrawing, ticksOf } from '../../src/core/line-drawing.ts'
import { Adam, Dense, MLP, Sequential } from '../../src/index.ts'
import { contrast } from '../support/contrast.ts'
import { displayOf } from '../support/display.ts'
import { normalSequences } from '../support/random.ts'

describe('an object with an output', () => {
  it('keeps it out of JSON, copies and comparisons', () => {
    const object = displayedAs({ a: 1 }, function () {
      return { 'text/plain': String(this.a) }
    })
    expect(displayOf(object)).toEqual({ 'text/plain': '1' })
    expect(JSON.stringify(object)).toBe('{"a":1}')
    expect(object).toStrictEqual({ a: 1 })
    expect(structuredClone(object)).toStrictEqual({ a: 1 })
  })

  it('has colours that are readable on light and dark pages', () => {
    expect(new Set(midTones).size).toBe(8)
    for (const color of midTones) {
      for (const ground of ['#ffffff', '#1e1e1e', '#15191e']) expect(contrast(color, ground)).toBeGreaterThan(3)
    }
  })
})

describe('an HTML table', () => {
  it('escapes all but cells of HTML, and keeps indents', () => {
    const html = htmlTable(
      '<i>',
      ['a', '<b>'],
      [
        ['  x', '"'],
        ['y', { html: '<hr>' }],
      ],
    )
    expect(html).toMatch(/<caption[^>]*>&lt;i&gt;<\/caption>/)
    expect(html).toMatch(/<th scope="col"[^>]*>&lt;b&gt;<\/th>/)
    expect(html).toMatch(/<th scope="row"[^>]*>&nbsp; x<\/th><td[^>]*>&quot;<\/td>/)
    expect(html).toMatch(/<td style="text-align:right[^>]*><hr><\/td>/)
    expect(html).not.toMatch(/(^|[^-])color:(?!inherit)/)
  })
})

describe('a drawing of lines', () => {
  const axes = { x: 'epoch', y: '<loss>' }

  it('has round ticks', () => {
    expect(ticksOf([0, 1])).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1])
    expect(ticksOf([0.031, 0.099])).toEqual([0.04, 0.05, 0.06, 0.07, 0.08, 0.09])
    expect(ticksOf([0.5, 0.7])).toEqual([0.5, 0.55, 0.6, 0.65, 0.7])
    expect(ticksOf([-30, 1250])).toEqual([0, 200, 400, 600, 800, 1000, 1200])
    expect(ticksOf([1e-9, 9e-9])).toEqual([2e-9, 4e-9, 6e-9, 8e-9])
  })

  it('puts points where they belong, with gaps where they are not finite', () => {
    const line = [0, 1, Number.NaN, 2].map((y, i) => [i, y] as const)
    const html = lineDrawing([{ name: 'training', points: line }], axes)
    const [, path] = /<path d="([^"]*)" fill="none" stroke="#2f7fc4"/.exec(html) ?? []
    expect(path).toBe('M58 154L208 81M508 8')
    expect(html).toContain('aria-label="&lt;loss&gt; by epoch: training"')
    expect(html).not.toContain('<loss>')
    expect(html).not.toContain('NaN')
  })

  it('stays small however long the lines', () => {
    const points = Array.from({ length: 100_000 }, (_, i) => [i, i % 7] as const)
    const html = lineDrawing([{ name: 'a', points }], axes)
    expect(html.length).toBeLessThan(8000)
    expect(/L508 [\d.]+"/.test(html)).toBe(true)
  })

  it('has a legend for several lines, a range for one value, and is empty without points', () => {
    const one = { name: 'a & b', points: [[1, 5]] as [number, number][] }
    expect(lineDrawing([one, one], axes).match(/a &amp; b<\/span>/g)).toHaveLength(2)
    expect(lineDrawing([one], axes)).toContain('M283 81')
    expect(lineDrawing([{ name: 'a', points: [[1, Number.NaN]] }], axes)).toBe('')
    expect(lineDrawing([], axes)).toBe('')
  })
})

it.each([
  ['', ''],
  ['f', 'Zg=='],
  ['fo', 'Zm8='],
  ['foo', 'Zm9v'],
  ['foobar', 'Zm9vYmFy'],
])('base64 of %j as in RFC 4648', (text, wanted) => {
  expect(base64(new TextEncoder().encode(text))).toBe(wanted)
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i)
  expect(Buffer.from(base64(bytes), 'base64')).toEqual(Buffer.from(bytes))
})

describe('in notebooks', () => {
  it('a network shows the table of its layers', () => {
    const net = new Sequential([new Dense({ inputs: 4, units: 3 }), new Dense({ units: 2, activation: 'softmax' })])
    const { 'text/plain': text, 'text/html': html } = displayOf(net)
    expect(text).toBe(net.summary())
    expect(html).toContain('Sequential: [T, 4] -&gt; [T, 2], 2 layers, 23 parameters')
    expect(html.match(/<tr>/g)).toHaveLength(3)
    expect(html).toContain('>0 dense (linear)<')
    expect(displayOf(new MLP({ layers: [4, 3, 2] }))['text/html']).toContain('MLP: [n, 4] -&gt; [n, 2]')
  })

  it('a history shows curves of training and validation data above the table', async () => {
    const net = new Sequential([new Dense({ inputs: 4, units: 2, activation: 'softmax' })], { seed: 1 })
    const data = normalSequences('display', [6, 5], 4)
    const validation = { sequences: data, labels: [0, 1] }
    const history = await net.fit(data, [0, 1], { optimizer: new Adam(), epochs: 12, validation })
    const { 'text/plain': text, 'text/html': html } = displayOf(history)
    expect(text).toBe(String(history))
    expect(html).toContain('aria-label="loss by epoch: training, validation"')
    expect(html.match(/<path[^>]*fill="none"/g)).toHaveLength(2)
    expect(html).toContain('History: 12 epochs, best 12')
    expect(html).toContain('validationLoss')
    expect(html).toContain('>...<')
    expect(html.length).toBeLessThan(8000)
  })
})
