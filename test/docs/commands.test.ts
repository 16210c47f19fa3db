/** The commands in the pages: programs, options, scripts and files that they name exist; those of the guide print what it says. */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { blocks, pages, textOf, titleOf } from '../support/code-blocks.ts'
import { createProject, recordingsNamedIn, writeRecordings } from '../support/project.ts'
import { type Finished, root, runNode } from '../support/run.ts'

/** The commands in a block, each as its words; of a pipe the last one, which the programs before it only feed. */
function commandsIn(source: string): string[][] {
  const lines = source.replaceAll(/\\\n/g, ' ').split(/\n|&&/)
  const commands = lines.map((line) =>
    line
      .replace(/(^|\s)#.*/, '')
      .replace(/^.* \| /, '')
      .trim(),
  )
  return commands.filter((command) => command !== '').map((command) => command.split(/\s+/))
}

const beginnings = /^(?:\w+=\S+ )?(?:ser|node|npm|npx) /

/** Commands in the running text, such as `ser predict speech.wav`. */
function commandsInProse(text: string): string[] {
  const spans = text.replace(/^ *```.*?^ *```$/gms, '').matchAll(/`([^`]+)`/g)
  return Array.from(spans, ([, span]) => span.replaceAll(/\s+/g, ' ')).filter((span) => /^ser [a-z]/.test(span))
}

const fenced = blocks
  .filter(({ language, source }) => language === 'sh' || (language === '' && beginnings.test(source)))
  .flatMap((block) => commandsIn(block.source).map((words) => ({ place: titleOf(block), words })))
const inProse = pages.flatMap((page) =>
  commandsInProse(textOf(page)).map((command) => ({ place: page, words: command.split(' ') })),
)
const commands = [...fenced, ...inProse].map(({ place, words }) => ({ place, command: words.join(' '), words }))

const helps = new Map<string, Promise<Finished>>()

/** Help of a command; each is run once. */
async function helpOf(args: readonly string[]): Promise<string> {
  const key = args.join(' ')
  if (!helps.has(key)) helps.set(key, runNode([...args, '--help']))
  const { code, stdout } = (await helps.get(key)) as Finished
  expect(code, `${key} --help`).toBe(0)
  return stdout
}

/** The options among the words: they are in the help. */
async function checkOptions(words: readonly string[], help: () => Promise<string>): Promise<void> {
  const options = words.filter((word) => /^--?[a-z]/.test(word)).map((word) => word.split('=')[0])
  if (options.length === 0) return
  const text = await help()
  for (const option of options) expect(text.split(/[\s,[\]]+/), option).toContain(option)
}

async function checkSer([command, ...words]: readonly string[]): Promise<void> {
  if (command.startsWith('-')) return await checkOptions([command, ...words], () => helpOf(['dist/cli.js']))
  expect(await helpOf(['dist/cli.js'])).toMatch(new RegExp(`^  ${command} `, 'm'))
  await checkOptions(words, () => helpOf(['dist/cli.js', command]))
}

async function checkNode([script, ...words]: readonly string[]): Promise<void> {
  if (script === 'dist/cli.js') return await checkSer(words)
  expect(existsSync(join(root, script)), script).toBe(true)
  await checkOptions(words, () => helpOf([script]))
}

/** Packages that a user may be told to install. */
const packages = [manifest.name, ...Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })]

async function checkNpm([verb, ...words]: readonly string[]): Promise<void> {
  const { scripts } = manifest
  if (verb === 'run') expect(scripts).toHaveProperty([words[0]])
  else if (verb === 'start' || verb === 'test') expect(scripts).toHaveProperty([verb])
  else if (verb === 'install') for (const name of words) expect(packages).toContain(name)
  else expect(verb).toBe('ci')
}

async function checkNpx([tool, ...words]: readonly string[]): Promise<void> {
  if (tool === 'ser') return await checkSer(words)
  expect(manifest.devDependencies).toHaveProperty(tool)
  for (const word of words.filter((one) => one.startsWith('test/')))
    expect(existsSync(join(root, word)), word).toBe(true)
}

const checks: Record<string, (words: readonly string[]) => Promise<void>> = {
  ...{ ser: checkSer, node: checkNode, npm: checkNpm, npx: checkNpx },
}

async function check(words: readonly string[]): Promise<void> {
  const [tool, ...rest] = words.filter((word) => !/^[A-Z_]+=/.test(word))
  expect(Object.keys(checks)).toContain(tool)
  await checks[tool](rest)
}

describe('the commands in the pages', () => {
  it('are found', () => {
    expect(commands.map(({ command }) => command)).toEqual(
      expect.arrayContaining(['npm ci', 'npm start', 'ser predict speech.wav']),
    )
    expect(commandsIn('A=1 npm run x -- \\\n  y && ser # z\nsox a.wav -t wav - | ser listen\n')).toEqual([
      ['A=1', 'npm', 'run', 'x', '--', 'y'],
      ['ser'],
      ['ser', 'listen'],
    ])
  })

  it.each(commands)('$place: $command', async ({ words }) => {
    expect.hasAssertions()
    await check(words)
  })

  it.each([
    'ser listne',
    'ser predict --jsn speech.wav',
    'node examples/none.mjs',
    'node examples/crbm-generate.mjs --steps 3',
    'npm run none',
    'npm install left-pad',
    'npx none',
    'python train.py',
  ])('would not be this one: %s', async (command) => {
    await expect(check(command.split(' '))).rejects.toThrow()
  })
})

const project = createProject()
afterAll(project.remove)

/** Runs a block of commands as a shell does in a project that has the package installed. */
function runShell(source: string, cwd: string): Promise<Finished> {
  const path = `${join(project.folder, 'node_modules/.bin')}:${process.env.PATH}`
  return new Promise((resolve) => {
    execFile('sh', ['-e', '-c', source], { cwd, env: { ...process.env, PATH: path } }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}

const shown = blocks.filter(({ language, output }) => language === 'sh' && output !== undefined)

describe.skipIf(shown.length === 0)('commands with their output', () => {
  it.each(shown.map((block) => ({ title: titleOf(block), block })))('$title', async ({ block }) => {
    const cwd = join(project.folder, block.page.replace(/\W+/g, '-'))
    mkdirSync(cwd, { recursive: true })
    if (recordingsNamedIn(textOf(block.page))) writeRecordings(cwd)
    const { code, stdout, stderr } = await runShell(block.source, cwd)
    expect(code, stderr).toBe(0)
    expect(stdout).toBe(block.output)
  })
})
