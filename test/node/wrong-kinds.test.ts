/** The functions of `ser-core/node` with arguments of wrong kinds: all reject, by errors of the library's own. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as library from '../../src/node/index.ts'
import { type Door, doorsOf, fallen, fallenByOptions } from '../support/doors.ts'
import { nodeKnowledge } from '../support/right-node.ts'

const folder = mkdtempSync(join(tmpdir(), 'ser-kinds-'))
const before = process.cwd()
let doors: Door[] = []
beforeAll(async () => {
  process.chdir(folder) // where "x" is a path
  doors = doorsOf(library as Record<string, unknown>, await nodeKnowledge(folder))
})
afterAll(() => {
  process.chdir(before)
  rmSync(folder, { recursive: true })
})

/** The system's own errors, such as of a path where nothing is, are passed on; errors about a folder begin with its name. */
const isTold = (line: string): boolean => /: (Error: ENOENT: .*'x'|StateError: "[^"]+" (holds|has) )/.test(line)

describe('wrong kinds of arguments of ser-core/node', () => {
  it('are refused by errors of the library', { timeout: 900_000 }, async () => {
    expect(doors.length).toBeGreaterThan(20)
    const found: string[] = []
    for (const door of doors) found.push(...(await fallen(door)))
    expect(found.filter((line) => !isTold(line))).toEqual([])
  })

  it('in options too', { timeout: 900_000 }, async () => {
    const found: string[] = []
    // Reports are drawn anew for each, and serveQueue starts its threads first.
    const quick = doors.filter(({ name }) => !/[rR]eport|serveQueue/.test(name))
    for (const door of quick) found.push(...(await fallenByOptions(door, [1, 12, 13, 16, 25])))
    expect(found.filter((line) => !isTold(line))).toEqual([])
  })
})
