import { build } from 'esbuild'
import { root } from './run.ts'

/** Builds the script of the threads that do folds from the source that is tested. */
export async function buildFoldWorker(outfile: string): Promise<void> {
  await build({
    entryPoints: [`${root}src/node/fold-worker.ts`],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    // What is bundled from CommonJS may require.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)" },
  })
}
