import { describe, expect, it } from 'vitest'
import { emodbFolder, emodbTitle, hasEmodb } from '../support/emodb.ts'
import { root, runNode } from '../support/run.ts'

const script = `${root}examples/choose-settings.mjs`

describe('choose-settings.mjs', () => {
  it('says what it takes, and refuses what it does not', async () => {
    const help = await runNode([script, '--help'])
    expect([help.code, help.stderr]).toEqual([0, ''])
    expect(help.stdout).toContain('--protocol')
    const wrong = await runNode([script, '--held', 'many'])
    expect(wrong.code).not.toBe(0)
    expect(wrong.stderr).toContain('"--held" expected an integer >= 1, got "many"')
  })

  it.skipIf(!hasEmodb)(emodbTitle('compares two variants on speakers held out'), async () => {
    const variants = [1, 5].map((epochs) => JSON.stringify({ epochs, weightDecays: [0.1] }))
    const flags = ['--system', 'functionals-mlp', '--speakers', '1', ...variants.flatMap((one) => ['--options', one])]
    const { code, stdout } = await runNode([script, '--data', emodbFolder, ...flags])
    expect(code).toBe(0)
    const lines = stdout.trim().split('\n')
    const rates = variants.map((one) => {
      const line = lines.slice(-2).find((text) => text.includes(one)) ?? expect.fail(one)
      return Number(/: ([\d.]+) %, loss/.exec(line)?.[1])
    })
    // Five iterations learn something, one little.
    expect(rates[1]).toBeGreaterThan(60)
    expect(rates[1]).toBeGreaterThan(rates[0])
  })
})
