import { expect, it } from 'vitest'
import { lateOptimizingFlag } from '../../src/cli/late-optimizing.ts'
import { root, runNode } from '../support/run.ts'

it('has V8 compile later where that was tried: in Node 20, not in 22 to 26', () => {
  expect(lateOptimizingFlag('11.3.244.8-node.33')).toBe('--interrupt-budget=540000')
  for (const v8 of ['12.4.254.21-node.33', '13.6.233.10-node.28', '14.3.127.12', ''])
    expect(lateOptimizingFlag(v8)).toBeNull()
})

const isTried = lateOptimizingFlag(process.versions.v8) !== null
it.skipIf(!isTried)('compiles few functions for one recording, where this Node is 20', async () => {
  const file = `${root}test/fixtures/0.1.0/features/voice.wav`
  const { code, stdout } = await runNode(['--trace-opt', `${root}dist/cli.js`, 'predict', file])
  expect(code).toBe(0)
  expect(stdout.match(/completed optimizing/g)?.length ?? 0).toBeLessThan(50)
})
