import { describe, expect, it } from 'vitest'
import { summarizeRuns } from '../../src/experiments/rate-summary.ts'
import type { FoldRecord } from '../../src/experiments/results.ts'
import { type ExperimentResults, runResults } from '../../src/experiments/results.ts'
import type { Chart } from '../../src/report/chart.ts'
import { reportHtml } from '../../src/report/html.ts'
import { resultsMarkdown } from '../../src/report/markdown.ts'
import { transferSpec } from '../../src/report/transfer-chart.ts'

const classes = ['joy', 'anger']

/** A fold that recognises the first `right` of four recordings of two speakers of a corpus. */
function fold(name: string, training: string, corpus: string, right: number): FoldRecord {
  const predictions = ['joy', 'anger', 'joy', 'anger'].map((label, i) => ({
    ...{ path: `${corpus}/${i}.wav`, speaker: `${corpus}/${i % 2 ? '2' : '1'}`, corpus, label },
    said: i < right ? label : label === 'joy' ? 'anger' : 'joy',
    posterior: [0.5, 0.5],
  }))
  return { speaker: name, training, predictions, accuracy: right / 4, bestEpoch: 0, epochs: [] }
}

function results(): ExperimentResults {
  const folds = [
    ...[fold('a', 'other corpora', 'a', 3), fold('b', 'other corpora', 'b', 4)],
    ...[fold('a alone', 'a', 'b', 2), fold('b alone', 'b', 'a', 0)],
  ]
  const identity = {
    name: 'lstm',
    system: { name: 'lstm', settings: {} },
    seed: 1,
    protocol: 'strict',
    seconds: 1,
  } as const
  const run = runResults(identity, classes, folds)
  const corpora = ['a', 'b'].map((name) => ({ kind: 'synthetic', name }))
  return {
    ...{ format: 'ser-core/results', version: 2, comparisons: [] },
    corpus: {
      ...{ name: 'a+b', classes, utterances: 8, speakers: ['a/1', 'a/2', 'b/1', 'b/2'], corpora: ['a', 'b'] },
      ...{ problems: [], warnings: [] },
    },
    plan: {
      ...{ format: 'ser-core/plan', version: 1, seeds: [1], protocols: ['strict'], combinations: [] },
      ...{ corpus: { kind: 'several', corpora }, systems: [{ name: 'lstm', system: 'lstm', options: {} }] },
      folds: { by: ['corpus'], train: 'both' },
    },
    runs: [run],
    summary: summarizeRuns([run], classes),
    run: { ...{ command: 'ser', versions: {}, kernels: 'simd', commit: null }, started: '', finished: '', seconds: 0 },
  }
}

describe('rates of several corpora in reports', () => {
  it('are a heat map by training set and corpus, sets of others last', () => {
    const spec = transferSpec(results().summary[0]) as Chart
    const values = (spec.data as { values: { training: string; corpus: string; percent: string }[] }).values
    expect(values.map(({ training, corpus, percent }) => `${training} > ${corpus}: ${percent}`)).toEqual([
      ...['other corpora > a: 75.0', 'other corpora > b: 100.0', 'a > b: 50.0', 'b > a: 0.0'],
    ])
    const { y } = spec.encoding as { y: { sort: string[] } }
    expect(y.sort).toEqual(['a', 'b', 'other corpora'])
    expect(spec.description).toContain('trained on a, b 50.0')
    expect(transferSpec({ ...results().summary[0], transfer: undefined })).toBeNull()
    const [summary] = results().summary
    const transfer = summary.transfer?.map((cell) => ({ ...cell, unweightedRecall: null as never })) // as JSON has NaN
    const { data } = transferSpec({ ...summary, transfer }) as unknown as { data: { values: { percent: string }[] } }
    expect(data.values.map(({ percent }) => percent)).toEqual(transfer?.map(() => '-'))
  })

  it('are judged by the folds that leave one corpus out, speaker by speaker', () => {
    const [{ accuracy, corpora, speakers }] = results().summary
    expect(accuracy.mean).toBe(7 / 8)
    expect(corpora?.map((one) => [one.corpus, one.recordings, one.speakers, one.unweightedRecall])).toEqual([
      ['a', 4, 2, 0.75],
      ['b', 4, 2, 1],
    ])
    // Speaker 1 of a says joy twice, rightly; speaker 2 anger, rightly once.
    expect(speakers[1]).toEqual({ speaker: 'a/2', n: 2, accuracy: 0.5 })
  })

  it('stand below the number of recordings, each counted once for all trainings', async () => {
    expect(resultsMarkdown(results())).toContain('8 recordings of 4 speakers (joy 4, anger 4)')
    expect(await reportHtml(results())).toContain('(joy 4, anger 4)')
  })

  it('are told of each protocol', () => {
    const given = results()
    const summary = given.summary.map((one) => ({ ...one, protocol: 'corpus' as const }))
    expect(resultsMarkdown({ ...given, summary })).toContain("- **corpus**: each corpus' features are shifted")
  })

  it('are tables on the page of Markdown, and a table and a chart on that of HTML', async () => {
    const markdown = resultsMarkdown(results())
    expect(markdown).toContain('# a+b, 2 classes: leave-one-corpus-out; trained on each corpus alone')
    expect(markdown).toMatch(/\| lstm \| strict \| b \| 4 of 2 \| 100\.0 \(100\.0 to 100\.0\) \|/)
    expect(markdown).toContain('| other corpora | 75.0 | 100.0 |')
    expect(markdown).toContain('| a | - | 50.0 |')
    const page = await reportHtml(results())
    expect(page).toContain('<h2>Corpora</h2>')
    expect(page).toContain('Unweighted recall of lstm, strict, percent: trained on other corpora, a 75.0')
    expect(page).toContain('Leave-one-corpus-out; trained on each corpus alone: the system is trained without')
  })
})
