import { beforeAll, describe, expect, it } from 'vitest'
import { syntheticCorpus } from '../../src/corpora/synthetic.ts'
import { SpeakerStatistics } from '../../src/features/speaker-statistics.ts'
import { Recognizer } from '../../src/pipelines/recognizer.ts'
import type { SystemConfig } from '../../src/pipelines/systems.ts'
import { smallRecognizer, voices } from '../support/recognizer.ts'

const config: SystemConfig = {
  system: 'measures-logistic',
  options: { frontEnd: { spectral: 'logMel', filters: 8, coefficients: 8, deltas: 1, pitch: true } },
}
const recordings = syntheticCorpus({ speakers: 1, sentences: 3, seed: 7, emotions: ['sadness', 'anger'] }).map(
  (voice) => ({ samples: voice.samples(), sampleRate: voice.sampleRate }),
)
const [asked] = recordings
const answerOf = (recognizer: Recognizer): unknown => recognizer.predict(asked.samples, asked.sampleRate)

let plain: Recognizer
beforeAll(async () => {
  plain = await smallRecognizer(config)
})

describe('a recogniser that adapts', () => {
  it('is a new one, and leaves the old as it was', () => {
    const before = [answerOf(plain), plain.save()]
    const mine = plain.adapt(recordings.slice(1), { source: 'a voice' })
    expect(answerOf(mine)).not.toEqual(before[0])
    expect([answerOf(plain), plain.save()]).toEqual(before)
    expect(plain.adaptation).toBeNull()
    expect(mine.adaptation).toMatchObject({ recordings: recordings.length - 1, source: 'a voice' })
    expect([mine.classes, mine.card, mine.system]).toEqual([plain.classes, plain.card, plain.system])
  })

  it('is saved and restored with what it adapted to, and forgets it on request', () => {
    const mine = plain.adapt(recordings)
    const again = Recognizer.from(mine.save())
    expect(answerOf(again)).toEqual(answerOf(mine))
    expect(again.adaptation?.statistics.toJSON()).toEqual(mine.adaptation?.statistics.toJSON())
    expect(again.withCard({ a: 1 }).adaptation?.recordings).toBe(recordings.length)
    const forgetful = again.withoutAdaptation()
    expect([answerOf(forgetful), forgetful.adaptation]).toEqual([answerOf(plain), null])
    expect(forgetful.save()).toEqual(plain.save())
  })

  it('replaces what it adapted to before', () => {
    const twice = plain.adapt(recordings.slice(0, 2)).adapt(recordings.slice(2))
    expect(twice.save()).toEqual(plain.adapt(recordings.slice(2)).save())
  })

  it('adapts while it listens: statistics are added up, and are the same whoever took them', () => {
    const running = new SpeakerStatistics(plain.statistics([asked]).columns)
    for (const recording of recordings) running.merge(plain.statistics([recording]))
    const [own, whole] = [plain.adaptTo(running), plain.adapt(recordings)].map(
      ({ adaptation }) => adaptation?.statistics,
    )
    expect(own?.recordings).toBe(recordings.length)
    for (const j of [0, 10, 20]) {
      expect(own?.mean[j]).toBeCloseTo(whole?.mean[j] as number, 9)
      expect(own?.variance[j]).toBeCloseTo(whole?.variance[j] as number, 9)
    }
    expect(plain.adapt(recordings).statistics([asked]).toJSON()).toEqual(plain.statistics([asked]).toJSON())
  })

  it('takes recordings in the forms that predict and decodeWav have', () => {
    const channels = recordings.map(({ samples, sampleRate }) => ({ channels: [samples], sampleRate }))
    expect(plain.adapt(channels).save()).toEqual(plain.adapt(recordings).save())
  })

  it('warns of recordings that are all alike, once there are five', () => {
    const alike = new Array(5).fill(recordings[0])
    expect(plain.adapt(alike).adaptation).toMatchObject({ spread: 0, warning: expect.stringContaining('one mood') })
    expect(plain.adapt(alike.slice(1)).adaptation?.warning).toBeNull()
    const mixed = voices.map((voice) => ({ samples: voice.samples(), sampleRate: voice.sampleRate }))
    expect(plain.adapt(mixed).adaptation?.spread).toBeGreaterThan(0.75)
    expect(plain.adapt(mixed).adaptation?.warning).toBeNull()
    expect(plain.adapt([asked]).adaptation).toMatchObject({ recordings: 1, spread: null, warning: null })
  })

  it('leaves recordings without speech out, and says so', () => {
    const silence = { samples: new Float32Array(16000), sampleRate: 16000 }
    const mine = plain.adapt([...recordings, silence])
    const { skipped, recordings: used, warning } = mine.adaptation as NonNullable<Recognizer['adaptation']>
    expect([used, skipped]).toEqual([recordings.length, 1])
    expect(warning).toContain(`no speech is heard in 1 of ${recordings.length + 1} recordings`)
    expect(answerOf(mine)).toEqual(answerOf(plain.adapt(recordings)))
    expect(Recognizer.from(mine.save()).adaptation).toMatchObject({ skipped: 1, warning })
    expect(plain.adapt(recordings).adaptation).toMatchObject({ skipped: 0, warning: null })
    expect(() => plain.adapt([silence])).toThrow('"recordings" expected speech, got 1 in which none is heard')
    expect(plain.statistics([silence]).recordings).toBe(0)
    expect(plain.statistics([asked, silence]).toJSON()).toEqual(plain.statistics([asked]).toJSON())
  })

  it('refuses what it cannot adapt to', () => {
    expect(() => plain.adapt([])).toThrow('Recognizer.adapt: "recordings" expected at least 1 item')
    expect(() => plain.adapt([{ samples: new Float32Array(10), sampleRate: 16000 }])).toThrow('recordings[0]')
    expect(() => plain.adapt(recordings, { source: 3 as never })).toThrow('"source" expected a string')
    expect(() => plain.adaptTo({} as never)).toThrow('"statistics" expected SpeakerStatistics')
    expect(() => plain.adaptTo(new SpeakerStatistics(3))).toThrow('"statistics" expected')
  })
})

it('a system that does not adapt says which does', async () => {
  const other = await smallRecognizer()
  for (const act of [() => other.adapt(recordings), () => other.adaptTo(new SpeakerStatistics(3))]) {
    expect(act).toThrow(
      'the system "functionals-mlp" does not adapt to speakers; train one that does, such as measures-',
    )
  }
  expect(other.adaptation).toBeNull()
  expect(other.withoutAdaptation().save()).toEqual(other.save())
})
