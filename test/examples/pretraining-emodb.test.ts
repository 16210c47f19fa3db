import { describe, expect, it } from 'vitest'
import { emodbFolder, emodbTitle, hasEmodb } from '../support/emodb.ts'
import { root, runNode } from '../support/run.ts'

const script = `${root}examples/pretraining-emodb.mjs`

describe('pretraining-emodb.mjs', () => {
  it('says what it takes, and refuses what it does not', async () => {
    const help = await runNode([script, '--help'])
    expect([help.code, help.stderr]).toEqual([0, ''])
    expect(help.stdout).toContain('--pretraining')
    const wrong = await runNode([script, '--nonsense'])
    expect(wrong.code).not.toBe(0)
    expect(wrong.stderr).toContain('--nonsense')
  })

  it.skipIf(!hasEmodb)(emodbTitle('compares both starts on an unheard speaker'), async () => {
    const quick = ['--speakers', '1', '--epochs', '1', '--pretraining', '1', '--step', '200']
    const { code, stdout } = await runNode([script, '--data', emodbFolder, ...quick])
    expect(code).toBe(0)
    expect(stdout).toMatch(/random/)
    expect(stdout).toMatch(/pre-trained/)
  })
})
