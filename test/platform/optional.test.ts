/** The optional packages: bundles are made without them, what is missing is named, what is there is found. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type BuildOptions, build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { installInto } from '../support/installed.ts'
import { root, runNode } from '../support/run.ts'

const project = mkdtempSync(join(tmpdir(), 'ser-optional-'))
const installed = join(project, 'node_modules', 'ser-core')
beforeAll(() => installInto(project))
afterAll(() => rmSync(project, { recursive: true }))

/** Bundles a program for Node into a folder of its own, as an application is deployed. */
async function bundled(name: string, contents: string, options: BuildOptions): Promise<string> {
  const outfile = join(project, 'deployed', name)
  const { warnings } = await build({
    stdin: { contents, resolveDir: project },
    ...{ bundle: true, platform: 'node', outfile, logLevel: 'silent', ...options },
  })
  expect(warnings).toEqual([])
  return outfile
}

async function run(file: string): Promise<string> {
  const { stdout, stderr } = await runNode([file], project)
  expect(stderr).toBe('')
  return stdout
}

const tell = `.then(({ classes }) => console.log(classes.join()), ({ message }) => console.log(message))`
const remedy =
  /copy ser-core\/models\/recognizer\.safetensors beside .* loadRecognizer\(path\) or Recognizer\.from\(bytes\)/

describe.each(['esm', 'cjs'] as const)('a bundle for Node (%s)', (format) => {
  const extension = format === 'esm' ? 'mjs' : 'cjs'
  const options: BuildOptions = { format }

  it('is made without the optional packages and says where the model has to be', async () => {
    const source = `import { loadRecognizer } from 'ser-core/node'\nloadRecognizer()${tell}`
    const file = await bundled(`${format}/model.${extension}`, source, options)
    expect(await run(file)).toMatch(remedy)
    cpSync(join(installed, 'models/recognizer.safetensors'), join(dirname(file), 'recognizer.safetensors'))
    expect(await run(file)).toBe('joy,neutral,sadness,anger\n')
  })

  it('takes the model in as bytes', async () => {
    const source = `import { Recognizer } from 'ser-core'
      import bytes from 'ser-core/models/recognizer.safetensors'
      console.log(Recognizer.from(bytes).classes.join())`
    const file = await bundled(`bytes.${extension}`, source, {
      ...options,
      target: 'node20',
      loader: { '.safetensors': 'binary' },
    })
    expect(await run(file)).toBe('joy,neutral,sadness,anger\n')
  })

  it('names what is missing when it is needed', async () => {
    writeFileSync(join(project, 'speech.mp3'), 'no wave')
    const script = JSON.stringify(pathToFileURL(join(installed, 'dist/fold-worker.js')).href)
    mkdirSync(join(project, 'db'), { recursive: true })
    writeFileSync(join(project, 'db', 'db.yaml'), 'name: x')
    writeFileSync(join(project, 'db', 'a.eaf'), '<a/>')
    const source = `import { loadCorpus, readAudioFile, renderSvg, serveQueue } from 'ser-core/node'
      const tell = ({ name, message }) => console.log(name, message)
      renderSvg({ description: 'a chart' }).catch(tell)
        .then(() => readAudioFile('speech.mp3')).catch(tell)
        .then(() => loadCorpus('audformat', 'db')).catch(tell)
        .then(() => loadCorpus('elan', 'db')).catch(tell)
        .then(() => serveQueue({ url: 'redis://127.0.0.1:1', allow: [], script: ${script} })).catch(tell)`
    const lines = (await run(await bundled(`missing.${extension}`, source, options))).split('\n')
    expect(lines).toEqual([
      'StateError renderSvg: charts need the optional packages: npm install vega vega-lite',
      expect.stringMatching(/^StateError .*npm install audio-decode$/),
      'StateError db.yaml is read by the optional package yaml: npm install yaml',
      'StateError ELAN is read by the optional package @rgrove/parse-xml: npm install @rgrove/parse-xml',
      expect.stringMatching(/^StateError .*npm install bullmq ioredis$/),
      '',
    ])
  })
})

describe('an optional package that is installed', () => {
  const optional = ['vega', 'vega-lite', 'audio-decode', 'bullmq', 'ioredis']
  const other = mkdtempSync(join(tmpdir(), 'ser-peers-'))
  beforeAll(() => {
    installInto(other)
    for (const name of optional) symlinkSync(join(root, 'node_modules', name), join(other, 'node_modules', name))
    mkdirSync(join(other, 'sub'))
    writeFileSync(join(other, 'speech.mp3'), 'no wave')
  })
  afterAll(() => rmSync(other, { recursive: true }))

  const source = `
    const chart = { description: 'a chart', data: { values: [{ a: 1 }] }, mark: 'point' }
    renderSvg(chart).then((svg) => console.log(svg.startsWith('<svg')))
      .then(() => readAudioFile('speech.mp3')).catch(({ name }) => console.log(name))
      .then(() => serveQueue({ url: 'redis://127.0.0.1:1', allow: [] })).catch(({ message }) => console.log(message))`

  it.each([
    ['mjs', `import { readAudioFile, renderSvg, serveQueue } from 'ser-core/node'`],
    ['cjs', `const { readAudioFile, renderSvg, serveQueue } = require('ser-core/node')`],
  ])('is found from %s', async (extension, head) => {
    const file = join(other, `a.${extension}`)
    writeFileSync(file, `${head}\n${source}`)
    const { stdout, stderr } = await runNode([file], other)
    expect(stderr).toBe('')
    expect(stdout).toMatch(/^true\nFormatError\nno Redis can be reached at redis:\/\/127\.0\.0\.1:1/)
  })

  // The packages that it needs itself may be missing, or not fit the format of the bundle.
  it.each(['esm', 'cjs'] as const)('stays outside of a bundle (%s), which finds it beside itself', async (format) => {
    const outfile = join(other, format === 'esm' ? 'bundle.mjs' : 'bundle.cjs')
    const contents = `import { renderSvg } from 'ser-core/node'
      renderSvg({ description: 'a chart', data: { values: [{ a: 1 }] }, mark: 'point' }).then((svg) => console.log(svg.startsWith('<svg')))`
    const options: BuildOptions = {
      stdin: { contents, resolveDir: other },
      bundle: true,
      platform: 'node',
      format,
      outfile,
    }
    await build({ ...options, logLevel: 'silent' })
    const { stdout, stderr } = await runNode([outfile], other)
    expect([stdout, stderr]).toEqual(['true\n', ''])
  })
})
