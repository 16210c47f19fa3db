/** What a release publishes: the same version everywhere, and a workflow that runs nothing unpinned. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { root } from '../support/run.ts'

const read = (path: string): string => readFileSync(root + path, 'utf8')
const jsr = JSON.parse(read('jsr.json'))

describe('jsr.json', () => {
  it('has the version and license of package.json', () => {
    expect([jsr.version, jsr.license]).toEqual([manifest.version, manifest.license])
  })

  it('exports the modules that npm has, and the command', () => {
    const modules = Object.entries(manifest.exports).flatMap(([name, target]) => {
      const file = typeof target === 'string' ? target : target.import.default
      return file.endsWith('.js') ? [[name, file.replace('./dist/', './dist/jsr/')]] : []
    })
    expect(jsr.exports).toEqual({ ...Object.fromEntries(modules), './cli': './dist/jsr/cli.js' })
  })

  it('publishes the license, the models and nothing of npm alone', () => {
    for (const file of ['LICENSE', 'README.md', 'models/recognizer.safetensors', 'package.json', 'dist/jsr'])
      expect(jsr.publish.include).toContain(file)
  })
})

describe('the release workflow', () => {
  const workflow = read('.github/workflows/release.yml')

  it('names its actions by commits', () => {
    const uses = Array.from(workflow.matchAll(/uses: (\S+)/g), ([, name]) => name)
    expect(uses.length).toBeGreaterThan(1)
    expect(uses.filter((name) => !/@[0-9a-f]{40}$/.test(name))).toEqual([])
  })

  it('runs the tests, checks the tag, and publishes with provenance', () => {
    const commands = Array.from(workflow.matchAll(/run: (.*)/g), ([, command]) => command)
    const at = (text: string): number => commands.findIndex((command) => command.includes(text))
    const order = ['$GITHUB_REF_NAME', '.ci/run', 'npm publish --provenance', 'npm run jsr -- --publish'].map(at)
    expect(order).not.toContain(-1)
    expect(order).toEqual([...order].sort((a, b) => a - b))
    expect(workflow).toMatch(/permissions:\n {6}contents: read\n {6}id-token: write\n/)
    expect(Object.keys(manifest.scripts)).toContain('jsr')
  })
})
