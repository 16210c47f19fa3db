import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { floatView } from '../../src/core/array.ts'
import { type SyntheticEmotion, syntheticCorpus } from '../../src/corpora/synthetic.ts'
import { encodeNpy } from '../../src/io/npy.ts'
import { Random } from '../../src/numerics/random.ts'
import { Recognizer } from '../../src/pipelines/recognizer.ts'
import { type Finished, root, runNode } from '../support/run.ts'

const folder = mkdtempSync(join(tmpdir(), 'ser-own-features-'))
afterAll(() => rmSync(folder, { recursive: true }))
const ser = (...args: string[]): Promise<Finished> => runNode([`${root}dist/cli.js`, ...args], folder)

const voices = syntheticCorpus({ speakers: 8 })
const classes = [...new Set(voices.map(({ label }) => label))]

/** Rows whose columns tell the class a little. */
function rowsOf(label: SyntheticEmotion, rows: number, random: Random): Float32Array {
  return Float32Array.from({ length: 4 * rows }, (_, i) => random.normal() + (i % 4 === classes.indexOf(label) ? 2 : 0))
}

beforeAll(() => {
  const random = new Random('own')
  const lines = voices.map(({ id, label, speaker }) =>
    [`${id}.wav`, label, speaker, ...rowsOf(label, 1, random)].join(','),
  )
  const header = 'file,label,speaker,a,b,c,d'
  writeFileSync(join(folder, 'table.csv'), `${[header, ...lines].join('\n')}\n`)
  writeFileSync(join(folder, 'few.csv'), `${[header, ...lines.slice(3)].join('\n')}\n`)
  writeFileSync(join(folder, 'other.csv'), `${[header.replace('a,b', 'b,a'), ...lines].join('\n')}\n`)
  for (const { id, label } of voices) {
    const path = join(folder, 'embeddings', `${id}.npy`)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, encodeNpy(floatView(rowsOf(label, 8, random), [8, 4])))
  }
})

interface Results {
  corpus: { features: { columns: unknown; sources: { sha256: string }[] } }
  plan: { systems: { options: { frontEnd: { given: unknown } } }[]; corpus: { featuresSha256: string } }
  summary: { accuracy: { mean: number } }[]
  runs: { folds: { timeline: { seconds: number[] } }[] }[]
}

const json = (...path: string[]): never => JSON.parse(readFileSync(join(folder, ...path), 'utf8')) as never

describe('ser experiment --features', () => {
  const vectors = [
    'experiment',
    '--features',
    'table.csv',
    '--systems',
    'measures-logistic,functionals-mlp',
    '--epochs',
    '10',
  ]

  it('takes a table of vectors, whose columns, digest and names are in plan and results', async () => {
    const { code, stderr } = await ser(
      'experiment',
      '--features',
      'table.csv',
      '--systems',
      'measures-lda',
      '--out',
      'vectors',
    )
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining('features  given: 4 columns, one row a recording, of 128 recordings in table.csv'),
    ])
    expect(stderr).toContain('not used  columns of table.csv that are no features: label, speaker')
    const { corpus, plan, summary } = json('vectors', 'results.json') as Results
    const given = { columns: 4, form: 'vector', names: ['a', 'b', 'c', 'd'] }
    expect(corpus.features.columns).toEqual(given)
    expect(plan.systems[0].options).toEqual({ frontEnd: { given } })
    expect(plan.corpus.featuresSha256).toBe(corpus.features.sources[0].sha256)
    expect(summary[0].accuracy.mean).toBeGreaterThan(0.6)
    expect(readFileSync(join(folder, 'vectors', 'report.md'), 'utf8')).toContain('table.csv')
  })

  it('has the same folds by workers, in parts, merged and resumed', async () => {
    const whole = await ser(...vectors, '--out', 'whole', '--no-report')
    expect([whole.code, whole.stderr]).toEqual([0, expect.stringContaining('fold ')])
    expect((await ser(...vectors, '--out', 'threads', '--no-report', '--workers', '2')).code).toBe(0)
    for (const part of ['1/2', '2/2'])
      expect((await ser(...vectors, '--out', `part${part[0]}`, '--shard', part)).code).toBe(0)
    expect((await ser('merge', 'part1', 'part2', '--out', 'merged')).code).toBe(0)
    const runs = (name: string): unknown => {
      const { runs } = json(name, 'results.json') as { runs: { folds: unknown; confusion: unknown }[] }
      return runs.map(({ folds, confusion }) => ({ folds, confusion }))
    }
    for (const name of ['threads', 'merged']) expect(runs(name), name).toEqual(runs('whole'))
    const again = await ser(...vectors, '--out', 'whole', '--no-report')
    expect([again.code, again.stderr]).toEqual([0, expect.not.stringContaining('fold      ')])
    const other = await ser(...vectors.map((word) => (word === 'table.csv' ? 'other.csv' : word)), '--out', 'whole')
    expect([other.code, other.stderr]).toEqual([1, expect.stringContaining('featuresSha256')])
  })

  it('takes a folder of sequences for a network over time, and pools them for statistics', async () => {
    const { code, stderr } = await ser(
      ...['experiment', '--features', 'embeddings', '--features-step', '0.02', '--out', 'sequences', '--no-report'],
      ...['--systems', 'lstm,functionals-mlp', '--epochs', '2'],
    )
    expect([code, stderr]).toEqual([0, expect.stringContaining('4 columns, rows every 0.02 s')])
    const { plan, runs } = json('sequences', 'results.json') as Results
    expect(plan.systems[0].options.frontEnd.given).toEqual({ columns: 4, form: 'sequence', stepSeconds: 0.02 })
    expect(runs[0].folds[0].timeline.seconds[0]).toBe(0.08)
  })

  it.each([
    [['--features', 'few.csv'], /3 of 128 recordings have no features: "s01-t01-joy"/],
    [
      ['--features', 'table.csv', '--systems', 'blstm'],
      /"frontEnd.given" expected a sequence.* measures-lda take vectors/,
    ],
    [['--features-step', '1'], /--features-step needs --features/],
    [['--features', 'table.csv', '--features', 'few.csv'], /--features is given 2 times for one corpus/],
    [['--features', 'nowhere'], /features "nowhere": .*ENOENT/],
    [['--features', 'table.csv', '--config', 'sound.json'], /--features: no system takes them/],
  ])('refuses %j before it trains', async (flags, message) => {
    writeFileSync(join(folder, 'sound.json'), '{"frontEnd":{"deltas":0}}')
    const { code, stderr, stdout } = await ser('experiment', ...flags, '--out', 'refused')
    expect([code === 0, stdout, stderr]).toEqual([false, '', expect.stringMatching(message)])
    expect(stderr).not.toContain('fold ')
  })
})

describe('ser train, evaluate and predict --features', () => {
  it('train on features, evaluate and predict from features, and refuse sound', async () => {
    const trained = await ser(
      'train',
      '--features',
      'table.csv',
      '--system',
      'measures-logistic',
      '-o',
      'own.safetensors',
    )
    expect([trained.code, trained.stdout]).toEqual([0, expect.stringContaining('written to own.safetensors')])
    const { card, system } = Recognizer.from(readFileSync(join(folder, 'own.safetensors')))
    expect(system).toMatchObject({ options: { frontEnd: { given: { columns: 4, names: ['a', 'b', 'c', 'd'] } } } })
    expect((card as unknown as { training: { features: unknown } }).training.features).toEqual([
      {
        from: 'table.csv',
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        recordings: 128,
        otherColumns: ['label', 'speaker'],
      },
    ])
    const model = ['--model', 'own.safetensors']
    const evaluated = await ser('evaluate', ...model, '--features', 'table.csv', '--json')
    expect(JSON.parse(evaluated.stdout).accuracy).toBeGreaterThan(0.7)
    const adapted = await ser('evaluate', ...model, '--features', 'table.csv', '--adapt', 'speaker', '--json')
    expect(JSON.parse(adapted.stdout).adaptation.sources.speaker).toBe(128)
    const predicted = await ser('predict', ...model, '--features', 'table.csv', '--json')
    const answers = predicted.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(answers).toHaveLength(128)
    expect(answers[0]).toMatchObject({ path: 's01-t01-joy.wav', speech: true })
    const right = answers.filter(({ path, label }) => path.includes(label))
    expect(right.length).toBe(Math.round(128 * JSON.parse(evaluated.stdout).accuracy))

    const sound = await ser('evaluate', ...model)
    expect([sound.code, sound.stderr]).toEqual([
      1,
      expect.stringContaining('takes 4 given features, the recordings have none'),
    ])
    const other = await ser('evaluate', ...model, '--features', 'other.csv')
    expect([other.code, other.stderr]).toEqual([
      1,
      expect.stringMatching(/column 1 of the system is "a", of the features of the recordings "b"/),
    ])
    const swapped = await ser('predict', ...model, '--features', 'other.csv')
    expect([swapped.code, swapped.stderr]).toEqual([
      1,
      expect.stringContaining('column 1 is "b", of the recogniser "a"'),
    ])
    const both = await ser('predict', ...model, 'a.wav', '--features', 'table.csv')
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('name either')])
    const none = await ser('predict', ...model)
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining("missing required argument 'files'")])
  })
})

describe('outputs', () => {
  it.each([
    [['train', '--features', 'table.csv', '-o', 'table.csv'], /table.csv would replace an input/],
    [['train', '--features', 'embeddings', '-o', 'embeddings/s01-t01-joy.npy'], /a file of the features embeddings/],
    [
      ['evaluate', '--model', 'own.safetensors', '--features', 'table.csv', '--out', 'table.csv'],
      /would replace an input/,
    ],
  ])('that features would be replaced by are refused: %j', async (words, message) => {
    const { code, stderr } = await ser(...words)
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)])
  })
})
