/** Results and parts of experiments that strangers wrote: each mutant gives a page or an error of ours. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { checkResultsFile } from '../../src/experiments/results-form.ts'
import { mergeFolders } from '../../src/node/merge.ts'
import { readResults } from '../../src/node/report.ts'
import { Random } from '../../src/numerics/random.ts'
import { reportHtml } from '../../src/report/html.ts'
import { resultsMarkdown } from '../../src/report/markdown.ts'
import { chooseUtterance } from '../../src/report/utterance.ts'

const root = mkdtempSync(join(tmpdir(), 'ser-results-'))
afterAll(() => rmSync(root, { recursive: true }))
const finished = fileURLToPath(new URL('../fixtures/0.1.0/experiments/finished', import.meta.url))
const written = readFileSync(join(finished, 'results.json'), 'utf8')

type Place = [holder: Record<string, unknown>, key: string, path: string]

/** All places of a value, the inner ones of long lists left out but for a few. */
function placesOf(value: unknown, path = ''): Place[] {
  if (typeof value !== 'object' || value === null) return []
  const holder = value as Record<string, unknown>
  const keys = Object.keys(holder).slice(0, Array.isArray(value) ? 2 : undefined)
  return keys.flatMap((key): Place[] => [[holder, key, `${path}.${key}`], ...placesOf(holder[key], `${path}.${key}`)])
}

const wrong: unknown[] = [
  ...[null, undefined, true, 0, -1, 0.5, 1e9, 1e308, '', 'x', '__proto__', '</script>', [], {}, [null], [[]]],
  ...[{ length: 1e9 }, { toString: 1 }, ['a', 1], 'x'.repeat(1000)],
]

/** Replaces, removes, doubles or exchanges some values. */
function mutate(value: unknown, random: Random): string {
  let told = ''
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random.uniform() * items.length)]
  for (let i = random.uniform() < 0.8 ? 1 : 3; i > 0; i--) {
    const places = placesOf(value)
    const [holder, key, path] = pick(places)
    const other = random.uniform() < 0.8 ? structuredClone(pick(wrong)) : structuredClone(pick(places)[0])
    if (random.uniform() < 0.2 && Array.isArray(holder)) holder.splice(Number(key), 1)
    else holder[key] = other
    told += `${path} = ${JSON.stringify(other)?.slice(0, 60)}; `
  }
  return told
}

/** Errors of ours name a place before a colon; those of the language do not. */
const raw =
  /is not a function|is not iterable|Cannot (read|convert|destructure|set)|undefined \(|Maximum call stack|Invalid (array|string|count)|circular/

describe('checkResultsFile', () => {
  it('takes what 0.1.0 wrote', () => {
    const results = JSON.parse(written)
    expect(checkResultsFile('results', results)).toBe(results)
  })

  it('lets no mutant reach a page with a raw error', async () => {
    const random = new Random(22)
    let taken = 0
    for (let n = 0; n < 3000; n++) {
      const value = JSON.parse(written)
      const told = mutate(value, random)
      const copy = JSON.parse(JSON.stringify(value))
      let results: ReturnType<typeof checkResultsFile>
      try {
        results = checkResultsFile('results', copy)
      } catch (error) {
        const { name, message } = error as Error
        expect(name, told).toMatch(/^(Type|Range|Format|State)Error$/)
        expect(message, told).toMatch(/^[a-z]\w+.*: .*(expected|unknown|names|got|at most)/i)
        expect(message, told).not.toMatch(raw)
        continue
      }
      try {
        resultsMarkdown(results)
        chooseUtterance(results)
        if (taken++ % 40 === 0) await reportHtml(results)
      } catch (error) {
        throw new Error(`${told}: ${(error as Error).stack}`)
      }
    }
    expect(taken).toBeGreaterThan(100)
  })
})

describe('readResults', () => {
  const readWith = async (change: (results: Record<string, never>) => unknown): Promise<string> => {
    const results = JSON.parse(written)
    const text = change(results)
    writeFileSync(join(root, 'results.json'), typeof text === 'string' ? text : JSON.stringify(results))
    return await readResults(root).then(
      () => 'read',
      (error: Error) => `${error.name}: ${error.message.replace(root, '')}`,
    )
  }

  it('names file and field', async () => {
    const where = 'FormatError: readResults: /results.json: results: '
    expect(await readWith(({ runs }) => Object.assign(runs[1], { folds: 7 }))).toBe(
      `${where}"runs[1].folds" expected an array, got 7`,
    )
    expect(await readWith(({ corpus }) => Object.assign(corpus, { utterances: 1e12 }))).toContain(
      `${where}"corpus.utterances" expected an integer up to the limit of`,
    )
    expect(await readWith(({ plan }) => Object.assign(plan, { systems: [null] }))).toContain('/results.json: plan: ')
    const deep = `"options": {"a":${'['.repeat(150)}${']'.repeat(150)},`
    expect(await readWith(() => written.replace('"options": {', deep))).toContain('levels of nesting')
  })

  it.skipIf(process.platform === 'win32')('waits for no pipe', async () => {
    const folder = join(root, 'pipe')
    mkdirSync(folder)
    execFileSync('mkfifo', [join(folder, 'results.json')])
    await expect(readResults(folder)).rejects.toThrow(/results\.json: no file but a pipe/)
  })
})

describe('mergeFolders', () => {
  it('names the field of data.json that is not as it was written', async () => {
    const folder = join(root, 'part')
    cpSync(finished, folder, { recursive: true })
    const data = JSON.parse(readFileSync(join(folder, 'data.json'), 'utf8'))
    data.corpus.speakers = 'all'
    writeFileSync(join(folder, 'data.json'), JSON.stringify(data))
    await expect(mergeFolders([folder], { folder: join(root, 'merged') })).rejects.toThrow(
      /part.data\.json" cannot be used: data: "corpus\.speakers" expected an array, got "all"/,
    )
  })
})
