import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { startsAfresh } from '../../src/cli/experiment-command.ts'

const begun = mkdtempSync(join(tmpdir(), 'ser-begun-'))
const ended = mkdtempSync(join(tmpdir(), 'ser-ended-'))
writeFileSync(join(ended, 'results.json'), '{}')
afterAll(() => {
  for (const folder of [begun, ended]) rmSync(folder, { recursive: true })
})

const demonstration = { corpus: 'synthetic' as const, fresh: false }

describe('startsAfresh', () => {
  it('does a finished demonstration anew, and goes on with one that was stopped', () => {
    expect(startsAfresh(demonstration, ended)).toBe(true)
    expect(startsAfresh(demonstration, begun)).toBe(false)
  })

  it.each([
    { out: 'here' },
    { shard: { index: 2, count: 2 } },
    { queue: 'redis://host' },
    { corpus: 'emodb' as const },
  ])('removes nothing of what is no demonstration unless it is told to: %j', (flags) => {
    expect(startsAfresh({ ...demonstration, ...flags }, ended)).toBe(false)
    expect(startsAfresh({ ...demonstration, ...flags, fresh: true }, begun)).toBe(true)
  })
})
