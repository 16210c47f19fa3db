import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { encodeWav, syntheticCorpus } from '../../src/index.ts'
import { reportResults } from '../support/report.ts'
import { type Finished, root, runNode } from '../support/run.ts'

const folder = mkdtempSync(join(tmpdir(), 'ser-cli-report-'))
afterAll(() => rmSync(folder, { recursive: true }))
const ser = (...args: string[]): Promise<Finished> => runNode([`${root}dist/cli.js`, ...args], folder)

describe('ser report', () => {
  it('writes both pages, and that of Markdown where it is told to', async () => {
    const results = reportResults()
    results.plan.corpus = { kind: 'synthetic', synthetic: { speakers: 1, sentences: 1 } }
    const timeline = results.runs[0].folds[0].timeline ?? expect.fail('no timeline')
    timeline.path = 's01-t01-joy'
    mkdirSync(join(folder, 'out'))
    writeFileSync(join(folder, 'out', 'results.json'), JSON.stringify(results))
    const { code, stdout, stderr } = await ser('report', 'out', '--markdown', 'page.md')
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toBe('written to out/report.md and out/report.html and page.md\n')
    expect(readFileSync(join(folder, 'page.md'), 'utf8')).toBe(readFileSync(join(folder, 'out', 'report.md'), 'utf8'))
    expect(readFileSync(join(folder, 'out', 'report.html'), 'utf8')).toContain('The utterance s01-t01-joy')
  })

  it('shows the study where it is told to, and says where it cannot', async () => {
    const results = reportResults()
    results.corpus.name = 'emodb'
    mkdirSync(join(folder, 'emodb'))
    writeFileSync(join(folder, 'emodb', 'results.json'), JSON.stringify(results))
    const page = (): string => readFileSync(join(folder, 'emodb', 'report.md'), 'utf8')
    expect((await ser('report', 'emodb')).code).toBe(0)
    expect(page()).not.toContain('study')
    expect((await ser('report', 'emodb', '--compare', 'study')).code).toBe(0)
    expect(page()).toContain('WAR of the study')
    const { code, stderr } = await ser('report', 'out', '--compare', 'study')
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('--compare study: the numbers of the study are of emodb'),
    ])
  })

  it('opens nothing that the results name unless it is told to', async () => {
    const results = reportResults()
    results.plan.corpus = { kind: 'folder', path: 'named', speaker: '^((a+)+)+$', votes: 'votes.csv' }
    mkdirSync(join(folder, 'strange'))
    writeFileSync(join(folder, 'strange', 'results.json'), JSON.stringify(results))
    const plain = await ser('report', 'strange')
    expect([plain.code, plain.stdout]).toEqual([0, 'written to strange/report.md and strange/report.html\n'])
    expect(plain.stderr).toMatch(/^note: no utterance is drawn: examples of recordings are left out .*--data PATH/)
    expect(plain.stderr).not.toMatch(/named|votes/)
    const page = readFileSync(join(folder, 'strange', 'report.html'), 'utf8')
    expect(page).toContain('ser report FOLDER --data PATH')
    expect((await ser('report', 'strange', '--data')).stderr).toContain('"named"')
    expect((await ser('report', 'strange', '--data', 'elsewhere')).stderr).toContain('"elsewhere"')
  })

  it('compiles no expression that the results name, also where their recordings may be opened', async () => {
    const results = reportResults()
    results.plan.corpus = { kind: 'folder', path: 'voices', speaker: '((' }
    const timeline = results.runs[0].folds[0].timeline ?? expect.fail('no timeline')
    timeline.path = 'joy/1.wav'
    for (const label of results.corpus.classes) mkdirSync(join(folder, 'voices', label), { recursive: true })
    for (const [i, { label, sampleRate, samples }] of syntheticCorpus({ speakers: 1, sentences: 2 }).entries()) {
      const wav = encodeWav({ sampleRate, channels: [samples()] })
      writeFileSync(join(folder, 'voices', label, `${i === 0 ? 1 : `other${i}`}.wav`), wav)
    }
    mkdirSync(join(folder, 'expression'))
    writeFileSync(join(folder, 'expression', 'results.json'), JSON.stringify(results))
    for (const data of [['--data'], ['--data', 'voices']]) {
      expect((await ser('report', 'expression', ...data)).stderr).toBe('')
      expect(readFileSync(join(folder, 'expression', 'report.html'), 'utf8')).toContain('The utterance joy/1.wav')
    }
  })

  it('quotes names and fields without their control characters', async () => {
    const hostile = 'x\x1b[2J\x9b'
    const results = reportResults()
    Object.assign(results.runs[0], { protocol: hostile })
    mkdirSync(join(folder, 'escapes'))
    writeFileSync(join(folder, 'escapes', 'results.json'), JSON.stringify(results))
    const runs = [
      ['report', 'escapes'],
      ['report', hostile],
      ['merge', hostile, '--out', 'merged'],
    ]
    for (const args of runs) {
      const { code, stderr } = await ser(...args)
      expect([code === 0, stderr]).toEqual([false, expect.stringMatching(/x\\(x1b|u001b)\[2J/)])
    }
  })

  it('says what it cannot read', async () => {
    const { code, stderr } = await ser('report', 'nowhere')
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: readResults: nowhere.results\.json: ENOENT/)
  })
})
