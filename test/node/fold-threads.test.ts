import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { startThreads } from '../../src/node/job-runners.ts'

it('threads of folds collect their garbage in small portions', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ser-threads-'))
  const file = join(folder, 'limits.mjs')
  writeFileSync(file, `import { resourceLimits } from 'node:worker_threads'\nexport default () => resourceLimits`)
  const threads = await startThreads({ workers: 1, script: pathToFileURL(file) })
  try {
    expect(await threads.run({} as never, {} as never, {})).toMatchObject({ maxYoungGenerationSizeMb: 4 })
  } finally {
    await threads.close()
    rmSync(folder, { recursive: true })
  }
})
