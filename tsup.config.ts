import type { Options } from 'tsup'

const shared: Options = { target: 'es2022', sourcemap: true, splitting: true, treeshake: true, minify: false }

const config: Options[] = [
  {
    ...shared,
    entry: { index: 'src/index.ts', node: 'src/runtime/node/index.ts' },
    // CommonJS has a path instead; the code asks for that where there is no URL.
    esbuildOptions: (options, { format }) => {
      if (format === 'cjs') options.define = { ...options.define, 'import.meta.url': 'undefined' }
    },
    format: ['esm', 'cjs'],
    // tsup sets `baseUrl`, which TypeScript 6 calls deprecated.
    dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
  },
  // One file with all that it needs: workers know no import map, and bundlers copy the file as it is.
  {
    ...shared,
    entry: { worker: 'src/runtime/worker.ts' },
    format: ['esm'],
    platform: 'browser',
    splitting: false,
    noExternal: [/./],
    // Rollup, which shakes the rest, takes away what says that it is a module.
    treeshake: false,
    footer: { js: 'export {}' },
    dts: false,
  },
  {
    ...shared,
    entry: { cli: 'src/cli/main.ts', 'fold-worker': 'src/runtime/node/fold-worker.ts' },
    format: ['esm'],
    dts: false,
  },
]
export default config
