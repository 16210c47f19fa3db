/** The programs in the pages: each runs as it stands in a user's project, and prints what the page says. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { blocks, blocksIn, type CodeBlock, pages, textOf, titleOf } from '../support/code-blocks.ts'
import { createProject, recordingsNamedIn, writeRecordings } from '../support/project.ts'
import { hasRedis, redisTitle, startRedis } from '../support/redis.ts'
import { root, runNode } from '../support/run.ts'
import { typeErrors } from '../support/types.ts'

const project = createProject()
afterAll(project.remove)

/** For hooks that compile or write much, on a busy machine. */
const HOOK_MS = 180_000

/** Pages on which every program has its output below it. */
const shown = pages.filter((page) => page === 'README.md' || /^docs\/(math|guide)\//.test(page))

/** The folder that a page's programs run in, with the recordings that it names. */
function folderOf(page: string): string {
  const folder = join(project.folder, page.replace(/\W+/g, '-'))
  mkdirSync(folder, { recursive: true })
  return folder
}

const programs = blocks.filter(({ language }) => language === 'js').map((block) => ({ title: titleOf(block), block }))

/** A program that needs a queue takes its address from the environment. */
function needsNoQueue({ block }: (typeof programs)[number]): boolean {
  return !block.source.includes('REDIS_URL')
}

function fileOf({ page, line, source }: CodeBlock): string {
  const file = join(folderOf(page), `line-${line}.mjs`)
  writeFileSync(file, source)
  return file
}

/**
 * Errors that also count where a program is no TypeScript: names, exports, properties and options that are not there, numbers of
 * arguments. JavaScript need not say that a string is one of three.
 */
const namesOnly = [2304, 2305, 2339, 2353, 2551, 2552, 2554, 2724]

describe('the programs in the pages', () => {
  let errors: Map<string, string[]>
  beforeAll(() => {
    for (const page of pages) if (recordingsNamedIn(textOf(page))) writeRecordings(folderOf(page))
    const files = programs.map(({ block }) => fileOf(block))
    errors = typeErrors(project.folder, files, { allowJs: true, checkJs: true, noImplicitAny: false }, namesOnly)
  }, HOOK_MS)

  it('stand on the pages that teach, each with its output', () => {
    expect(shown).toEqual(
      expect.arrayContaining(['README.md', 'docs/math/rbm.md', 'docs/math/grbm.md', 'docs/math/crbm.md']),
    )
    for (const page of shown) {
      const own = programs.filter(({ block }) => block.page === page)
      if (page.startsWith('docs/math/')) expect(own.length, page).toBeGreaterThan(0)
      for (const { title, block } of own) expect(block.output, title).toBeDefined()
      const strays = blocks.filter((block) => block.page === page && block.language === 'text')
      expect(strays.map(titleOf), 'outputs that belong to no program').toEqual([])
    }
  })

  async function runsAsShown({ block }: (typeof programs)[number], environment: NodeJS.ProcessEnv = {}): Promise<void> {
    const { code, stdout, stderr } = await runNode([fileOf(block)], folderOf(block.page), environment)
    expect(stderr).toBe('')
    expect(code).toBe(0)
    if (block.output !== undefined) expect(stdout).toBe(block.output)
  }

  it.each(programs.filter(needsNoQueue))('$title prints what it says', async (program) => {
    await runsAsShown(program)
  })

  const queued = programs.filter((program) => !needsNoQueue(program))
  it.skipIf(!hasRedis).each(queued)(redisTitle('$title prints what it says'), async (program) => {
    const redis = await startRedis('sesame')
    try {
      await runsAsShown(program, { REDIS_URL: redis.url })
    } finally {
      await redis.stop()
    }
  })

  it.each(programs)('$title uses what the types of the package declare', ({ block }) => {
    expect(errors.get(fileOf(block))).toEqual([])
  })
})

describe('the programs in examples/', () => {
  it('are each run by a test', () => {
    const tests = ['test/examples', 'test/platform'].flatMap((folder) =>
      readdirSync(join(root, folder)).map((name) => readFileSync(join(root, folder, name), 'utf8')),
    )
    const names = readdirSync(join(root, 'examples')).filter((name) => name.endsWith('.mjs'))
    expect(names.length).toBeGreaterThan(0)
    for (const name of names) {
      const quoted = new RegExp(`['\`/]${name.replace('.mjs', '(\\.mjs)?')}['\`]`)
      expect(
        tests.some((text) => quoted.test(text)),
        name,
      ).toBe(true)
    }
  })
})

describe('blocks of code', () => {
  it('have a language that is tested: programs, commands, or what these print and files hold', () => {
    const known = ['js', 'sh', 'text']
    const others = blocks.filter(({ language }) => !known.includes(language))
    // The reports that `ser report` wrote name no languages.
    const reports = /^docs\/results\/emodb(-speaker)?\.md$/
    expect(others.filter(({ page, language }) => language !== '' || !reports.test(page)).map(titleOf)).toEqual([])
  })

  it('are read with what stands below as their output', () => {
    const text =
      'A\n\n```js\nf()\n```\n\nprints\n\n```text\n1\n```\n\n```text\n2\n```\n\n```sh\nser\n```\n\nB\n\n```text\n3\n```\n'
    expect(blocksIn('a.md', text)).toEqual([
      { page: 'a.md', line: 3, language: 'js', source: 'f()\n', output: '1\n' },
      { page: 'a.md', line: 13, language: 'text', source: '2\n' },
      { page: 'a.md', line: 17, language: 'sh', source: 'ser\n' },
      { page: 'a.md', line: 23, language: 'text', source: '3\n' },
    ])
    expect(blocksIn('a.md', '- a\n\n  ```js\n  f()\n    g()\n  ```\n')).toMatchObject([{ source: 'f()\n  g()\n' }])
  })
})
