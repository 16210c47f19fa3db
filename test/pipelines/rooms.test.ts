import { describe, expect, it } from 'vitest'
import { floatView } from '../../src/core/array.ts'
import type { FloatNdArray } from '../../src/core/types.ts'
import { Random } from '../../src/numerics/random.ts'
import { statisticsOf } from '../../src/pipelines/adaptation.ts'
import { Discriminant } from '../../src/pipelines/discriminant.ts'
import { KnownRooms } from '../../src/pipelines/known-rooms.ts'
import type { LinearModel, WeightedRows } from '../../src/pipelines/linear-model.ts'
import { measuresLdaSystem } from '../../src/pipelines/measures-lda-system.ts'
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

describe('KnownRooms of a discriminant', () => {
  const K = 2
  const halves = { shrinkage: 0.1, share: 0.5 }
  const labels = Int32Array.from({ length: 240 }, (_, i) => Math.floor(i / 6) % K)
  /** Class 1 is higher in measure 0; in noise both classes vary ten times as much there. */
  function trained() {
    const random = new Random(11)
    const large = setOf(9, 240)
    const rows = large.rows.map((row, i) => row.map((value, j) => value + (j === 0 ? 2 * labels[i] : 0)))
    const worse = rows.map((row) => row.map((value, j) => value + (j === 0 ? 9 * random.normal() : 0)))
    const speakers = Array.from(labels, (_, i) => `${large.corpora[i]}${Math.floor(i / 12)}`)
    const kinds = rows.map(() => 'noisy')
    const voices = new TrainingVoices(
      { rows, labels, speakers, corpora: large.corpora, degraded: { rows: worse, kinds } },
      { clip: 50, meanPrior: 2, variancePrior: 10, level: -1, draws: 0, drawSizes: [3] },
    )
    const { data, copies } = voices.copies(new Random(1))
    const repeated = Int32Array.from({ length: copies * labels.length }, (_, i) => labels[i % labels.length])
    const weights = new Float64Array(repeated.length).fill(1)
    const all: WeightedRows = { data: data.slice(0, 240 * R), columns: R, labels, weights: weights.slice(0, 240) }
    return { voices, data, discriminant: Discriminant.fit(all, K, 0.1) as Discriminant }
  }

  /** The model that a system of discriminants has. */
  function linear(discriminant: Discriminant): LinearModel {
    return {
      predict: (z) => discriminant.probabilities(z, 1),
      state: () => null,
      means: {
        current: discriminant.means,
        moved: (z) => z,
        with: (means) => linear(discriminant.withMeans(means)),
        shifted: (differences) => {
          const shift = discriminant.shifted(differences)
          return (weights, mixed) => linear(shift(weights, mixed))
        },
        directions: (means, rows) => discriminant.directionsWithin(means, rows, halves),
      },
    }
  }

  it('trusts a measure less where what the recording went through makes it vary, and is the same from a file', () => {
    const { voices, data, discriminant } = trained()
    const model = linear(discriminant)
    const known = KnownRooms.of(voices, data, model) as KnownRooms
    const state = known.state()
    const [J, row] = [3, Float64Array.of(1, 0, 0, 0, 0)]
    expect(state.roomDirections?.length).toBe((1 + J) * K * R)
    const at = (noisy: number) => Float64Array.of(1 - noisy, 0, 0, noisy, 0, 0)
    const sureness = (rooms: KnownRooms, noisy: number) => {
      const p = rooms.model(model, at(noisy)).predict(row)
      return Math.abs(Math.log(p[0] / p[1]))
    }
    expect(sureness(known, 1)).toBeLessThan(0.6 * sureness(known, 0))
    expect(sureness(known, 0.5)).toBeCloseTo((sureness(known, 0) + sureness(known, 1)) / 2, 6)
    const again = KnownRooms.from('x', structuredClone(state), model)
    for (const noisy of [0, 0.3, 1]) expect(sureness(again, noisy)).toBe(sureness(known, noisy))
    const { roomDirections, ...older } = state
    const before = KnownRooms.from('x', older, model)
    expect(sureness(before, 1)).toBeCloseTo(sureness(before, 0), 12)
    expect(before.state().roomDirections).toBeUndefined()
    const short = { ...state, roomDirections: roomDirections?.slice(1) }
    expect(() => KnownRooms.from('x', short, model)).toThrow(RangeError)
  })

  it('has the directions of half of both covariances, and of the model alone where a class is not heard twice', () => {
    const { discriminant } = trained()
    const rows = (data: number[], of: number[]): WeightedRows => {
      return {
        data: Float64Array.from(data),
        columns: R,
        labels: Int32Array.from(of),
        weights: new Float64Array(of.length).fill(1),
      }
    }
    const means = Float64Array.from({ length: K * R }, (_, i) => i - 4)
    const alone = discriminant.directionsWithin(means, rows([1, 2, 3, 4, 5, 0, 0, 0, 0, 0], [0, 1]), halves)
    const inverse = symmetric(discriminant.state().inverse)
    const plain = [0, 1].flatMap((k) =>
      inverse.map((line) => line.reduce((sum, v, j) => sum + v * means[k * R + j], 0)),
    )
    for (const [at, value] of plain.entries()) expect(alone[at]).toBeCloseTo(value, 5)
    const other = rows([3, 0, 0, 0, 0, -3, 0, 0, 0, 0, 3, 1, 0, 0, 0, -3, -1, 0, 0, 0], [0, 0, 1, 1])
    // Covariances with 18 and 0, 18 and 2 on the diagonal, 6 beside it in the second: their mean, then shrunk by 0.1.
    const within = [18, 1, 0, 0, 0].map((variance, i) =>
      [3, 3]
        .map((c, j) => (i + j === 1 ? c : 0))
        .concat(0, 0, 0)
        .map((c, j) => 0.9 * (i === j ? variance : c) + (i === j ? (0.1 * 19) / R : 0)),
    )
    const directions = discriminant.directionsWithin(means, other, halves)
    // (S + W) d = 2 m, by S d = 2 m - W d.
    for (const k of [0, 1]) {
      const d = directions.subarray(k * R, (k + 1) * R)
      const rest = within.map((line, i) => 2 * means[k * R + i] - line.reduce((sum, v, j) => sum + v * d[j], 0))
      const solved = inverse.map((line) => line.reduce((sum, v, j) => sum + v * rest[j], 0))
      for (const [i, value] of solved.entries()) expect(value).toBeCloseTo(d[i], 5)
    }
  })

  it('is the part of measures-lda that roomCovariance asks for', async () => {
    const random = new Random(7)
    const sounds = (spread: number) =>
      Array.from({ length: 24 }, (_, i) => {
        const data = Float32Array.from({ length: 200 }, () => (i % 2) + spread * random.normal())
        return floatView(data, [20, 10])
      })
    const [sequences, worse] = [sounds(1), sounds(4)]
    const data = {
      ...{ sequences, labels: Int32Array.from(sequences, (_, i) => i % 2) },
      speakers: sequences.map((_, i) => String(i % 4)),
      degraded: { sequences: worse, kinds: worse.map(() => 'room') },
    }
    const frontEnd = { coefficients: 10, deltas: 0 } as const
    const systems = [0, 0.5].map((roomCovariance) => measuresLdaSystem({ frontEnd, roomCovariance }))
    const [plain, mixed] = await Promise.all(systems.map((system) => system.train(data, 2, 1)))
    const [none, own] = [plain, mixed].map((trained) => trained.state().rooms?.roomDirections)
    expect([none, own?.length]).toEqual([undefined, 2 * 2 * (mixed.state().medians.length ?? 0)])
    expect(mixed.predict(worse[3])).not.toEqual(plain.predict(worse[3]))
    const again = systems[0].restore(structuredClone(mixed.state()))
    expect(again.predict(worse[3])).toEqual(mixed.predict(worse[3]))
    const voice = { statistics: statisticsOf(worse.map((x) => mixed.adaptation?.rows(x) as FloatNdArray)) }
    const heard = [plain, mixed].map((one) => one.adaptation?.adapted(voice).predict(worse[3]))
    expect(heard[0]).toEqual(heard[1])
  })

  function symmetric(triangle: ArrayLike<number>): number[][] {
    const rows = Array.from({ length: R }, () => new Array<number>(R).fill(0))
    for (let i = 0, at = 0; i < R; i++) for (let j = i; j < R; j++, at++) rows[i][j] = rows[j][i] = triangle[at]
    return rows
  }
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
