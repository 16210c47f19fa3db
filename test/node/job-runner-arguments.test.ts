import { expect, it } from 'vitest'
import { createJobRunner } from '../../src/node/job-runners.ts'
import { isOwnError, wrongKinds } from '../support/wrong.ts'

it('a runner of jobs refuses wrong kinds of arguments', async () => {
  const found: string[] = []
  for (const kind of wrongKinds().filter((value) => value !== undefined)) {
    for (const args of [
      [kind],
      [new Map(), kind],
      [new Map(), { workers: kind }],
      [new Map(), { script: kind, workers: 0 }],
    ]) {
      const error = await createJobRunner(...(args as [never])).then(
        (runner) => runner.close(),
        (reason: unknown) => reason,
      )
      if (error !== undefined && !isOwnError(error)) found.push(String(error))
    }
  }
  expect(found).toEqual([])
  await expect(createJobRunner(null as never)).rejects.toThrow('createJobRunner: "data" expected a Map')
  await expect(createJobRunner(new Map(), { workers: 1e9 })).rejects.toThrow('up to the limit of 1024')
})
