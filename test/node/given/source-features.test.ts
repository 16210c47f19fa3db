import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeWav } from '../../../src/audio/wav-encode.ts'
import { type CorpusReference, checkPlan } from '../../../src/experiments/plan.ts'
import { evaluateRecognizer } from '../../../src/node/corpus-evaluation.ts'
import { runExperiment } from '../../../src/node/experiment.ts'
import { withFeatures } from '../../../src/node/given/with-features.ts'
import { permittedCorpus } from '../../../src/node/queue/permitted.ts'
import { runPlan } from '../../../src/node/run-plan.ts'
import { openSource, syntheticSource } from '../../../src/node/source.ts'
import { trainOnCorpus } from '../../../src/node/train.ts'
import { Random } from '../../../src/numerics/random.ts'
import { extractFeatures } from '../../../src/pipelines/front-end.ts'
import { createSystem } from '../../../src/pipelines/systems.ts'

const folder = mkdtempSync(join(tmpdir(), 'ser-source-features-'))
afterAll(() => rmSync(folder, { recursive: true }))
const at = (name: string): string => join(folder, name)

const labels = ['joy', 'anger']
const rows = Array.from({ length: 24 }, (_, i) => ({
  file: `wav/${i}.wav`,
  label: labels[i % 2],
  speaker: `s${i >> 3}`,
}))

/** A table of features by which classes are told; `columns` of them. */
function table(name: string, columns: string[], files: readonly { file: string; label: string }[] = rows): string {
  const random = new Random(name)
  const lines = files.map(({ file, label }) => {
    return [file, ...columns.map(() => random.normal() + (label === 'joy' ? 2 : -2))].join(',')
  })
  writeFileSync(at(name), `${[['file', ...columns].join(','), ...lines].join('\n')}\n`)
  return at(name)
}

/** A list of recordings whose sound files are not there. */
function list(name: string): string {
  const lines = rows.map(({ file, label, speaker }) => `${file},${label},${speaker}`)
  writeFileSync(at(name), `${['file,label,speaker', ...lines].join('\n')}\n`)
  return at(name)
}

const manifest = (features?: string, name?: string): CorpusReference => ({
  ...{ kind: 'manifest', path: at('list.csv') },
  ...(features === undefined ? {} : { features }),
  ...(name === undefined ? {} : { name }),
})

beforeAll(() => void list('list.csv'))

describe('a corpus with features', () => {
  it('needs no sound, in experiments, trainings and evaluations', async () => {
    const source = await openSource(manifest(table('a.csv', ['x', 'y'])))
    expect(source.utterances).toHaveLength(24)
    const { columns: given } = source.features ?? {}
    const config = { system: 'measures-lda', options: { frontEnd: { given } } } as const
    const results = await runExperiment(source, createSystem('measures-lda', config.options))
    expect(results.accuracy).toBeGreaterThan(0.9)
    expect(results.corpus.features).toEqual(source.features)
    const { recognizer } = await trainOnCorpus(source, config)
    const { accuracy, noSpeech } = await evaluateRecognizer(recognizer, source)
    expect([accuracy > 0.9, noSpeech]).toEqual([true, 0])
    await expect(openSource(manifest())).rejects.toThrow(/no recording in .* can be used/)
  })

  it('is inspected where sound is there', async () => {
    mkdirSync(at('wav'), { recursive: true })
    const tone = (n: number): Uint8Array =>
      encodeWav({ sampleRate: 8000, channels: [Float32Array.from({ length: 800 }, (_, i) => Math.sin(i / n) / 2)] })
    writeFileSync(at('wav/0.wav'), tone(3))
    writeFileSync(at('wav/2.wav'), tone(3))
    writeFileSync(at('wav/1.wav'), encodeWav({ sampleRate: 8000, channels: [new Float32Array(800)] }))
    const { utterances, problems } = await openSource(manifest(table('a.csv', ['x', 'y'])))
    rmSync(at('wav'), { recursive: true })
    expect(problems.map(({ path, reason }) => [path, reason.slice(0, 15)])).toEqual([
      ['wav/1.wav', 'digital silence'],
      ['wav/2.wav', expect.stringContaining('the same')],
    ])
    expect(utterances).toHaveLength(22)
    expect(await utterances[1].features?.()).toMatchObject({ shape: [1, 2] })
  })

  it('is refused where its features are others than those of the plan', async () => {
    const features = table('a.csv', ['x', 'y'])
    const { features: record } = await openSource(manifest(features))
    const featuresSha256 = record?.sources[0].sha256 as string
    await expect(openSource({ ...manifest(features), featuresSha256 })).resolves.toBeDefined()
    const other = openSource({ ...manifest(table('b.csv', ['x', 'y'])), featuresSha256 })
    await expect(other).rejects.toThrow(/expected those of SHA-256 [0-9a-f]{64}, as the plan says, got/)
    for (const wrong of [{ featuresSha256: 'x', features }, { featuresStep: 0, features }, { featuresStep: 1 }]) {
      await expect(openSource({ ...manifest(), ...wrong })).rejects.toThrow(RangeError)
    }
  })
})

describe('several corpora with features', () => {
  const several = (...features: (string | undefined)[]): CorpusReference => {
    return { kind: 'several', corpora: features.map((one, i) => manifest(one, i === 0 ? 'one' : `other${i}`)) }
  }

  it('have one set of columns, and sources by their names', async () => {
    const { features, utterances } = await openSource(several(table('a.csv', ['x', 'y']), table('b.csv', ['x', 'y'])))
    expect(features?.columns).toEqual({ columns: 2, form: 'vector', names: ['x', 'y'] })
    expect(features?.sources.map(({ corpus, from }) => [corpus, from])).toEqual([
      ['one', 'a.csv'],
      ['other1', 'b.csv'],
    ])
    expect(utterances[30].path).toMatch(/^other1\//)
    expect((await utterances[30].features?.())?.shape).toEqual([1, 2])
  })

  it('are refused with other columns, or without features', async () => {
    const a = table('a.csv', ['x', 'y'])
    await expect(openSource(several(a, table('b.csv', ['x'])))).rejects.toThrow(
      'openSource: the features of one are vectors of 2 columns, those of other1 vectors of 1 columns',
    )
    await expect(openSource(several(a, table('b.csv', ['y', 'x'])))).rejects.toThrow(
      'openSource: column 1 is "x" in the features of one, "y" in those of other1',
    )
    writeFileSync(at('c.csv'), 'unused')
    await expect(openSource({ ...several(a), features: a })).rejects.toThrow(/"corpus.features" expected none beside/)
    const synthetic = { kind: 'synthetic', synthetic: { speakers: 2, sentences: 1 } }
    await expect(openSource({ kind: 'several', corpora: [manifest(a), synthetic] })).rejects.toThrow(
      /other corpora have features, synthetic has none/,
    )
  })

  it('are those that a worker may open', async () => {
    const corpus = manifest(table('a.csv', ['x', 'y']))
    const request = { corpus } as never
    await expect(permittedCorpus(request, { allow: [folder] })).resolves.toEqual(corpus)
    const outside = { corpus: { ...corpus, features: tmpdir() } } as never
    await expect(permittedCorpus(outside, { allow: [folder] })).rejects.toThrow(/may not use the recordings/)
  })
})

describe('systems on given features', () => {
  const plain = syntheticSource({ speakers: 3, sentences: 1 })
  const set = { set: 'egemaps', functionals: true } as const

  it('give the bits of the same features from sound, under each protocol', async () => {
    const computed = new Map()
    for (const { path, read } of plain.utterances) computed.set(path, extractFeatures(await read(), set))
    const source = await withFeatures(plain, computed)
    const given = source.features.columns
    for (const protocol of ['strict', 'speaker'] as const) {
      const [own, other] = await Promise.all(
        [set, { given }].map((frontEnd) =>
          runExperiment(source, createSystem('functionals-mlp', { frontEnd, epochs: 10 }), { protocol }),
        ),
      )
      expect(other.folds).toEqual(own.folds)
      expect([own.corpus.features, other.corpus.features]).toEqual([undefined, source.features])
    }
  })

  it('stand beside systems on sound in one plan, and are refused without features', async () => {
    const files = plain.utterances.map(({ path, label }) => ({ file: path, label }))
    const features = table('synthetic.csv', ['x', 'y', 'z'], files)
    const synthetic = { speakers: 3, sentences: 1 }
    const given = { columns: 3, form: 'vector', names: ['x', 'y', 'z'] }
    const plan = (corpus: CorpusReference): Parameters<typeof runPlan>[0] =>
      checkPlan({
        ...{ format: 'ser-core/plan', version: 1, seeds: [1], protocols: ['strict'], combinations: [], corpus },
        systems: [
          { name: 'own', system: 'functionals-mlp', options: { epochs: 3, frontEnd: { given } } },
          { name: 'sound', system: 'functionals-mlp', options: { epochs: 3 } },
        ],
      })
    const out = at('mixed')
    const { results } = await runPlan(plan({ kind: 'synthetic', synthetic, features }), { folder: out })
    expect(results?.runs.map(({ name, folds }) => [name, folds.length])).toEqual([
      ['own', 3],
      ['sound', 3],
    ])
    expect(results?.corpus.features?.columns).toEqual(given)
    await expect(runPlan(plan({ kind: 'synthetic', synthetic }), { folder: at('none') })).rejects.toThrow(
      /runPlan: the system takes 3 given features, the recordings have none: give the corpus "features", or --features/,
    )
    table('synthetic.csv', ['x', 'y'], files)
    await expect(runPlan(plan({ kind: 'synthetic', synthetic, features }), { folder: at('others') })).rejects.toThrow(
      /takes vectors of 3 columns, the features of the recordings are vectors of 2/,
    )
  })
})
