import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { readResults, writeReport } from '../../src/node/report.ts'
import { syntheticSource } from '../../src/node/source.ts'
import { reportResults } from '../support/report.ts'

const root = mkdtempSync(join(tmpdir(), 'ser-report-'))
afterAll(() => rmSync(root, { recursive: true }))
afterEach(() => {
  vi.doUnmock('vega')
  vi.resetModules()
})
const results = reportResults()
const source = syntheticSource({ speakers: 1, sentences: 1 })
const [voice] = source.utterances
const withVoice = { ...source, utterances: [{ ...voice, path: 'a/1.wav' }] }

describe('writeReport', () => {
  it('writes both pages, with the utterance where its audio is at hand', async () => {
    const folder = join(root, 'both')
    const { files, notes } = await writeReport(results, folder, { openSource: async () => withVoice })
    expect(files).toEqual([join(folder, 'report.md'), join(folder, 'report.html')])
    expect(notes).toEqual([])
    expect(readdirSync(folder).sort()).toEqual(['report.html', 'report.md'])
    expect(readFileSync(files[1], 'utf8')).toContain('aria-label="The utterance a/1.wav')
  })

  it.each<[string, Parameters<typeof writeReport>[2], string]>([
    ['no corpus', {}, 'the audio of a/1.wav is not at hand'],
    ['another corpus', { openSource: async () => source }, 'the corpus has no a/1.wav'],
    ['a lost corpus', { openSource: () => Promise.reject(new Error('gone')) }, 'gone'],
  ])('leaves the utterance out and says why: %s', async (name, options, reason) => {
    const { files, notes } = await writeReport(results, join(root, name), options)
    expect(notes).toEqual([`no utterance is drawn: ${reason}`])
    expect(readFileSync(files[1], 'utf8')).toContain('Not drawn')
  })

  it('refuses what are no results, and no folder', async () => {
    const nowhere = writeReport({} as never, join(root, 'none'))
    await expect(nowhere).rejects.toThrow('writeReport: "results" expected results of an experiment')
    await expect(writeReport(results, undefined as never)).rejects.toThrow('writeReport: "folder" expected a string')
    expect(readdirSync(root)).not.toContain('none')
  })

  it('opens no corpus where no utterance was followed', async () => {
    const plain = structuredClone(results)
    for (const { folds } of plain.runs) for (const fold of folds) delete fold.timeline
    const openSource = vi.fn()
    const { notes } = await writeReport(plain, join(root, 'plain'), { openSource })
    expect(notes).toEqual([])
    expect(openSource).not.toHaveBeenCalled()
  })

  it('does without charts where vega is not installed, and says how to get them', async () => {
    vi.resetModules()
    vi.doMock('vega', () => {
      throw new Error("Cannot find package 'vega'")
    })
    const fresh = await import('../../src/node/report.ts')
    const folder = join(root, 'bare')
    const { files, notes } = await fresh.writeReport(results, folder)
    expect(files).toEqual([join(folder, 'report.md')])
    expect(readdirSync(folder)).toEqual(['report.md'])
    expect(notes).toContain('no report.html: renderSvg: charts need the optional packages: npm install vega vega-lite')
  })

  it('refuses what it does not know', async () => {
    await expect(writeReport(results, root, { source } as never)).rejects.toThrow(/unknown option "source"/)
  })
})

describe('readResults', () => {
  it('reads what an experiment wrote', async () => {
    writeFileSync(join(root, 'results.json'), JSON.stringify(results))
    expect(await readResults(root)).toEqual(JSON.parse(JSON.stringify(results)))
  })

  it.each([
    ['', /results\.json: .*JSON/],
    ['null', /holds no results of ser-core/],
    ['{"format":"else"}', /holds no results of ser-core/],
    ['{"format":"ser-core/results","version":1}', /expected version 2, got 1: run the experiment again/],
  ])('refuses %j', async (text, message) => {
    writeFileSync(join(root, 'results.json'), text)
    await expect(readResults(root)).rejects.toThrow(message)
    await expect(readResults(root)).rejects.toMatchObject({ name: 'FormatError' })
  })

  it('names what is missing', async () => {
    await expect(readResults(join(root, 'nowhere'))).rejects.toThrow(/readResults: .*nowhere.*ENOENT/)
  })
})
