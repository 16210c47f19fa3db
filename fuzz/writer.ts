/**
 * Writes files as the library does, in a process that the campaign kills or whose disk it fills: `writer.mjs KIND FOLDER`. Prints
 * what it has made in the end, which must not depend on what came before.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { view } from '../src/core/array.ts'
import { FeatureCache } from '../src/node/feature-cache.ts'
import { writeOrKeep, writeWhole } from '../src/node/files.ts'
import { runPlan } from '../src/node/run-plan.ts'
import { Recognizer } from '../src/pipelines/recognizer.ts'
import { smallPlan, voices } from '../test/support/small-plan.ts'
import { withoutTimes } from '../test/support/times.ts'
import { answerText, errorText } from './outcome.ts'
import { fileOf } from './targets/target.ts'

const FILES = 10
const LENGTH = 50_000

/** New files in new folders, then others in their places; a file that is there is one of both. */
async function files(folder: string): Promise<unknown> {
  for (let i = 0; i < FILES; i++) {
    const path = join(folder, `sub-${i}`, 'file')
    const possible = [String(i).repeat(LENGTH), `new ${i}`]
    if (existsSync(path) && !possible.includes(readFileSync(path, 'utf8'))) throw new Error(`"sub-${i}/file" is torn`)
  }
  for (const text of [(i: number) => String(i).repeat(LENGTH), (i: number) => `new ${i}`]) {
    for (let i = 0; i < FILES; i++) await writeWhole(join(folder, `sub-${i}`, 'file'), text(i))
  }
  return 'written'
}

async function experiment(folder: string): Promise<unknown> {
  const { results } = await runPlan(smallPlan, { folder: join(folder, 'out'), source: voices(1) })
  return { ...(withoutTimes(results) as object), run: null }
}

/** A recogniser in place of another, as `ser train` writes it. */
async function model(folder: string): Promise<unknown> {
  const path = join(folder, 'recognizer.safetensors')
  if (existsSync(path)) Recognizer.from(readFileSync(path))
  const content = fileOf('test/fixtures/0.1.0/recognizers/functionals-mlp.safetensors')
  for (let i = 0; i < 4; i++) await writeOrKeep(path, content, { what: 'the model', name: 'recognizer.safetensors' })
  return Recognizer.from(readFileSync(path)).card
}

/** Features of a few sounds, kept, and the same ones again from the cache. */
async function cache(folder: string): Promise<unknown> {
  const kept = new FeatureCache(join(folder, 'cache'))
  const made: unknown[] = []
  for (let i = 0; i < 12; i++) {
    const audio = { sampleRate: 8000, channels: [Float32Array.of(i % 6)] }
    const compute = (): never => view(new Float32Array(5000).fill(i % 6), [500, 10]) as never
    made.push((await kept.kept(audio, { number: 1 } as never, compute)).data)
  }
  return made
}

const kinds: Record<string, (folder: string) => Promise<unknown>> = { files, experiment, model, cache }
const [kind, folder] = process.argv.slice(2)
try {
  process.stdout.write(
    createHash('sha256')
      .update(answerText(await kinds[kind](folder)))
      .digest('hex'),
  )
} catch (error) {
  process.stderr.write(errorText(error))
  process.exitCode = 1
}
