import { describe, expect, it } from 'vitest'
import type { CorpusUtterance } from '../../src/node/corpus-types.ts'
import { inspectRecordings } from '../../src/node/inspection.ts'

type Sound = number[][] | Error

function utterance(path: string, sound: Sound, info: Partial<CorpusUtterance> = {}): CorpusUtterance {
  const read: CorpusUtterance['read'] = async () => {
    if (sound instanceof Error) throw sound
    const channels = sound.map((samples) => Float32Array.from(samples))
    return { sampleRate: 8000, channels, format: 'pcm16', warnings: [] }
  }
  return { path, speaker: '03', label: 'joy', ...info, read }
}

/** As many samples as asked for, the first few at full scale. */
function loud(clipped: number, all = 1000): number[] {
  return Array.from({ length: all }, (_, i) => (i < clipped ? (i % 2 ? -1 : 32767 / 32768) : Math.sin(i) / 2))
}

describe('inspectRecordings', () => {
  it.each<[string, number[][], string]>([
    ['silence', [[0, 0, -0, 0]], 'digital silence: every sample is 0'],
    ['silence in two channels', [Array(9).fill(0), Array(9).fill(0)], 'digital silence: every sample is 0'],
    ['a constant', [[0.25, 0.25]], 'a constant signal: every sample is 0.25'],
    ['two constants', [Array(2).fill(0.25), Array(2).fill(0)], 'a constant signal: every sample is 0.25 or 0'],
  ])('leaves out %s', async (_, channels, reason) => {
    const { utterances, problems } = await inspectRecordings([
      utterance('a.wav', channels),
      utterance('b.wav', channels),
    ])
    expect(utterances).toEqual([])
    expect(problems).toEqual([
      { path: 'a.wav', reason },
      { path: 'b.wav', reason },
    ])
  })

  it('leaves out samples that are not finite', async () => {
    const { utterances, problems } = await inspectRecordings([
      utterance('a.wav', [loud(0), [Number.NaN, Number.POSITIVE_INFINITY, ...loud(0, 998)]]),
    ])
    expect(utterances).toEqual([])
    expect(problems).toEqual([{ path: 'a.wav', reason: 'samples that are not finite: 2' }])
  })

  it('leaves out a double in two channels, of which features see one', async () => {
    const list = [utterance('a.wav', [loud(0)]), utterance('b.wav', [loud(0), loud(0)])]
    const { utterances, problems } = await inspectRecordings(list)
    expect(utterances.map(({ path }) => path)).toEqual(['a.wav'])
    expect(problems).toEqual([{ path: 'b.wav', reason: 'the same audio as a.wav' }])
  })

  it('takes speech, a channel of silence beside it, and what is too short to tell', async () => {
    const list = [[loud(0)], [loud(0), Array(1000).fill(0)], [[0]], [[]], []].map((channels, i) =>
      utterance(`${i}.wav`, channels),
    )
    expect(await inspectRecordings(list)).toEqual({ utterances: list, problems: [] })
  })

  it.each<[string, number[][], string | null]>([
    ['20 samples at full scale', [loud(20)], 'heavily clipped: 20 samples at full scale'],
    ['20 in two channels', [loud(10), loud(10)], 'heavily clipped: 20 samples at full scale'],
    ['19, which may be peaks', [loud(19)], null],
    ['20 in a recording of minutes', [loud(20, 300_000)], null],
    ['30 in the same', [loud(30, 300_000)], 'heavily clipped: 30 samples at full scale'],
  ])('tells clipping and keeps the recording: %s', async (_, channels, reason) => {
    const { utterances, problems } = await inspectRecordings([utterance('a.wav', channels)])
    expect(utterances).toHaveLength(1)
    expect(problems).toEqual(reason === null ? [] : [{ path: 'a.wav', reason, kept: true }])
  })

  /** A wave of a period of 40 samples, cut off at half of its height and made quieter. */
  const clippedWave = (scale: number): number[] =>
    Array.from({ length: 4000 }, (_, i) => {
      const wave = (1 + i / 40_000) * Math.sin((2 * Math.PI * i) / 40)
      return Math.round(32768 * scale * Math.min(Math.max(wave, -0.5), 0.5)) / 32768
    })

  it.each([1.9, 1, 0.1, 0.001])('tells clipping of a sound that was made quieter, by %f', async (scale) => {
    const wave = clippedWave(scale)
    const flat = wave.filter((sample) => Math.abs(sample) === Math.max(...wave)).length
    const { utterances, problems } = await inspectRecordings([utterance('a.wav', [loud(0, 4000), wave])])
    expect(utterances).toHaveLength(1)
    expect(flat).toBeGreaterThan(2500)
    expect(problems).toEqual([
      { path: 'a.wav', reason: `heavily clipped: ${flat} samples in flat tops below full scale`, kept: true },
    ])
  })

  it.each([4, 7, 15, 127, 32767])('takes flat tops of few bits for none: %i steps', async (steps) => {
    const wave = Array.from({ length: 4000 }, (_, i) => {
      return Math.round(steps * (0.6 + i / 10_000) * Math.sin((2 * Math.PI * i) / 123.4)) / 32768
    })
    // Beside it half a wave: most of it rests at its lowest value, 0.
    const list = [utterance('a.wav', [wave, wave.map((sample) => Math.max(sample, 0))])]
    expect(await inspectRecordings(list)).toEqual({ utterances: list, problems: [] })
  })

  it('tells integers that are kept as floats, whose peaks are no clipping', async () => {
    const integers = Array.from({ length: 1000 }, (_, i) => Math.round(20000 * Math.sin(i)))
    const overshoot = [...loud(0), 1.5]
    const { utterances, problems } = await inspectRecordings([
      utterance('a.wav', [integers]),
      utterance('b.wav', [overshoot]),
    ])
    expect(utterances).toHaveLength(2)
    const reason = 'integers kept as floats: samples up to 20000, where full scale is 1'
    expect(problems).toEqual([{ path: 'a.wav', reason, kept: true }])
  })

  it('leaves out a double, whoever is said to speak', async () => {
    const list = [
      utterance('a.wav', [loud(0)]),
      utterance('b.wav', [loud(0)]),
      utterance('c.wav', [loud(0)], { speaker: '08' }),
    ]
    const { utterances, problems } = await inspectRecordings(list)
    expect(utterances.map(({ path }) => path)).toEqual(['a.wav'])
    expect(problems).toEqual([
      { path: 'b.wav', reason: 'the same audio as a.wav' },
      { path: 'c.wav', reason: 'the same audio as a.wav, whose speaker is "03"' },
    ])
  })

  it('keeps the same audio in two classes, and tells of it', async () => {
    const list = [utterance('a.wav', [loud(0)]), utterance('b.wav', [loud(0)], { label: 'anger' })]
    const { utterances, problems } = await inspectRecordings(list)
    expect(utterances).toEqual(list)
    const reason = 'the same audio as a.wav, whose class is "joy": nothing tells which is right'
    expect(problems).toEqual([{ path: 'b.wav', reason, kept: true }])
  })

  it('tells how far it is, and ends when it is to', async () => {
    const list = [loud(0), loud(1), [0, 0]].map((sound, i) => utterance(`${i}.wav`, [sound]))
    const calls: number[][] = []
    await inspectRecordings(list, { onRecording: (...call) => calls.push(call) })
    expect(calls).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ])
    const controller = new AbortController()
    const enough = new Error('enough')
    const onRecording = (done: number): void => {
      calls.push([done])
      if (done === 2) controller.abort(enough)
    }
    await expect(inspectRecordings(list, { onRecording, signal: controller.signal })).rejects.toBe(enough)
    expect(calls.slice(3)).toEqual([[1], [2]])
  })

  it('leaves out a double within the second of two classes', async () => {
    const anger = { label: 'anger' }
    const list = [utterance('a.wav', [loud(0)]), utterance('b.wav', [loud(0)], anger)]
    const double = utterance('c.wav', [loud(0)], { ...anger, speaker: '08' })
    const { utterances, problems } = await inspectRecordings([...list, double, utterance('d.wav', [loud(0)])])
    expect(utterances).toEqual(list)
    expect(problems.slice(1)).toEqual([
      { path: 'c.wav', reason: 'the same audio as b.wav, whose speaker is "03"' },
      { path: 'd.wav', reason: 'the same audio as a.wav' },
    ])
  })

  it('leaves it to the reading to tell what cannot be decoded', async () => {
    const list = [utterance('a.wav', new Error('cut off'))]
    expect(await inspectRecordings(list)).toEqual({ utterances: list, problems: [] })
  })
})
