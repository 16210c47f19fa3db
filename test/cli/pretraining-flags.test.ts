import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterAll, describe, expect, it } from 'vitest'
import { addCorpusFlags, type CorpusFlags, readCorpus } from '../../src/cli/corpus-flags.ts'
import { type PlanFlags, planOf } from '../../src/cli/experiment-plan.ts'
import type { ExperimentPlan } from '../../src/experiments/plan.ts'

const folder = mkdtempSync(join(tmpdir(), 'ser-pretraining-flags-'))
afterAll(() => rmSync(folder, { recursive: true }))

function json(name: string, value: unknown): string {
  writeFileSync(join(folder, name), JSON.stringify(value))
  return join(folder, name)
}

function flags(...given: string[]): CorpusFlags {
  return addCorpusFlags(new Command(), 'all', { tests: true }).parse(given, { from: 'user' }).opts()
}

async function plan(given: string[], more: Partial<PlanFlags> = {}): Promise<ExperimentPlan> {
  return await planOf({ ...flags(...given), seed: 1, protocol: 'strict', ...more })
}

const emodb = ['--corpus', 'emodb', '--data', 'E']
const cremad = ['--pretrain-corpus', 'cremad', '--data', 'C']

describe('--pretrain-corpus', () => {
  it('gives systems with a network over time a pre-training, beside the corpus of the folds', async () => {
    const { corpus, systems, folds } = await plan([...emodb, ...cremad], { systems: ['lstm', 'functionals-mlp'] })
    expect(corpus).toMatchObject({ kind: 'emodb', path: 'E' })
    expect(folds).toBeUndefined()
    expect(systems[0]).toEqual({
      ...{ name: 'lstm', system: 'lstm', options: {} },
      pretrain: { corpus: { kind: 'cremad', path: 'C' }, options: {} },
    })
    expect(systems[1]).toEqual({ name: 'functionals-mlp', system: 'functionals-mlp', options: {} })
  })

  it('may be given several times, each with its own flags, and has options by system', async () => {
    const pretrainConfig = json('options.json', { lstm: { epochs: 9 } })
    const own = ['--pretrain-corpus', 'manifest', '--data', 'm.csv', '--name', 'own']
    const { systems } = await plan([...cremad, ...own, ...emodb], {
      pretrainConfig,
      epochs: 5,
      systems: ['lstm', 'blstm'],
    })
    const corpus = {
      kind: 'several',
      corpora: [
        { kind: 'cremad', path: 'C', name: 'cremad' },
        { kind: 'manifest', path: 'm.csv', name: 'own' },
      ],
    }
    expect(systems.map(({ options, pretrain }) => ({ options, pretrain }))).toEqual([
      { options: { epochs: 5 }, pretrain: { corpus, options: { epochs: 9 } } },
      { options: { epochs: 5 }, pretrain: { corpus, options: {} } },
    ])
  })

  it('comes from lists too, whose other commands refuse it', async () => {
    const corpora = json('list.json', [
      { kind: 'emodb', path: '/E' },
      { kind: 'resd', path: '/R', pretrain: true },
    ])
    const { corpus, systems } = await plan(['--corpora', corpora])
    expect(corpus).toMatchObject({ kind: 'emodb', path: '/E' })
    expect(systems[0].pretrain?.corpus).toEqual({ kind: 'resd', path: '/R' })
    await expect(readCorpus(flags('--corpora', corpora))).rejects.toThrow(/"pretrain" corpora are for ser experiment/)
    const odd = json('odd.json', [{ kind: 'emodb', path: '/E', pretrain: 1 }])
    await expect(plan(['--corpora', odd])).rejects.toThrow(/"corpora\[0\].pretrain" expected true or false, got 1/)
  })

  it.each<[string[], Partial<PlanFlags>, RegExp]>([
    [cremad, {}, /--pretrain-corpus needs --corpus, that of the folds/],
    [[...emodb, '--pretrain-corpus', 'cremad'], {}, /--pretrain-corpus cremad needs --data/],
    [[...emodb, ...cremad], { systems: ['dnn-hf'] }, /needs a system with a network over time, such as lstm/],
    [emodb, { pretrainConfig: 'x.json' }, /--pretrain-config needs --pretrain-corpus/],
  ])('%j with %j is refused', async (given, more, message) => {
    await expect(plan(given, more)).rejects.toThrow(message)
  })
})
