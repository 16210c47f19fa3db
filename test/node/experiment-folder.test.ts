import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { mergeFolders } from '../../src/node/merge.ts'
import { checkOwnReports, readResults, writeReport } from '../../src/node/report.ts'
import { runPlan } from '../../src/node/run-plan.ts'
import { smallPlan, voices } from '../support/small-plan.ts'

const root = mkdtempSync(join(tmpdir(), 'ser-own-'))
afterAll(() => rmSync(root, { recursive: true }))

const source = voices(1)
let folders = 0
/** A new folder with these files of a user. */
function folderWith(files: Record<string, string>): string {
  const folder = join(root, `out-${folders++}`)
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return folder
}

/** All files below a folder, with their content. */
function contents(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = entries.map(({ parentPath, name }) => join(parentPath, name)).sort()
  return Object.fromEntries(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]))
}

const run = async (folder: string, fresh: boolean): Promise<unknown> => {
  return await runPlan(smallPlan, { folder, source, fresh })
}
const mine = { 'results.json': '{"mine": [1, 2]}', 'data.json': '[3]', 'plan.json': '{"plan": "of mine"}' }
const fold = 'folds/quick/strict/seed-1/s01.json'

describe.each([true, false])('files of a user (fresh: %s)', (fresh) => {
  it.each([...Object.keys(mine), 'folds/notes.txt', 'starts/mine.json', 'pretrained/model.safetensors'])(
    'stop an experiment in a folder that is not of one: %s',
    async (name) => {
      const folder = folderWith({ [name]: 'mine', 'other.txt': 'mine too' })
      const before = contents(folder)
      const [first] = name.split('/')
      await expect(run(folder, fresh)).rejects.toThrow(
        `has "${first}" but no plan of an experiment, so that nothing there is overwritten or removed`,
      )
      await run(join(root, 'part'), fresh)
      await expect(mergeFolders([join(root, 'part')], { folder })).rejects.toThrow('but no plan of an experiment')
      expect(contents(folder)).toEqual(before)
    },
  )

  it.each(Object.entries(mine))('and in one of an experiment: %s', async (name, content) => {
    const folder = folderWith({})
    await run(folder, false)
    writeFileSync(join(folder, name), content)
    const before = contents(folder)
    await expect(run(folder, fresh)).rejects.toThrow(
      `"${join(folder, name)}" was not written by ser, so that it is not overwritten; move it, or give another folder`,
    )
    expect(contents(folder)).toEqual(before)
  })
})

describe.skipIf(process.platform === 'win32')('a pipe in the place of a file', () => {
  it.each(['plan.json', 'results.json', fold])(
    'stops an experiment, which would wait for its reader: %s',
    async (name) => {
      const folder = folderWith({})
      await run(folder, false)
      rmSync(join(folder, name))
      execFileSync('mkfifo', [join(folder, name)])
      await expect(run(folder, false)).rejects.toThrow(`${name}" was not written by ser, so that it is not overwritten`)
    },
  )
})

describe('--fresh', () => {
  it('removes what experiments wrote, drafts of killed ones too, and no file of a user', async () => {
    const folder = folderWith({})
    await run(folder, false)
    const users = {
      ...{ 'folds/notes.txt': 'a', 'folds/quick/strict/seed-1/s01.txt': 'b', 'starts/old/s.json': 'c', 'my.json': 'd' },
      'folds/quick/strict/seed-1/mine.json': '{"my": "fold"}',
    }
    for (const [name, content] of Object.entries(users)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), content)
    }
    const drafts = ['folds/quick/strict/seed-1/s02.json.1234-00ff00ff.tmp', 'plan.json.1234-00ff00ff.tmp']
    for (const name of drafts) writeFileSync(join(folder, name), '{')
    const kept = contents(folder)
    const [start] = readdirSync(join(folder, 'starts'))
    await runPlan(smallPlan, { folder, source, fresh: true, shard: { index: 2, count: 100 } })
    const left = contents(folder)
    for (const [name, content] of Object.entries(users)) expect(left[name]).toBe(content)
    for (const name of [...drafts, fold, `starts/${start}`, 'results.json']) {
      expect([name, name in kept, name in left]).toEqual([name, true, false])
    }
  })

  it('does so where the plan is damaged, by the marker, and in folders of 0.1.0, by the plan', async () => {
    const folder = folderWith({})
    await run(folder, false)
    writeFileSync(join(folder, 'plan.json'), '')
    await run(folder, true)
    rmSync(join(folder, '.ser-experiment'))
    await run(folder, true)
    rmSync(join(folder, '.ser-experiment'))
    writeFileSync(join(folder, 'plan.json'), '')
    await expect(run(folder, true)).rejects.toThrow('has "results.json" but no plan of an experiment')
    expect(existsSync(join(folder, fold))).toBe(true)
  })
})

describe('a file of a user in the place of a fold', () => {
  it('stops the experiment before any is computed', async () => {
    const folder = folderWith({})
    await run(folder, false)
    writeFileSync(join(folder, fold), 'my notes')
    await expect(run(folder, false)).rejects.toThrow(`"${join(folder, fold)}" was not written by ser`)
    expect(readFileSync(join(folder, fold), 'utf8')).toBe('my notes')
  })

  it.each(['null', 'my notes'])('is refused, and not announced as done again: %s', async (text) => {
    const folder = folderWith({})
    await run(folder, false)
    writeFileSync(join(folder, fold), text)
    const again: string[] = []
    const refused = runPlan(smallPlan, { folder, source, onRedo: ({ id }) => again.push(id) })
    await expect(refused).rejects.toThrow(`"${join(folder, fold)}" was not written by ser`)
    expect(again).toEqual([])
  })
})

describe('a report', () => {
  it.each(['report.md', 'report.html'])('does not overwrite a %s of a user', async (name) => {
    const folder = folderWith({})
    await run(folder, false)
    const results = await readResults(folder)
    const { files } = await writeReport(results, folder)
    expect((await writeReport(results, folder)).files).toEqual(files)
    writeFileSync(join(folder, name), '# Mine\n')
    await expect(checkOwnReports(folder)).rejects.toThrow(`"${join(folder, name)}" was not written by ser`)
    await expect(writeReport(results, folder)).rejects.toThrow(`"${join(folder, name)}" was not written by ser`)
    expect(readFileSync(join(folder, name), 'utf8')).toBe('# Mine\n')
  })
})
