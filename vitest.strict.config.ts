import type { ViteUserConfig } from 'vitest/config'

// The core where code generation from strings is forbidden (strict CSP, browser extensions, edge workers).
const config: ViteUserConfig = {
  test: {
    include: ['test/core/**/*.test.ts'],
    globalSetup: ['test/support/compile-kernels.ts'],
    pool: 'forks',
    execArgv: ['--disallow-code-generation-from-strings'],
    env: { EXPECT_STRICT: '1' },
  },
}
export default config
