import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { encodeWav } from '../../src/audio/wav-encode.ts'
import { syntheticCorpus } from '../../src/corpora/synthetic.ts'
import { concordance } from '../../src/evaluation/regression.ts'
import type { DimensionResults } from '../../src/experiments/dimensions.ts'
import { checkPlan, type ExperimentPlan } from '../../src/experiments/plan.ts'
import { loadCorpus } from '../../src/node/corpus.ts'
import { runExperiment } from '../../src/node/experiment.ts'
import { runDimensionExperiment } from '../../src/node/experiment-dimensions.ts'
import { mergeDimensionFolders, mergeFolders } from '../../src/node/merge.ts'
import { readDimensionResults, readResults, writeReport } from '../../src/node/report.ts'
import { runDimensionPlan } from '../../src/node/run-dimensions.ts'
import { runPlan } from '../../src/node/run-plan.ts'
import { openSource, syntheticSource } from '../../src/node/source.ts'
import { createSystem } from '../../src/pipelines/systems.ts'

const root = mkdtempSync(join(tmpdir(), 'ser-dimensions-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const at = (name: string): string => join(root, name)

const options = { epochs: 15, weightDecays: [0.1], hidden: [8] }
const plan = (more: object = {}): ExperimentPlan =>
  checkPlan({
    ...{ format: 'ser-core/plan', version: 1, seeds: [1, 2], protocols: ['strict', 'speaker'], combinations: [] },
    corpus: { kind: 'synthetic', synthetic: { speakers: 3, sentences: 2 }, targets: ['arousal', 'valence'] },
    systems: [{ system: 'functionals-mlp', options }],
    ...more,
  })
const timeless = ({ run: _, runs, ...rest }: DimensionResults): unknown => ({
  ...rest,
  runs: runs.map(({ seconds: __, ...one }) => one),
})

describe('an experiment with targets', () => {
  it('predicts them for speakers left out, with scores of all folds, and is read again', async () => {
    const folds: unknown[] = []
    const { results, missing } = await runDimensionPlan(plan(), {
      folder: at('whole'),
      onFold: (_, { fold }) => folds.push(fold),
    })
    expect(missing).toEqual([])
    const whole = results as DimensionResults
    expect(folds).toHaveLength(12)
    expect(whole.targets.map(({ target }) => target)).toEqual(['arousal', 'valence'])
    const [arousal] = whole.summary[1].scores
    expect(arousal.concordance).toBeGreaterThan(0.5)
    expect(arousal.intervals.concordance.low).toBeLessThanOrEqual(arousal.concordance)
    expect([arousal.recordings, arousal.speakers, arousal.calibration.length]).toEqual([24, 3, 10])
    const [run] = whole.runs
    const pairs = run.folds.flatMap(({ predictions }) => predictions.map(({ given, said }) => [given[0], said[0]]))
    expect(run.scores[0].concordance).toBeCloseTo(
      concordance(
        pairs.map(([t]) => t),
        pairs.map(([, y]) => y),
      ),
      12,
    )
    for (const { predictions, speaker } of run.folds) {
      expect(predictions.every(({ path }) => path.startsWith(speaker))).toBe(true)
    }
    expect(await readDimensionResults(at('whole'))).toEqual(JSON.parse(JSON.stringify(whole)))
    await expect(readResults(at('whole'))).rejects.toThrow('holds results of targets; call readDimensionResults')
  })

  it('goes on where it was stopped, and in parts, with the same results', async () => {
    const stop = new AbortController()
    const stopped = runDimensionPlan(plan(), { folder: at('again'), signal: stop.signal, onFold: () => stop.abort() })
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' })
    const jobs: number[] = []
    const { results } = await runDimensionPlan(plan(), {
      folder: at('again'),
      onJobs: (todo, done) => jobs.push(todo.length, done.length),
    })
    expect(jobs).toEqual([11, 1])
    const whole = await readDimensionResults(at('whole'))
    expect(timeless(JSON.parse(JSON.stringify(results)))).toEqual(timeless(whole))

    for (const index of [1, 2])
      await runDimensionPlan(plan(), { folder: at(`part${index}`), shard: { index, count: 2 } })
    const merged = await mergeDimensionFolders([at('part1'), at('part2')], { folder: at('merged') })
    expect(timeless(JSON.parse(JSON.stringify(merged)))).toEqual(timeless(whole))
    await expect(mergeFolders([at('part1'), at('part2')], { folder: at('no') })).rejects.toThrow(
      'call mergeDimensionFolders',
    )
  })

  it('does a fold again whose file has other numbers', async () => {
    const file = join(at('again'), 'folds/functionals-mlp/strict/seed-1/s01.json')
    const fold = JSON.parse(readFileSync(file, 'utf8'))
    fold.fold.concordance[0] = 1
    writeFileSync(file, JSON.stringify(fold))
    const jobs: number[] = []
    await runDimensionPlan(plan(), { folder: at('again'), onJobs: (todo) => jobs.push(todo.length) })
    expect(jobs).toEqual([1])
  })

  it('has a page of scores, calibration and speakers, in Markdown and HTML', async () => {
    const results = await readDimensionResults(at('whole'))
    await writeReport(results, at('whole'))
    const [markdown, html] = ['report.md', 'report.html'].map((name) => readFileSync(join(at('whole'), name), 'utf8'))
    expect(markdown).toMatch(/^# synthetic, 2 targets: leave-one-speaker-out/)
    for (const text of ['## Scores', '| functionals-mlp | speaker | arousal | ', '## Calibration', '| s03 | 8 | ']) {
      expect(markdown).toContain(text)
    }
    for (const text of ['Predicted against given', 'CCC of valence for each speaker', 'To repeat it']) {
      expect(html).toContain(text)
    }
    await expect(writeReport({ ...results, summary: 3 as never }, at('whole'))).rejects.toThrow(TypeError)
    const short = structuredClone(results)
    short.runs[0].folds[0].predictions[0].said.pop()
    await expect(writeReport(short, at('whole'))).rejects.toThrow('one for each target')
  })

  it('in memory is the same as by a plan', async () => {
    const source = syntheticSource({ speakers: 3, sentences: 2 }, ['arousal', 'valence'])
    const { folds } = await runDimensionExperiment(source, createSystem('functionals-mlp', options), { seed: 1 })
    const whole = await readDimensionResults(at('whole'))
    expect(JSON.parse(JSON.stringify(folds))).toEqual(whole.runs[0].folds)
    await expect(runExperiment(source, createSystem('functionals-mlp', options))).rejects.toThrow(
      'call runDimensionExperiment',
    )
    const lda = createSystem('measures-lda')
    await expect(runDimensionExperiment(source, lda)).rejects.toThrow('"system" expected one that learns targets')
    await expect(runDimensionExperiment(syntheticSource(), lda)).rejects.toThrow(
      '"source.targets" expected names of numbers',
    )
  })

  it('by folds of speakers and over two corpora tells the scores of each', async () => {
    const corpora = ['a', 'b'].map((name, i) => ({
      kind: 'synthetic',
      name,
      synthetic: { speakers: 2, sentences: 2, seed: i },
    }))
    const { results } = await runDimensionPlan(
      plan({
        corpus: { kind: 'several', corpora, targets: ['arousal'] },
        folds: { by: ['corpus'] },
        protocols: ['corpus'],
      }),
      { folder: at('corpora') },
    )
    expect(results?.summary[0].corpora.map(({ corpus }) => corpus)).toEqual(['a', 'b'])
    const held = results?.runs[0].folds[0].predictions ?? []
    expect(new Set(held.map(({ speaker }) => speaker))).toEqual(new Set(['a/s01', 'a/s02']))
  })
})

describe('plans and corpora that do not fit', () => {
  it('are refused before features are computed', async () => {
    const folder = at('refused')
    await expect(runPlan(plan(), { folder })).rejects.toThrow('got targets; call runDimensionPlan')
    const classes = checkPlan({ ...plan(), corpus: { kind: 'synthetic' } })
    await expect(runDimensionPlan(classes, { folder })).rejects.toThrow('"plan.corpus.targets" expected names')
    expect(() => plan({ systems: [{ system: 'measures-lda', options: {} }] })).toThrow(
      /one that learns arousal, valence: .*functionals-mlp/,
    )
    expect(() => plan({ combinations: [{ name: 'x', members: ['functionals-mlp'] }] })).toThrow('none with targets')
    expect(() => plan({ corpus: { kind: 'synthetic', targets: ['arousal', 'arousal'] } })).toThrow(
      'names "arousal" twice',
    )
    const other = plan({ corpus: { kind: 'synthetic', targets: ['loudness'] } })
    await expect(runDimensionPlan(other, { folder })).rejects.toThrow('"targets" expected')
    const source = syntheticSource({ speakers: 3 }, ['arousal'])
    await expect(runDimensionPlan(plan(), { folder, source })).rejects.toThrow(
      '"source" expected the targets of the plan',
    )
    const same = {
      ...source,
      targets: ['arousal'],
      utterances: source.utterances.map((one) => ({ ...one, targets: { arousal: 2 } })),
    }
    const constant = runDimensionExperiment(same, createSystem('functionals-mlp', options))
    await expect(constant).rejects.toThrow(
      '"arousal" expected numbers that vary from recording to recording, got 2 in all 48',
    )
  })
})

describe('numbers of lists', () => {
  const folder = at('lists')
  mkdirSync(join(folder, 'audio'), { recursive: true })
  const voices = syntheticCorpus({ speakers: 2, sentences: 1, sampleRate: 8000 })
  for (const voice of voices) {
    writeFileSync(
      join(folder, 'audio', `${voice.id}.wav`),
      encodeWav({ sampleRate: voice.sampleRate, channels: [voice.samples()] }),
    )
  }
  const rows = voices.map(({ id, speaker, targets: { arousal } }, i) => [
    `audio/${id}.wav`,
    speaker,
    i === 0 ? '' : i === 1 ? 'inf' : String(arousal),
  ])
  const csv = (header: string): string => `${[header, ...rows.map((row) => row.join(','))].join('\n')}\n`
  const byPath = <T extends { id: string }>(list: readonly T[]): T[] => [...list].sort((a, b) => (a.id < b.id ? -1 : 1))
  const wanted = byPath(voices.slice(2)).map(({ targets }) => targets.arousal)
  const expectTargets = async (corpus: Awaited<ReturnType<typeof loadCorpus>>): Promise<void> => {
    expect(corpus.targets).toEqual(['arousal'])
    expect(corpus.classes).toEqual(['any'])
    expect(corpus.utterances.map(({ targets }) => targets?.arousal)).toEqual(wanted)
    expect(corpus.problems.map(({ reason }) => reason)).toEqual([
      'without arousal: its list has no number for it',
      'its arousal is no finite number',
    ])
  }

  it('are columns of a manifest, which then needs no labels', async () => {
    const file = join(folder, 'list.csv')
    writeFileSync(file, csv('path,speaker,arousal'))
    await expectTargets(await loadCorpus('manifest', file, { targets: ['arousal'] }))
    await expect(loadCorpus('manifest', file, { targets: ['valence'] })).rejects.toThrow(
      /row 1: expected a column "valence", the target, got path, speaker, arousal/,
    )
    await expect(loadCorpus('manifest', file)).rejects.toThrow('no column "label"')
    const source = await openSource({ kind: 'manifest', path: file, targets: ['arousal'] })
    expect(source.targets).toEqual(['arousal'])
  })

  it('are columns of nkululeko and of a database of audformat', async () => {
    const file = join(folder, 'nkululeko.csv')
    writeFileSync(file, csv('file,speaker,arousal'))
    await expectTargets(await loadCorpus('nkululeko', file, { targets: ['arousal'], root: folder }))
    const db =
      'name: x\nschemes:\n  arousal: {dtype: float}\ntables:\n  files:\n    type: filewise\n    columns:\n      speaker: {}\n      arousal: {scheme_id: arousal}\n'
    writeFileSync(join(folder, 'db.yaml'), db)
    writeFileSync(join(folder, 'db.files.csv'), csv('file,speaker,arousal'))
    await expectTargets(await loadCorpus('audformat', folder, { targets: ['arousal'] }))
  })

  it('are columns of a table of votes, by the names of files', async () => {
    const path = join(folder, 'labelled.csv')
    const labelled = voices.map(({ id, speaker, label }) => `audio/${id}.wav,${speaker},${label}`)
    writeFileSync(path, `path,speaker,label\n${labelled.join('\n')}\n`)
    const votes = join(folder, 'votes.csv')
    writeFileSync(
      votes,
      `file,voiceVote,voiceLevel\n${voices
        .slice(1)
        .map(({ id }, i) => `${id},N,${10 * i}`)
        .join('\n')}\n`,
    )
    const { utterances, problems, targets, classes } = await openSource({
      kind: 'manifest',
      path,
      votes,
      targets: ['intensity'],
    })
    expect(targets).toEqual(['intensity'])
    const given = new Map(voices.slice(1).map(({ id }, i) => [id, 10 * i]))
    expect(utterances.map((one) => one.targets?.intensity)).toEqual(
      byPath(voices.slice(1)).map(({ id }) => given.get(id)),
    )
    expect(problems.map(({ reason }) => reason)).toEqual(['without intensity: its list has no number for it'])
    expect(classes).toHaveLength(4)
    await expect(
      openSource({ kind: 'manifest', path, votes, targets: ['intensity'], votesAs: 'label' }),
    ).rejects.toThrow('votesAs')
    writeFileSync(votes, 'file,voiceLevel\nother,3\n')
    await expect(openSource({ kind: 'manifest', path, votes, targets: ['intensity'] })).rejects.toThrow(
      'none is of a recording',
    )
    await expect(openSource({ kind: 'emodb', path: folder, targets: ['intensity'] })).rejects.toThrow(
      /"targets" expected nothing for "emodb"/,
    )
  })
})
