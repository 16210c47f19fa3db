import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ExperimentPlan, PlannedSystem } from '../../src/experiments/plan.ts'
import type { ExperimentResults } from '../../src/experiments/results.ts'
import { evaluateRecognizer } from '../../src/node/corpus-evaluation.ts'
import { runExperiment } from '../../src/node/experiment.ts'
import { createQueueRunner } from '../../src/node/queue/queue-runner.ts'
import { type RunPlanOptions, runPlan } from '../../src/node/run-plan.ts'
import { syntheticSource } from '../../src/node/source.ts'
import { trainOnCorpus } from '../../src/node/train.ts'
import { Recognizer } from '../../src/pipelines/recognizer.ts'
import { createSystem } from '../../src/pipelines/systems.ts'
import { emodbLike } from '../support/emodb-like.ts'
import { buildFoldWorker } from '../support/fold-worker.ts'
import { withoutTimes } from '../support/times.ts'

const folder = mkdtempSync(join(tmpdir(), 'ser-pretraining-'))
const script = join(folder, 'fold-worker.mjs')
beforeAll(async () => {
  process.env.SER_COMMIT = 'a commit'
  await buildFoldWorker(script)
})
afterAll(() => {
  delete process.env.SER_COMMIT
  rmSync(folder, { recursive: true })
})

const voices = (seed: number, name = 'v') => ({
  ...{ kind: 'synthetic', name },
  synthetic: { speakers: 2, sentences: 1, seed, emotions: ['joy', 'sadness'] },
})
const options = {
  ...{ frontEnd: { spectral: 'mfcc', deltas: 0, pitch: false }, units: 3, rectifier: 3, epochs: 2, batchSize: 4 },
}
const corpus = { kind: 'several', corpora: [voices(2, 'a'), voices(3, 'b')] }
const lstm: PlannedSystem = { name: 'lstm', system: 'lstm', options, pretrain: { corpus, options: { epochs: 3 } } }
const plain: PlannedSystem = { name: 'plain', system: 'lstm', options }
const plan: ExperimentPlan = {
  ...{ format: 'ser-core/plan', version: 1, corpus: voices(1), protocols: ['strict'], combinations: [] },
  systems: [lstm, plain],
  seeds: [1, 2],
}

interface Ran {
  began: string[]
  epochs: number
  results: ExperimentResults
}

async function run(out: string, more: Partial<RunPlanOptions> = {}, what: ExperimentPlan = plan): Promise<Ran> {
  const began: string[] = []
  let epochs = 0
  const { results } = await runPlan(what, {
    ...{ folder: out, script: pathToFileURL(script), ...more },
    onPretraining: ({ name, seed }, progress) => {
      if (progress === null) began.push(`${name} ${seed}`)
      else epochs++
    },
  })
  return { began, epochs, results: withoutTimes(results as never) as ExperimentResults }
}

const file = (out: string, seed: number): string => join(out, 'pretrained/lstm/strict', `seed-${seed}.safetensors`)

describe('a plan with a pre-training', () => {
  const out = join(folder, 'out')
  let first: Ran

  it('trains once for each seed on the other corpora, and each fold from there', async () => {
    first = await run(out)
    expect(first.began).toEqual(['lstm 1', 'lstm 2'])
    expect(first.epochs).toBe(6)
    expect(readdirSync(join(out, 'pretrained/lstm/strict'))).toEqual(['seed-1.safetensors', 'seed-2.safetensors'])
    const posteriors = first.results.runs.map(({ folds }) => folds[0].predictions[0].posterior)
    expect(posteriors[0]).not.toEqual(posteriors[2])
    const kept = Recognizer.from(readFileSync(file(out, 2)))
    expect(kept.classes).toEqual(['joy', 'sadness'])
    expect(kept.system.options).toMatchObject({ epochs: 3, units: 3 })
    expect(kept.card.pretraining).toMatchObject({ protocol: 'strict', seed: 2 })
  })

  it('takes kept ones after an interruption, with the same results on threads', async () => {
    const made = statSync(file(out, 1)).mtimeMs
    rmSync(join(out, 'folds/lstm/strict/seed-1'), { recursive: true })
    const again = await run(out, { workers: 2 })
    expect(again.began).toEqual([])
    expect(statSync(file(out, 1)).mtimeMs).toBe(made)
    expect(again.results.runs).toEqual(first.results.runs)
  })

  it('makes damaged ones anew, bit for bit, where a fold needs them', async () => {
    const bytes = readFileSync(file(out, 2))
    writeFileSync(file(out, 1), 'damaged')
    writeFileSync(file(out, 2), bytes.subarray(0, 500))
    rmSync(join(out, 'folds/lstm/strict/seed-2'), { recursive: true })
    const again = await run(out)
    expect(again.began).toEqual(['lstm 2'])
    expect(readFileSync(file(out, 2)).equals(bytes)).toBe(true)
    expect(again.results.runs).toEqual(first.results.runs)
  })

  it('refuses folds from other recordings, and with fresh removes what was trained', async () => {
    const other = { ...plan, systems: [{ ...lstm, pretrain: { corpus: voices(5, 'a') } }, plain] }
    await expect(run(out, {}, other)).rejects.toThrow(/another plan/)
    const moved = { ...corpus, corpora: [{ ...voices(2, 'a'), path: 'elsewhere' }, voices(3, 'b')] }
    const same = { ...plan, systems: [{ ...lstm, pretrain: { ...lstm.pretrain, corpus: moved } }, plain] }
    expect((await run(out, {}, same)).began).toEqual([])
    await run(out, { fresh: true }, { ...plan, systems: [plain], seeds: [1] })
    expect(existsSync(join(out, 'pretrained'))).toBe(false)
  })

  it('refuses recordings that are tested on', async () => {
    const both = { kind: 'several', corpora: [voices(2, 'a'), voices(1, 'b')] }
    const leaking = { ...plan, systems: [{ ...lstm, pretrain: { corpus: both } }] }
    await expect(run(join(folder, 'leaking'), {}, leaking)).rejects.toThrow(
      /the pre-training of "lstm" has a recording that is tested on, "s01-t01-joy"/,
    )
  })

  it('refuses other recordings of a speaker, and classes without recordings, before features are extracted', async () => {
    const [own, more] = [
      emodbLike(join(folder, 'own'), 'a01', ['03', '08']),
      emodbLike(join(folder, 'more'), 'a02', ['09', '08']),
    ]
    const refused = async (pretrain: object, message: RegExp): Promise<void> => {
      let features = 0
      const out = join(folder, 'refused')
      const leaking = {
        ...plan,
        corpus: { kind: 'emodb', path: own },
        systems: [{ ...lstm, pretrain: { corpus: pretrain } }],
      }
      await expect(run(out, { onFeatures: () => features++ }, leaking as ExperimentPlan)).rejects.toThrow(message)
      expect(features).toBe(0)
      expect(existsSync(out)).toBe(false)
    }
    const speaker =
      /the pre-training of "lstm" has recordings of a speaker that is tested on, 08 of emodb; take corpora of others/
    await refused({ kind: 'emodb', path: more }, speaker)
    await refused({ kind: 'several', corpora: [voices(2), { kind: 'emodb', path: more, name: 'x' }] }, speaker)
    await refused({ kind: 'emodb', path: join(folder, 'nowhere') }, /cannot read the folder/)
    const joy = { ...voices(2), synthetic: { ...voices(2).synthetic, emotions: ['joy'] } }
    await refused(joy, /the pre-training of "lstm": no recording of "sadness"/)
  })

  it('is refused by queues', async () => {
    const runner = createQueueRunner(new Map(), { url: 'redis://localhost:1', plan })
    await expect(runner).rejects.toThrow(/"lstm" has a pre-training, which workers of a queue lack/)
  })
})

describe('a training from a recogniser', () => {
  const config = { system: 'lstm', options } as never
  const source = (seed: number, speakers = 2) => syntheticSource({ ...(voices(seed).synthetic as object), speakers })

  it('starts each fold of an experiment, and its card names all speakers that were heard', async () => {
    const { recognizer: start } = await trainOnCorpus(source(2, 3), config)
    const system = createSystem('lstm', options as never)
    const [drawn, begun] = [await runExperiment(source(1), system), await runExperiment(source(1), system, { start })]
    expect(begun.folds[0].predictions[0].posterior).not.toEqual(drawn.folds[0].predictions[0].posterior)
    const { recognizer } = await trainOnCorpus(source(1), config, { start, calibrate: 'speakers' })
    const { training } = recognizer.card as { training: { start: object } }
    expect(training.start).toEqual(start.card.training)
    expect((await evaluateRecognizer(recognizer, source(9, 4))).heard).toEqual(['s01', 's02', 's03'])
    const unknown = await trainOnCorpus(source(1), config, { start: start.withCard({}) })
    expect((await evaluateRecognizer(unknown.recognizer, source(1))).heard).toBeNull()
  })

  it('is refused before recordings are read', async () => {
    const { recognizer: start } = await trainOnCorpus(source(2), config)
    let read = 0
    const onRecording = (): unknown => read++
    const other = { system: 'blstm', options } as never
    await expect(trainOnCorpus(source(1), other, { start, onRecording })).rejects.toThrow(/expected a "blstm"/)
    const larger = { system: 'lstm', options: { ...options, units: 5 } } as never
    await expect(trainOnCorpus(source(1), larger, { start, onRecording })).rejects.toThrow(
      /trainOnCorpus: "start" has another architecture: layers\.\d\.Wxi .*5.* here, .*3.* there/,
    )
    expect(read).toBe(0)
  })
})
