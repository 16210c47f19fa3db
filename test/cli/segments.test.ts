import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { encodeWav } from '../../src/audio/wav-encode.ts'
import { elanMedia, elanTiers, type XmlElement } from '../../src/corpora/foreign/elan.ts'
import { parseTextGrid } from '../../src/corpora/foreign/textgrid.ts'
import { loadRecognizer } from '../../src/node/load-recognizer.ts'
import { type RecognizedSegment, recognizeSegments } from '../../src/pipelines/segments/recognize-segments.ts'
import { spoken, strung } from '../support/live.ts'
import { soundWithoutSpeech } from '../support/no-speech/index.mjs'
import { type Finished, root, runNode } from '../support/run.ts'

const folder = mkdtempSync(join(tmpdir(), 'ser segments '))
afterAll(() => rmSync(folder, { recursive: true }))
const ser = (...args: string[]): Promise<Finished> => runNode([`${root}dist/cli.js`, 'segments', ...args], folder)
const read = (name: string): string => readFileSync(join(folder, name), 'utf8')

const rate = 16000
const { sound } = strung(spoken(3), 1)
const music = new Float32Array(8 * rate)
music.set(soundWithoutSpeech('melody', 0).samples, 2 * rate)
mkdirSync(join(folder, 'talks'))
const wav = (channels: Float32Array[]): Uint8Array => encodeWav({ sampleRate: rate, channels }, { format: 'float32' })
writeFileSync(join(folder, 'talk.wav'), wav([sound]))
writeFileSync(join(folder, 'talks/one.wav'), wav([sound]))
writeFileSync(join(folder, 'talks/two.wav'), wav([music.subarray(0, sound.length), sound.subarray(0, music.length)]))

const expected: RecognizedSegment[] = []
for await (const one of recognizeSegments(await loadRecognizer(), [sound], { sampleRate: rate })) expected.push(one)

describe('ser segments', () => {
  it('prints a line for each segment', async () => {
    const { code, stdout, stderr } = await ser('talk.wav')
    expect([code, stderr]).toEqual([0, ''])
    const lines = expected.map(({ start, end, label, probabilities, sure }) => {
      const cells = ['talk.wav', start.toFixed(3), end.toFixed(3), label, probabilities[label as string].toFixed(3)]
      return [...cells, ...(sure ? [] : ['not sure'])].join('\t')
    })
    expect(lines.length).toBeGreaterThan(2)
    expect(stdout).toBe(`${lines.join('\n')}\n`)
  })

  it('writes a TextGrid, by the name of the file, and the other forms', async () => {
    const { code, stdout } = await ser('talk.wav', '-o', 'new/talk.TextGrid')
    expect([code, stdout]).toEqual([0, `new/talk.TextGrid: ${expected.length} segments\n`])
    const [tier] = parseTextGrid(readFileSync(join(folder, 'new/talk.TextGrid')))
    expect(tier.marks.at(-1)?.end).toBe(sound.length / rate)
    expect(tier.marks.filter(({ text }) => text !== '')).toEqual(
      expected.map(({ start, end, label }) => ({ start, end, text: label })),
    )
    const csv = await ser('talk.wav', '--format', 'csv')
    expect(csv.stdout.split('\n')[0]).toBe('file,start,end,label,speech,sure,p_joy,p_neutral,p_sadness,p_anger')
    const srt = await ser('talk.wav', '--format', 'srt', '-o', '-')
    expect(srt.stdout).toMatch(/^1\n00:00:0[01],\d{3} --> /)
  })

  it('writes a file for each recording of a folder, or a table of all', async () => {
    const { code } = await ser('talks', '--format', 'elan', '-o', 'out/')
    expect(code).toBe(0)
    expect(readdirSync(join(folder, 'out')).sort()).toEqual(['one.eaf', 'two.eaf'])
    const { parseXml } = await import('@rgrove/parse-xml')
    const root = parseXml(read('out/one.eaf')).root as unknown as XmlElement
    expect(elanMedia(root)).toEqual(['one.wav'])
    expect(read('out/one.eaf')).toContain('RELATIVE_MEDIA_URL="../talks/one.wav"')
    expect(elanTiers(root)[0].marks).toHaveLength(expected.length)
    await ser('talks', '-o', 'all.json', '--no-emotion')
    const lines = read('all.json')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines.map(({ file, seconds }) => [file, seconds])).toEqual([
      ['talks/one.wav', sound.length / rate],
      ['talks/two.wav', Math.min(sound.length, music.length) / rate],
    ])
    expect(lines[0].segments).toEqual(expected.map(({ start, end }) => ({ start, end, speech: true })))
  })

  it('takes a channel, and tells of segments without speech where all are asked for', async () => {
    const channel = ['talks/two.wav', '--channel', '1']
    expect((await ser(...channel)).stdout).toBe('')
    expect((await ser(...channel, '--all', '--format', 'audacity')).stdout).toMatch(/^\S+\t\S+\tno speech\n/)
    const third = await ser('talks/two.wav', 'talk.wav', '--channel', '3')
    expect([third.code, third.stdout]).toEqual([1, ''])
    expect(third.stderr).toMatch(/error: talks\/two\.wav: channel 3: the recording has 2/)
  })

  it('tells of recordings that fail and does the others', async () => {
    writeFileSync(join(folder, 'broken.wav'), 'no recording')
    const { code, stdout, stderr } = await ser('broken.wav', 'talk.wav', '--no-emotion')
    expect(code).toBe(1)
    expect(stderr).toMatch(/error: broken\.wav: /)
    expect(stdout.split('\n')[0]).toMatch(/^talk\.wav\t[01]\.\d{3}\t\d\.\d{3}\tspeech$/)
  })

  it.each<[string[], number, RegExp]>([
    [['talk.wav', '-o', 'talk.wav', '--format', 'csv'], 2, /the output talk\.wav would replace an input/],
    [['talk.wav', '-o', 'talk.xyz'], 2, /talk\.xyz: its name tells no form \(\.TextGrid, \.txt/],
    [['talk.wav', '-o', 'out/'], 2, /-o out\/ is a folder: give --format/],
    [['talks', '-o', 'all.TextGrid'], 2, /--format textgrid holds one recording, got 2: name a folder/],
    [['talk.wav', 'talks/../talk.wav', '--format', 'srt', '-o', 'out/'], 2, /would both be written to/],
    [['talk.wav', '--pause', '-1'], 2, /expected a number >= 0/],
    [['talk.wav', '--longest', '1000'], 1, /"longestSeconds" expected a finite number >= 1 and <= 300, got 1000/],
    [['talk.wav', '--model', 'talk.wav'], 1, /talk\.wav/],
    [[], 2, /missing required argument 'files'/],
  ])('%j ends with code %i and a clear message', async (args, code, message) => {
    const finished = await ser(...args)
    expect(finished.stderr).toMatch(message)
    expect([finished.code, finished.stdout]).toEqual([code, ''])
  })
})
