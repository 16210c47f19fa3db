/** Mutants of files of other tools: lists, or a FormatError. */
import { describe, expect, it } from 'vitest'
import { targetOf } from '../../../fuzz/targets/index.ts'
import { Random } from '../../../src/numerics/random.ts'

describe.each(['textgrid', 'lhotse', 'label-studio', 'elan', 'foreign-tables'])('%s', (name) => {
  it('answers mutants with recordings or a FormatError', async () => {
    const { bases, mutate, run } = targetOf(name)
    const random = new Random(name)
    const all = bases()
    let read = 0
    for (let i = 0; i < 1500; i++) {
      const mutant = mutate(random, all[i % all.length])
      try {
        await run(mutant)
        read++
      } catch (error) {
        const { name: kind, message } = error as Error
        expect(kind, message).toBe('FormatError')
      }
    }
    expect(read).toBeGreaterThan(20)
  })
})
