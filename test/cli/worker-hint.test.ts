import { expect, it } from 'vitest'
import { workerCommand } from '../../src/cli/experiment-command.ts'
import type { CorpusReference } from '../../src/experiments/corpora.ts'
import type { ExperimentPlan } from '../../src/experiments/plan.ts'
import { plan } from '../support/queue.ts'

const list = { kind: 'manifest', path: 'a.csv' }

it.each<[string, CorpusReference, string | undefined, string]>([
  ['synthetic voices', { kind: 'synthetic' }, undefined, '--allow'],
  ['one corpus', list, undefined, '--data PATH'],
  ['a secret', { kind: 'synthetic' }, 'my secret.txt', "--allow --secret-file 'my secret.txt'"],
  ['an expression', { ...list, speaker: '^(..)' }, undefined, "--data PATH --speaker '^(..)'"],
  ['votes', { ...list, votes: 'votes.csv' }, undefined, '--allow FOLDER'],
  ['features', { ...list, features: 'f.csv' }, undefined, '--allow FOLDER'],
  ['features of synthetic voices', { kind: 'synthetic', features: 'f.csv' }, undefined, '--allow FOLDER'],
  ['several corpora', { kind: 'several', corpora: [list, { kind: 'synthetic' }] }, undefined, '--allow FOLDER'],
])('names a worker that can do the folds: %s', (_, corpus, secret, flags) => {
  const what: ExperimentPlan = { ...plan, corpus }
  expect(workerCommand(what, 'redis://me:pw@host', secret)).toBe(`ser worker --queue 'redis://***@host' ${flags}`)
})
