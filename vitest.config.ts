import type { ViteUserConfig } from 'vitest/config'

const config: ViteUserConfig = {
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 180_000,
    globalSetup: ['test/support/compile-kernels.ts'],
    pool: 'forks',
    reporters: ['default', './test/support/count-reporter.ts'],
  },
}
export default config
