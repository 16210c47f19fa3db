import type { Options } from 'tsup'

const shared: Options = { target: 'es2022', sourcemap: true, splitting: true, treeshake: true, minify: false }

const config: Options[] = [
  {
    ...shared,
    entry: { index: 'src/index.ts', node: 'src/runtime/node/index.ts' },
    format: ['esm', 'cjs'],
    // tsup sets `baseUrl`, which TypeScript 6 calls deprecated.
    dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
  },
  { ...shared, entry: { cli: 'src/cli/main.ts' }, format: ['esm'], dts: false },
]
export default config
