import { describe, expect, it } from 'vitest'
import { floatView } from '../../src/core/array.ts'
import { Random } from '../../src/numerics/random.ts'
import { KnownRooms } from '../../src/pipelines/known-rooms.ts'
import type { LinearModel } from '../../src/pipelines/linear-model.ts'
import { TrainingVoices } from '../../src/pipelines/measures-training.ts'
import { Rooms } from '../../src/pipelines/rooms.ts'
import type { LabelledFeatures } from '../../src/pipelines/system.ts'
import { trainRecognizer } from '../../src/pipelines/train-recognizer.ts'

const R = 5
const [CORPORA, KINDS] = [
  ['x', 'y', 'z'],
  ['noisy', 'telephone'],
]
const offsets = { x: 0, y: 2, z: -3, noisy: [3, 0, 0, 0, 0], telephone: [0, -3, 0, 0, 0] } as const

/** Rows of three corpora that differ in one direction, and the same degraded in two others. */
function setOf(seed: number, n = 120) {
  const random = new Random(seed)
  const corpora = Array.from({ length: n }, (_, i) => CORPORA[i % 3])
  const rows = corpora.map((name) => {
    return Float64Array.from({ length: R }, (_, j) => random.normal() + (j === 4 ? offsets[name as 'x'] : 0))
  })
  const kinds = Array.from({ length: n }, (_, i) => KINDS[Math.floor(i / 3) % 2])
  const degraded = rows.map((row, i) => row.map((value, j) => value + offsets[kinds[i] as 'noisy'][j]))
  return { rows, corpora, degraded: { rows: degraded, kinds } }
}

const set = setOf(1)
const [centre, scale] = [new Float64Array(R), new Float64Array(R).fill(1)]
const fitted = (given: Parameters<typeof Rooms.fit>[0] = set): Rooms => Rooms.fit(given, centre, scale) as Rooms

describe('Rooms', () => {
  it('tells corpora and degradations of recordings that it never heard', () => {
    const rooms = fitted()
    const others = setOf(2)
    const right = others.rows.filter((row, i) => {
      const byCorpus = rooms.byCorpus(rooms.shares(row))
      return CORPORA[byCorpus.indexOf(Math.max(...byCorpus))] === others.corpora[i]
    })
    expect(right.length / others.rows.length).toBeGreaterThan(0.75)
    const mean = (rows: readonly Float64Array[], a: (shares: Float64Array) => number): number => {
      return rows.reduce((sum, row) => sum + a(rooms.shares(row)) / rows.length, 0)
    }
    const clean = (shares: Float64Array): number => shares[0] + shares[1] + shares[2]
    expect(mean(others.rows, clean)).toBeGreaterThan(mean(others.degraded.rows, clean) + 0.05)
  })

  it('shares are the softmax of discriminant scores, and the voice is their mean', () => {
    const rooms = fitted({ ...set, degraded: undefined })
    const row = set.rows[5]
    const shares = rooms.shares(row)
    expect(shares.length).toBe(3)
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12)
    const moments = CORPORA.map((name) => {
      const own = set.rows.filter((_, i) => set.corpora[i] === name)
      const mean = Float64Array.from(centre, (_, j) => own.reduce((sum, one) => sum + one[j], 0) / own.length)
      const variance = mean.map((m, j) => own.reduce((sum, one) => sum + (one[j] - m) ** 2, 0) / own.length)
      return { mean, variance }
    })
    const { mean, variance, level } = rooms.voice(shares)
    for (let j = 0; j < R; j++) {
      expect(mean[j]).toBeCloseTo(
        moments.reduce((sum, one, a) => sum + shares[a] * one.mean[j], 0),
        6,
      )
      expect(variance[j]).toBeCloseTo(
        moments.reduce((sum, one, a) => sum + shares[a] * one.variance[j], 0),
        6,
      )
    }
    expect(level).toBeNull()
  })

  it('a degradation moves every corpus alike, and is left out where no corpus has two recordings of it', () => {
    const rooms = fitted()
    const [noisy] = [rooms.voice(Float64Array.of(0, 0, 0, 1, 0, 0, 0, 0, 0))]
    const clean = rooms.voice(Float64Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0))
    expect(noisy.mean[0] - clean.mean[0]).toBeCloseTo(3, 0)
    expect(noisy.mean[1] - clean.mean[1]).toBeCloseTo(0, 0)
    const kinds = set.degraded.kinds.map((_, i) => (i === 7 ? 'once' : 'noisy'))
    expect(fitted({ ...set, degraded: { ...set.degraded, kinds } }).shares(set.rows[0]).length).toBe(6)
  })

  it('is the same from its state, whatever measure tells no room', () => {
    const rooms = Rooms.fit(set, centre, Float64Array.of(1, 1, 1, 1, 0)) as Rooms
    const again = Rooms.from(structuredClone(rooms.toState()))
    const louder = set.rows[0].map((value, j) => (j === 4 ? value + 50 : value))
    expect(again.shares(set.rows[0])).toEqual(rooms.shares(set.rows[0]))
    expect(rooms.shares(louder)).toEqual(rooms.shares(set.rows[0]))
    const { means } = rooms.toState()
    expect(() => Rooms.from({ ...rooms.toState(), means: means.slice(1) })).toThrow(RangeError)
  })

  it('half of the change by a degradation is the corpus own, and a measure of which nothing is left is not stretched', () => {
    const changed = set.rows.map((row, i) =>
      row.map((value, j) => (j === 2 ? 0 : value + (j === 0 ? CORPORA.indexOf(set.corpora[i]) : 0))),
    )
    const kinds = set.rows.map(() => 'noisy')
    const rooms = fitted({ ...set, degraded: { rows: changed, kinds } })
    expect(rooms.kinds).toEqual(['noisy'])
    const voice = (a: number) => rooms.voice(Float64Array.from({ length: 6 }, (_, at) => Number(at === a)))
    for (const j of [0, 1, 2]) {
      // Changes of 0, 1 and 2, and half of the way from their mean.
      expect(voice(3 + j).mean[0] - voice(j).mean[0]).toBeCloseTo(0.5 * j + 0.5, 5)
      expect(voice(3 + j).variance[2] / voice(j).variance[2]).toBeCloseTo(0.2, 5)
      expect(voice(3 + j).variance[1] / voice(j).variance[1]).toBeCloseTo(1, 5)
    }
    const shares = rooms.shares(changed[4])
    expect(Array.from(rooms.byKind(shares))).toEqual([shares[3] + shares[4] + shares[5]])
  })

  it('takes the states of files in which all corpora share the change by a degradation', () => {
    const state = fitted().toState()
    const [J, K] = [3, 2]
    const first = (part: ArrayLike<number>) => {
      const rows = Array.from(part)
      const shared = [...rows.slice(0, J * R)]
      for (let k = 0; k < K; k++) shared.push(...rows.slice((J + k * J) * R, (J + k * J + 1) * R))
      return Float32Array.from(shared)
    }
    const { kinds, ...rest } = state
    const old = Rooms.from({ ...rest, means: first(state.means), directions: first(state.directions) })
    expect([old.kinds, kinds]).toEqual([[], ['noisy', 'telephone']])
    const shares = old.shares(set.degraded.rows[3])
    expect(shares.length).toBe(9)
    const one = (rooms: Rooms, a: number) =>
      rooms.voice(Float64Array.from({ length: 9 }, (_, at) => Number(at === a))).mean
    // Of the first corpus as before; of the second by the same change.
    expect(one(old, 3)).toEqual(one(fitted(), 3))
    const [a, b] = [0, 1].map((j) => one(old, 6 + j).map((value, at) => value - one(old, j)[at]))
    for (const [j, value] of a.entries()) expect(b[j]).toBeCloseTo(value, 6)
  })

  it('is null with one room, and where nothing varies', () => {
    const one = { rows: set.rows, corpora: set.rows.map(() => 'x') }
    expect(Rooms.fit(one, centre, scale)).toBeNull()
    const flat = { rows: set.rows.map(() => new Float64Array(R)), corpora: set.corpora }
    expect(Rooms.fit(flat, centre, scale)).toBeNull()
  })
})

describe('KnownRooms', () => {
  it('gives the class means of a telephone to what sounds like one, and none of noise', () => {
    const random = new Random(8)
    const labels = Int32Array.from({ length: 240 }, (_, i) => Math.floor(i / 6) % 2)
    const speakers = Array.from(labels, (_, i) => `${CORPORA[i % 3]}${Math.floor(i / 12)}`)
    const large = setOf(6, 240)
    const rows = large.rows.map((row, i) => row.map((value, j) => value + (j === 0 ? 2 * labels[i] : 0)))
    /** Over the telephone measure 1 tells the classes, not measure 0. */
    const told = (i: number, j: number) => [random.normal(), random.normal() - 9 + 3 * labels[i]][j]
    const worse = rows.map((row, i) =>
      row.map((value, j) =>
        large.degraded.kinds[i] === 'noisy' ? value + offsets.noisy[j] : j < 2 ? told(i, j) : value,
      ),
    )
    const voices = new TrainingVoices(
      { rows, labels, speakers, corpora: large.corpora, degraded: { rows: worse, kinds: large.degraded.kinds } },
      { clip: 5, meanPrior: 2, variancePrior: 10, level: -1, draws: 0, drawSizes: [3] },
    )
    const { data } = voices.copies(new Random(1))
    const current = new Float64Array(2 * R)
    const model: LinearModel = {
      predict: () => current,
      state: () => null,
      means: {
        current,
        moved: () => current,
        with: (means) => ({ ...model, predict: () => means }),
        shifted: (differences) => (weights) => {
          const moved = current.map((mean, at) => {
            return Array.from(weights).reduce((sum, w, j) => sum + w * differences[j * current.length + at], mean)
          })
          return { ...model, predict: () => moved }
        },
      },
    }
    const known = KnownRooms.of(voices, data, model) as KnownRooms
    expect(known.state().classMeans.length).toBe((3 + 1) * 2 * R)
    const meansOf = (row: Float64Array) => known.model(model, known.shares([floatView(row, [1, R])])).predict(row)
    const [telephone, noisy] = ['telephone', 'noisy'].map((kind) => meansOf(worse[large.degraded.kinds.indexOf(kind)]))
    expect(telephone[R + 1] - telephone[1]).toBeGreaterThan(0.2)
    expect(noisy[R + 1] - noisy[1]).toBeLessThan(0.1)
    const again = KnownRooms.from('x', structuredClone(known.state()), model)
    expect(again.model(model, again.shares([floatView(worse[3], [1, R])])).predict(worse[3])).toEqual(meansOf(worse[3]))
  })
})

describe('trainRecognizer', () => {
  it('refuses degraded utterances that are not one for each', async () => {
    const random = new Random(5)
    const sequences = [0, 1, 2, 3].map((k) => {
      return floatView(
        Float32Array.from({ length: 200 }, () => k + random.normal()),
        [20, 10],
      )
    })
    const data = { sequences, labels: Int32Array.of(0, 1, 0, 1), speakers: ['a', 'a', 'b', 'b'] }
    const frontEnd = { coefficients: 10, deltas: 0 } as const
    const config = { system: 'measures-lda', options: { frontEnd } } as const
    const train = (degraded: LabelledFeatures['degraded']) =>
      trainRecognizer({ ...data, degraded }, config, { classes: ['joy', 'anger'] })
    await expect(train({ sequences, kinds: ['room'] })).rejects.toThrow(
      'trainRecognizer: "data.degraded" expected one for each utterance, or several rounds, got 4 sequences, 1 kinds for 4 labels',
    )
    expect((await train({ sequences, kinds: ['room', 'noisy', 'room', 'noisy'] })).classes).toEqual(['joy', 'anger'])
  })
})
