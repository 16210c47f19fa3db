/** Consumers that are no bundlers: TypeScript and jest. */
import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { here, link, run, runTool } from './project.mjs'

/** Compiles the programs of types with the declarations of the package checked too. */
async function compile(project, compilerOptions, files) {
  const shared = { strict: true, noEmit: true, target: 'es2022', skipLibCheck: false, types: [], lib: ['es2022'] }
  const config = JSON.stringify({ compilerOptions: { ...shared, ...compilerOptions }, files })
  const name = `tsconfig-${compilerOptions.module}-${compilerOptions.lib ?? ''}${compilerOptions.types ?? ''}.json`
  writeFileSync(join(project, name), config)
  const { code, output } = await runTool('typescript/bin/tsc', ['-p', name], project)
  if (code !== 0) throw new Error(output)
}

const both = ['types.mts', 'types.cts']
const bundler = { module: 'esnext', moduleResolution: 'bundler' }
const node = { typeRoots: [join(here, 'node_modules/@types')], types: ['node'] }

export const types = [
  ['TypeScript node16, modules and CommonJS', (project) => compile(project, { module: 'node16', ...node }, both)],
  ['TypeScript bundler', (project) => compile(project, { ...bundler, lib: ['es2022', 'dom'] }, both)],
  ['TypeScript lib es2022 alone', (project) => compile(project, { module: 'node16' }, both)],
]

/** Answers of the recogniser outside of jest. */
const answers = `import { syntheticCorpus } from 'ser-core'; import { loadRecognizer } from 'ser-core/node'
  const recognizer = await loadRecognizer()
  console.log(JSON.stringify(syntheticCorpus({ speakers: 1, sentences: 1 }).map((voice) => {
    const { label, probabilities } = recognizer.predict(voice.samples(), voice.sampleRate)
    return { label, probabilities }
  })))`

async function runJest(project) {
  link(project, 'jest-environment-jsdom')
  cpSync(join(here, 'jest'), join(project, 'jest'), { recursive: true })
  cpSync(join(here, '../platform/realm-cases.cjs'), join(project, 'jest', 'realm-cases.cjs'))
  const { stdout, output } = await run(process.execPath, ['--input-type=module', '-e', answers], project)
  if (stdout === '') throw new Error(output)
  writeFileSync(join(project, 'expected.json'), stdout)
  const entry = join(project, 'train.mjs')
  await build({
    entryPoints: [entry],
    outfile: join(project, 'jest', 'train.cjs'),
    format: 'cjs',
    external: ['ser-core'],
    bundle: true,
  })
  const config = { testEnvironment: 'jsdom', testMatch: ['**/jest/*.test.cjs'], transform: {}, rootDir: project }
  const args = ['--ci', '--watchman=false', '--runInBand', '--config', JSON.stringify(config)]
  const finished = await runTool('jest/bin/jest.js', args, project)
  const [, passed = 0] = /Tests: +(\d+) passed, \1 total/.exec(finished.output) ?? []
  if (finished.code !== 0 || passed < 20) throw new Error(finished.output)
}

export const jest = [['jest with jsdom', runJest]]
