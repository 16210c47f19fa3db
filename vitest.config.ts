import { availableParallelism } from 'node:os'
import type { ViteUserConfig } from 'vitest/config'

const config: ViteUserConfig = {
  test: {
    include: ['test/**/*.test.ts'],
    // Of both kinds: a hook that runs out of time takes the tests of its suite with it, and counts as one failure.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    globalSetup: ['test/support/compile-kernels.ts'],
    pool: 'forks',
    // By default one core is left to a watcher: half of a machine with two.
    maxWorkers: availableParallelism(),
    reporters: ['default', './test/support/count-reporter.ts'],
  },
}
export default config
