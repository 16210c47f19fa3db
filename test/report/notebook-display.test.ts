/** Features and sound in notebooks: pictures with the values they were made of, players with the samples. */
import { inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { decodeWav, displayAudio, displayFeatures, Random } from '../../src/index.ts'
import { encodePng } from '../../src/report/png.ts'
import { displayOf } from '../support/display.ts'
import { normalMatrix } from '../support/random.ts'

/** Bytes of a data URI of this type in HTML. */
function dataIn(html: string, type: string): Buffer {
  const [, text] = new RegExp(`"data:${type};base64,([^"]*)"`).exec(html) ?? []
  return Buffer.from(text ?? '', 'base64')
}

/** Pixels of a PNG as rows of colours, by the chunks of the file. */
function coloursOf(png: Buffer): string[][] {
  expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n')
  const chunks = new Map<string, Buffer>()
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    chunks.set(png.toString('latin1', at + 4, at + 8), png.subarray(at + 8, at + 8 + png.readUInt32BE(at)))
  }
  expect([...chunks.keys()]).toEqual(['IHDR', 'PLTE', 'IDAT', 'IEND'])
  const [header, palette, data] = ['IHDR', 'PLTE', 'IDAT'].map((name) => chunks.get(name) as Buffer)
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)]
  const rows = inflateSync(data)
  expect(rows.length).toBe((width + 1) * height)
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (__, x) => {
      const index = rows[y * (width + 1) + 1 + x]
      return `#${palette.toString('hex', 3 * index, 3 * index + 3)}`
    }),
  )
}

describe('a PNG', () => {
  it('gives its pixels to other programs', () => {
    const pixels = Uint8Array.from([0, 1, 2, 2, 1, 0])
    const palette = ['#000000', '#ff8000', '#0000ff']
    expect(coloursOf(Buffer.from(encodePng({ width: 3, height: 2, pixels, palette })))).toEqual([
      ['#000000', '#ff8000', '#0000ff'],
      ['#0000ff', '#ff8000', '#000000'],
    ])
  })

  it('has several blocks where there are many pixels', () => {
    const pixels = Uint8Array.from({ length: 300 * 500 }, (_, i) => i % 2)
    const rows = coloursOf(Buffer.from(encodePng({ width: 300, height: 500, pixels, palette: ['#000000', '#ffffff'] })))
    expect(rows[499].slice(-2)).toEqual(['#000000', '#ffffff'])
  })
})

describe('displayFeatures', () => {
  const [dark, light, gap] = ['#440154', '#fde725', '#808080']

  it('draws the first column at the bottom, each column by its own range', () => {
    const features = [
      [0, 100],
      [1, 300],
    ]
    const shown = displayFeatures(features)
    expect(coloursOf(dataIn(shown.html, 'image/png'))).toEqual([
      [dark, light],
      [dark, light],
    ])
    expect(String(shown)).toBe('Features [2, 2] from 0 to 300')
    const [above, below] = coloursOf(dataIn(displayFeatures(features, { scale: 'all' }).html, 'image/png'))
    expect(above[1]).toBe(light)
    expect(below[0]).toBe(dark)
    expect(below[1]).toBe(dark)
  })

  it('draws what is not finite in grey, and one value in the middle', () => {
    const [row] = coloursOf(dataIn(displayFeatures([[1], [Number.NaN], [2]]).html, 'image/png'))
    expect(row).toEqual([dark, gap, light])
    expect(coloursOf(dataIn(displayFeatures([[Number.NaN]]).html, 'image/png'))).toEqual([[gap]])
    expect(String(displayFeatures([[Number.NaN]]))).toBe('Features [1, 1] without a finite value')
    expect(coloursOf(dataIn(displayFeatures([[7], [7]]).html, 'image/png'))[0][0]).not.toBe(gap)
  })

  it('shows text and HTML in a notebook, escaped, with names and times', () => {
    const options = { names: ['<a>', 'b & c'], frameStepSeconds: 0.01, title: '"x" <y>' }
    const shown = displayFeatures(normalMatrix(new Random(1), 200, 2), options)
    const { 'text/plain': text, 'text/html': html } = displayOf(shown)
    expect(text).toBe(String(shown))
    expect(html).toBe(shown.html)
    for (const part of ['&lt;a&gt;', 'b &amp; c', '&quot;x&quot; &lt;y&gt;', 'time, s', '>1.5<']) {
      expect(html).toContain(part)
    }
    expect(html).not.toMatch(/<a>|<y>|<script|(^|[^-])color:(?!inherit)/)
  })

  it('stays small for long recordings', () => {
    expect(displayFeatures(normalMatrix(new Random(1), 20_000, 39)).html.length).toBeLessThan(25_000)
  })

  it('rejects what it cannot draw', () => {
    expect(() => displayFeatures([])).toThrow('displayFeatures: "features" expected at least one row and one column')
    expect(() => displayFeatures([[1, 2]], { names: ['a'] })).toThrow(
      'displayFeatures: "names" expected one for each of 2 columns, got 1',
    )
    expect(() => displayFeatures([[1]], { frameStepSeconds: 0 })).toThrow(RangeError)
    expect(() => displayFeatures([[1]], { scale: 'row' as 'all' })).toThrow(RangeError)
    expect(() => displayFeatures([[1]], { colour: 1 } as object)).toThrow(TypeError)
  })
})

describe('displayAudio', () => {
  const samples = Float32Array.from({ length: 800 }, (_, n) => Math.sin(n / 5) / 2)

  it('holds the samples', () => {
    const shown = displayAudio(samples, 8000, { title: 'a < b' })
    const { channels, sampleRate } = decodeWav(dataIn(shown.html, 'audio/wav'))
    expect(sampleRate).toBe(8000)
    expect(channels[0]).toHaveLength(800)
    for (const [n, value] of samples.entries()) expect(Math.abs(channels[0][n] - value)).toBeLessThan(2 ** -15)
    expect(String(shown)).toBe('Audio, 0.1 s at 8000 Hz')
    expect(displayOf(shown)).toEqual({ 'text/plain': String(shown), 'text/html': shown.html })
    expect(shown.html).toContain('a &lt; b')
  })

  it('rejects what it cannot play', () => {
    expect(() => displayAudio(samples, 0)).toThrow('displayAudio: "sampleRate" expected an integer >= 1, got 0')
    expect(() => displayAudio('x' as never, 8000)).toThrow(TypeError)
    expect(() => displayAudio(samples, 8000, { title: 1 as never })).toThrow(TypeError)
  })
})
