/** Every public function and method with arguments of wrong kinds: an error of the library's own, and nothing changed. */
import { describe, expect, it } from 'vitest'
import * as library from '../../src/index.ts'
import { doorsOf, fallen, fallenByOptions, unknownClasses } from '../support/doors.ts'
import { instances, rightArguments } from '../support/right.ts'

const exported = library as Record<string, unknown>
const knowledge = { rightArguments, instances }

describe('wrong kinds of arguments', () => {
  it('are tried on every class that has methods, and all arguments', () => {
    expect(unknownClasses(exported, knowledge)).toEqual([])
    const unknown = doorsOf(exported, knowledge).filter(({ count, right }) => count > 1 && right().length === 0)
    // Of systems the state is of their own making: damaged-states.test.ts has it.
    expect(unknown.map(({ name }) => name)).toEqual(['System ensemble.restore'])
  })

  it('of every export are refused by errors of the library', { timeout: 900_000 }, async () => {
    const all = doorsOf(exported, knowledge)
    expect(all.length).toBeGreaterThan(400)
    const found: string[] = []
    for (const door of all) found.push(...(await fallen(door)))
    expect(found).toEqual([])
  })

  it('in options and in the fields of arguments too', { timeout: 900_000 }, async () => {
    const found: string[] = []
    // null, a function, a symbol, a list that holds null, an object without a prototype
    for (const door of doorsOf(exported, knowledge)) found.push(...(await fallenByOptions(door, [1, 12, 13, 16, 25])))
    expect(found).toEqual([])
  })
})
