import { logger, Warn } from 'vega'
import { compile } from 'vega-lite'
import { describe, expect, it } from 'vitest'
import { pitchTrack } from '../../src/features/pitch.ts'
import type { Chart } from '../../src/report/chart.ts'
import { renderSvg } from '../../src/report/render.ts'
import { logMelSpec, pitchSpec, waveformSpec } from '../../src/report/sound-charts.ts'
import { timelineSpec } from '../../src/report/timeline-chart.ts'
import { utterancePanel } from '../../src/report/utterance.ts'

/** Half a second of silence, half a second of 200 Hz. */
const samples = Float32Array.from({ length: 16000 }, (_, n) =>
  n < 8000 ? 0 : 0.5 * Math.sin((2 * Math.PI * 200 * n) / 16000),
)
const track = pitchTrack(samples, { sampleRate: 16000 })
const recognition = [
  { time: 0.5, probabilities: { joy: 0.3, anger: 0.7 } },
  { time: 0.6, probabilities: { joy: 0.1, anger: 0.9 } },
]
const timeline = {
  seconds: [0.5, 0.6],
  posteriors: [
    [0.3, 0.7],
    [0.1, 0.9],
  ],
}
const specs: [string, Chart, string][] = [
  ['waveformSpec', waveformSpec(samples, 16000), 'Waveform, 1 s, largest amplitude 0.5.'],
  ['logMelSpec', logMelSpec(samples, 16000, { title: 'A tone', width: 300 }), 'Log mel energies up to 8000 Hz, 1 s.'],
  ['pitchSpec', pitchSpec(track), /^Pitch, 200 to 200 Hz, \d+ of 98 frames voiced\.$/.source],
  ['timelineSpec', timelineSpec(recognition), 'Posteriors of joy, anger over time, 0.5 s to 0.6 s.'],
]

function rowsOf({ data }: Chart): Record<string, number | string | null>[] {
  return (data as unknown as { values: Record<string, number | string | null>[] }).values
}

describe.each(specs)('%s', (_name, spec, description) => {
  it('is plain JSON that Vega-Lite compiles without a warning and draws', async () => {
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec)
    const warnings: unknown[] = []
    compile(JSON.parse(JSON.stringify(spec)), {
      logger: logger(Warn, undefined, (_method, _level, args) => warnings.push(...args)),
    })
    expect(warnings).toEqual([])
    expect(spec.description).toMatch(new RegExp(`^${description.replace(/^\^|\$$/g, '')}$`))
    expect(await renderSvg(spec)).toMatch(/^<svg role="img" aria-label="/)
  })

  it('has an axis of time with numbers', () => {
    const { x } = spec.encoding as unknown as { x: { title: string; axis: { labels?: boolean } } }
    expect([x.title, x.axis.labels ?? true]).toEqual(['time, s', true])
  })
})

describe('logMelSpec of silence', () => {
  const domainOf = (signal: Float32Array): number[] => {
    const { color } = logMelSpec(signal, 16000).encoding as unknown as { color: { scale: { domain: number[] } } }
    return color.scale.domain
  }
  const energiesOf = (signal: Float32Array): number[] => {
    return rowsOf(logMelSpec(signal, 16000)).map(({ energy }) => Number(energy))
  }

  it('is as dark as can be', () => {
    const silence = new Float32Array(8000)
    expect(Math.max(...energiesOf(silence))).toBeLessThanOrEqual(domainOf(silence)[0])
  })

  it('leaves sounds as light as their loudest', () => {
    expect(domainOf(samples)[1]).toBe(Math.max(...energiesOf(samples)))
    const faint = samples.map((sample) => sample / 100)
    expect(domainOf(faint)[1]).toBe(Math.max(...energiesOf(faint)))
  })
})

it('timelineSpec takes the whole answer of a recogniser', () => {
  const answer = { label: 'anger', probabilities: { joy: 0.2, anger: 0.8 }, timeline: recognition }
  expect(timelineSpec(answer)).toEqual(timelineSpec(recognition))
  expect(() => timelineSpec({ ...answer, timeline: [] })).toThrow('timelineSpec: "timeline" expected at least 1 item')
})

describe('charts of a recording', () => {
  const panel = utterancePanel(samples, 16000, { path: 'a.wav', ...timeline }, ['joy', 'anger'])

  it('show what the panel of an utterance shows', () => {
    expect(rowsOf(waveformSpec(samples, 16000))).toEqual(panel.envelope)
    expect(rowsOf(logMelSpec(samples, 16000)).map(({ energy }) => energy)).toEqual(
      panel.mel.map(({ energy }) => energy),
    )
    expect(rowsOf(timelineSpec(timeline, { classes: ['joy', 'anger'] }))).toEqual(panel.posteriors)
    expect(rowsOf(timelineSpec(recognition))).toEqual(panel.posteriors)
  })

  it('take any rate, a title and a width', () => {
    const spec = waveformSpec(samples.subarray(0, 100), 11025.5, { title: 'Begin', width: 320 })
    expect(spec).toMatchObject({ title: { text: 'Begin' }, width: 320 })
    expect(rowsOf(spec)).toHaveLength(100)
    expect(logMelSpec(samples, 4000).description).toContain('up to 2000 Hz')
  })

  it('place frames by their samples, of which 10 ms at 11025 Hz are no whole number', () => {
    const cells = rowsOf(logMelSpec(new Float32Array(60 * 11025), 11025))
    const first = Math.floor((189 * 6012) / 190)
    expect(cells.at(-1)?.from).toBeCloseTo((first * 110 + (276 - 110) / 2) / 11025, 2)
  })

  it('draw no pitch where there is no voice', () => {
    const rows = rowsOf(pitchSpec(track))
    expect(rows).toHaveLength(98)
    expect(rows[10].hertz).toBeNull()
    expect(rows[80].hertz).toBeCloseTo(200, 0)
    const silent = pitchSpec(pitchTrack(new Float32Array(8000), { sampleRate: 16000 }))
    expect(silent.description).toBe('Pitch, 0 of 48 frames voiced.')
  })

  it('reach to the end of the recording where it is given', () => {
    const { x } = timelineSpec(recognition, { duration: 1.1 }).encoding as unknown as { x: { scale: unknown } }
    expect(x.scale).toEqual({ domain: [0, 1.1], nice: false })
  })

  it.each<[string, () => unknown, string]>([
    [
      'no samples',
      () => waveformSpec(new Float32Array(0), 16000),
      'waveformSpec: "samples" expected at least one sample, got none',
    ],
    ['no rate', () => waveformSpec(samples, 0), 'waveformSpec: "sampleRate" expected a finite number > 0, got 0'],
    ['a low rate', () => logMelSpec(samples, 2000), 'logMelSpec: "sampleRate" expected an integer >= 4000, got 2000'],
    [
      'less than a frame',
      () => logMelSpec(samples.subarray(0, 100), 16000),
      'logMelSpec: "samples" expected at least a frame',
    ],
    [
      'an unknown option',
      () => waveformSpec(samples, 16000, { widht: 3 } as never),
      'waveformSpec: unknown option "widht"',
    ],
    [
      'a width',
      () => logMelSpec(samples, 16000, { width: 3 }),
      'logMelSpec: "width" expected an integer >= 100, got 3',
    ],
    ['no track', () => pitchSpec(samples as never), 'pitchSpec: "track" expected a contour, as pitchTrack gives it'],
    [
      'an empty track',
      () => pitchSpec(pitchTrack(new Float32Array(10), { sampleRate: 16000 })),
      'pitchSpec: "track" expected as',
    ],
    ['no points', () => timelineSpec([]), 'timelineSpec: "timeline" expected at least 1 item, got 0'],
    ['no classes', () => timelineSpec(timeline), 'timelineSpec: "classes" expected an array, got undefined'],
    [
      'too many classes',
      () => timelineSpec(timeline, { classes: ['a', 'b', 'c'] }),
      '"timeline.posteriors[0]" expected 3 items, one for each class, got 2',
    ],
    [
      'too few classes',
      () => timelineSpec(timeline, { classes: ['a'] }),
      'timelineSpec: "timeline.posteriors[0]" expected 1 items, one for each class, got 2',
    ],
    [
      'more rows than times',
      () => timelineSpec({ ...timeline, seconds: [0.5] }, { classes: ['joy', 'anger'] }),
      '"timeline.posteriors" expected 1 items, one for each time, got 2',
    ],
    [
      'classes beside those of the timeline',
      () => timelineSpec(recognition, { classes: ['a', 'b'] }),
      'timelineSpec: "classes" is for a timeline without names',
    ],
    [
      'classes that change',
      () => timelineSpec([recognition[0], { time: 0.6, probabilities: { joy: 0.1, fear: 0.9 } }]),
      '"timeline[1].probabilities" expected joy, anger, as at first, got joy, fear',
    ],
    [
      'a posterior that is none',
      () => timelineSpec({ seconds: [0], posteriors: [[Number.NaN]] }, { classes: ['a'] }),
      '"timeline.posteriors[0][0]" expected a finite number, got NaN',
    ],
    [
      'a time that is none',
      () => timelineSpec([{ time: Number.NaN, probabilities: { joy: 1 } }]),
      '"timeline[0].time" expected a finite number, got NaN',
    ],
    [
      'a NaN in a waveform',
      () => waveformSpec(Float32Array.of(0, Number.NaN), 16000),
      'waveformSpec: "samples" expected finite numbers, got NaN at index 1',
    ],
    [
      'a NaN in log mel energies',
      () => logMelSpec(new Float32Array(800).fill(Number.NaN), 16000),
      'logMelSpec: "samples" expected finite numbers, got NaN at index 0',
    ],
    [
      'a NaN in an utterance',
      () =>
        utterancePanel(new Float32Array(800).fill(Number.NaN), 16000, { path: 'a.wav', ...timeline }, ['joy', 'anger']),
      'utterancePanel: "samples" expected finite numbers, got NaN at index 0',
    ],
    [
      'a pitch at no time',
      () => pitchSpec({ ...track, times: track.times.map(() => Number.NaN) } as never),
      'pitchSpec: "track.times" expected finite numbers, got NaN at index 0',
    ],
  ])('refuse %s', (_name, act, message) => expect(act).toThrow(message))
})
