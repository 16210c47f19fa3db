import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import type { Options } from 'tsup'
import { packagesAtFirstUse, takenIn } from './scripts/first-use.ts'
import { shakeableModules } from './scripts/shakeable.ts'

const shared: Options = {
  ...{ target: 'es2022', splitting: true, minify: false },
  treeshake: { moduleSideEffects: 'no-external' },
  // pbf is a module, which CommonJS cannot load before Node 20.19, and a few kB of it are used.
  noExternal: [...takenIn, 'pbf'],
  esbuildPlugins: [packagesAtFirstUse, shakeableModules],
}

/** Writes the part of a package's file that is its license: from the beginning named to the end, or to the other one. */
function extractLicense(from: string, to: string, begin: string, end?: string): void {
  const text = readFileSync(from, 'utf8')
  const start = text.indexOf(begin)
  if (start < 0) throw new Error(`${from} has no license that begins with ${begin}`)
  writeFileSync(to, `${text.slice(start, end === undefined ? undefined : text.indexOf(end, start)).trim()}\n`)
}

const config: Options[] = [
  {
    ...shared,
    entry: {
      ...{ index: 'src/index.ts', node: 'src/node/index.ts' },
      ...{ cli: 'src/cli/main.ts', 'fold-worker': 'src/node/fold-worker.ts' },
      // What imports packages that bundlers cannot take apart is in files of its own, which they leave out where it is not needed.
      ...{
        'parts/array': 'src/core/array.ts',
        'parts/check': 'src/core/check.ts',
        'parts/input': 'src/core/input.ts',
        'parts/protobuf': 'src/onnx/encode.ts',
      },
    },
    format: ['esm'],
    dts: false,
    // Node reads it where it can use it; as a file it is in no bundle.
    onSuccess: async () => {
      copyFileSync('src/kernels/simd/wide.wasm', 'dist/wide.wasm')
      // A comment with it in the code would be in every bundle of it.
      copyFileSync('node_modules/fflate/LICENSE', 'dist/LICENSE-fflate')
      copyFileSync('node_modules/pbf/LICENSE', 'dist/LICENSE-pbf')
      copyFileSync('node_modules/@msgpack/msgpack/LICENSE', 'dist/LICENSE-msgpack')
      copyFileSync('node_modules/papaparse/LICENSE', 'dist/LICENSE-papaparse')
      extractLicense('node_modules/fft.js/README.md', 'dist/LICENSE-fft', 'This software is licensed')
      extractLicense('node_modules/seedrandom/lib/alea.js', 'dist/LICENSE-alea', '// A port of', '(function')
    },
  },
  {
    ...shared,
    entry: { index: 'src/index.ts', node: 'src/node/index.ts' },
    format: ['cjs'],
    // CommonJS has a path instead; the code asks for that where there is no URL.
    esbuildOptions: (options) => {
      options.define = { ...options.define, 'import.meta.url': 'undefined' }
      // The second copy of the code, for programs that cannot load modules; classes keep their names, which errors and files tell.
      options.minifyWhitespace = true
      options.minifySyntax = true
      options.minifyIdentifiers = true
      options.lineLimit = 160
    },
    // tsup sets `baseUrl`, which TypeScript 6 calls deprecated.
    dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
  },
  // One file with all that it needs: workers know no import map, and bundlers copy the file as it is.
  {
    ...shared,
    entry: { worker: 'src/worker.ts' },
    format: ['esm'],
    platform: 'browser',
    splitting: false,
    noExternal: [/./],
    // Rollup, which shakes the rest, takes away what says that it is a module.
    treeshake: false,
    footer: { js: 'export {}' },
    // It is the one part that is there twice, and pages load it whole. Classes keep their names, which errors and files tell.
    minify: true,
    dts: false,
  },
]
export default config
