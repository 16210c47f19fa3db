/** `ser listen` with sound from pipes, whole, broken, silent, interrupted, and on a terminal. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { encodeWav } from '../../src/audio/wav-encode.ts'
import { checkBuilt } from '../support/built.ts'
import { spoken, strung } from '../support/live.ts'
import { noTerminal, runOnTerminal } from '../support/pty.ts'
import { smallRecognizer } from '../support/recognizer.ts'
import { type Finished, root, runNode } from '../support/run.ts'

checkBuilt()

const cli = `${root}dist/cli.js`
const folder = mkdtempSync(join(tmpdir(), 'ser listen '))
afterAll(() => rmSync(folder, { recursive: true }))
const recognizer = await smallRecognizer({
  system: 'measures-logistic',
  options: { frontEnd: { set: 'speech', functionals: true } },
})
writeFileSync(join(folder, 'own.safetensors'), recognizer.save())

const { sound, places } = strung(spoken(2), 1)
const wav = encodeWav({ sampleRate: 16000, channels: [sound] })
writeFileSync(join(folder, 'talk.wav'), wav)
writeFileSync(join(folder, 'none.json'), '{}')
/** As `sox -t wav -` and `ffmpeg -f wav -` write it. */
const piped = wav.slice()
new DataView(piped.buffer).setUint32(Buffer.from(piped).indexOf('data') + 4, 0xffffffff, true)

const coarse = ['--model', 'own.safetensors', '--hop', '0.5']
const listen = (input: Uint8Array, ...args: string[]): Promise<Finished> =>
  runNode([cli, 'listen', ...coarse, ...args], folder, {}, input)
const lines = ({ stdout }: Finished): string[] => stdout.trimEnd().split('\n')
const events = (finished: Finished) => lines(finished).map((line) => JSON.parse(line))
const hasProgram = (name: string): boolean => spawnSync(name, ['-version']).error === undefined

describe('ser listen', () => {
  it('prints a line for each turn, and what was found', async () => {
    const finished = await listen(piped)
    expect(finished.code).toBe(0)
    const rows = lines(finished).map((line) => line.split('\t'))
    expect(rows).toHaveLength(places.length)
    for (const [i, [start, end, label, p]] of rows.entries()) {
      expect(Math.abs(Number(start) - places[i][0])).toBeLessThan(0.25)
      expect(Math.abs(Number(end) - places[i][1])).toBeLessThan(0.25)
      expect(recognizer.classes).toContain(label)
      expect(Number(p)).toBeGreaterThan(0.5)
    }
    expect(finished.stderr).toMatch(/^2 turns in \d+s: (2|1) \w+(, 1 \w+)?\n$/)
  })

  it('prints every event as JSON, those of the library', async () => {
    const stream = recognizer.stream({ sampleRate: 16000, hopSeconds: 0.5 })
    const own = Float32Array.from(sound, (x) => Math.max(-32768, Math.min(32767, Math.round(x * 32768))) / 32768)
    const expected = [...stream.push(own), ...stream.flush()]
    expect(events(await listen(piped, '--json'))).toEqual(JSON.parse(JSON.stringify(expected)))
  })

  it('takes bare samples of any layout', async () => {
    const both = Float32Array.from({ length: 2 * sound.length }, (_, i) => sound[i >> 1])
    const bare = ['--rate', '16000', '--format', 'f32le', '--channels', '2']
    const finished = await listen(new Uint8Array(both.buffer), ...bare)
    expect(lines(finished)).toHaveLength(places.length)
  })

  it.each([
    ['sox', 'sox talk.wav -r 44100 -c 2 -t wav -'],
    ['ffmpeg', 'ffmpeg -v error -i talk.wav -ar 48000 -f wav -'],
  ])('listens to %s', async (program, command) => {
    if (!hasProgram(program)) return
    const { stdout } = spawnSync(command, { shell: true, cwd: folder, maxBuffer: 1e8 })
    const finished = await listen(stdout)
    expect([finished.code, lines(finished).length]).toEqual([0, places.length])
  })

  it('keeps the statistics of the speaker, and goes on with them', async () => {
    await listen(piped, '--speaker', 'speaker.json')
    const first = JSON.parse(readFileSync(join(folder, 'speaker.json'), 'utf8'))
    expect(first.recordings).toBe(places.length)
    await listen(piped, '--speaker', 'speaker.json')
    expect(JSON.parse(readFileSync(join(folder, 'speaker.json'), 'utf8')).recordings).toBe(2 * places.length)
  })

  it('keeps the statistics of the speaker where a reader such as head closes the output', async () => {
    const args = [cli, 'listen', ...coarse, '--speaker', 'closed.json']
    const child = spawn(process.execPath, args, { cwd: folder })
    child.stderr.resume()
    child.stdout.once('data', () => child.stdout.destroy())
    child.stdin.on('error', () => undefined) // it ends before all was read
    child.stdin.write(piped)
    for (let again = 0; again < 20; again++) child.stdin.write(piped.subarray(44))
    child.stdin.end()
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0)
    expect(JSON.parse(readFileSync(join(folder, 'closed.json'), 'utf8')).recordings).toBeGreaterThan(0)
  })

  it('refuses a place for the statistics of the speaker before it listens, and makes a missing folder', async () => {
    const refused = await listen(piped, '--speaker', 'talk.wav/speaker.json')
    expect([refused.code, refused.stdout]).toEqual([1, ''])
    expect(refused.stderr).toMatch(/^error: cannot write "talk\.wav\/speaker\.json"/)
    expect((await listen(piped, '--speaker', 'new/speaker.json')).code).toBe(0)
    expect(JSON.parse(readFileSync(join(folder, 'new/speaker.json'), 'utf8')).recordings).toBe(places.length)
  })

  it('does not take speech for silence that no window has answered for yet', async () => {
    const finished = await listen(piped, '--silence', '1.2')
    expect([finished.code, lines(finished).length]).toEqual([0, places.length])
  })

  it('ends in silence on request, and tells where nothing was said', async () => {
    const silence = encodeWav({ sampleRate: 16000, channels: [new Float32Array(160000)] })
    const finished = await listen(silence, '--silence', '4')
    expect([finished.code, finished.stdout]).toEqual([0, ''])
    expect(finished.stderr).toMatch(/^no turn of speech in (4|5|6|7)s\n$/)
    expect((await listen(silence)).stderr).toBe('no turn of speech in 10s\n')
  })

  it('says what it found in a sound that breaks off', async () => {
    const at = 44 + 2 * Math.round(16000 * (places[1][1] - 0.1))
    const finished = await listen(wav.subarray(0, at))
    expect([finished.code, lines(finished).length]).toEqual([0, 2])
    expect(finished.stderr).toMatch(/^warning: the sound is cut off: \d+ bytes are missing\n2 turns in/)
  })

  it.each<[string, Uint8Array, string[], number, string]>([
    ['nothing', new Uint8Array(0), [], 1, 'error: nothing came in by standard input\n'],
    ['half a header', wav.subarray(0, 30), [], 1, 'error: WavStream: the bytes end within the header of a WAV\n'],
    [
      'text',
      Buffer.from('hello, listen to this'),
      [],
      1,
      'error: WavStream: expected WAV, got bytes of no known format',
    ],
    ['WAV as bare samples', wav, ['--rate', '16000'], 1, 'error: WavStream: expected bare samples, got WAV'],
    [
      'statistics that are none',
      wav,
      ['--speaker', 'none.json'],
      1,
      'error: --speaker none.json: no statistics of a speaker (',
    ],
    ['a layout without a rate', wav, ['--format', 's16le'], 2, 'error: --format and --channels describe bare samples'],
    ['an unknown format', wav, ['--rate', '8000', '--format', 'mp3'], 2, '"mp3" is none of s16le'],
    ['too short a window', wav, ['--window', '0.001'], 1, '"windowSeconds" expected'],
    ['a rate in kHz', wav, ['--rate', '16'], 1, '"sampleRate" expected an integer >= 4000, got 16'],
  ])('refuses %s', async (_name, input, args, code, message) => {
    const finished = await listen(input, ...args)
    expect(finished.stderr).toContain(message)
    expect([finished.code, finished.stdout]).toEqual([code, ''])
  })

  it('tells an error in the sound after what was found before', async () => {
    const bare = new Float32Array(sound.length + 8)
    bare.set(sound)
    bare[sound.length] = Number.NaN
    const finished = await listen(new Uint8Array(bare.buffer), '--rate', '16000', '--format', 'f32le')
    expect([finished.code, lines(finished).length]).toEqual([1, 2])
    expect(finished.stderr).toMatch(/^2 turns in .*\nerror: .*expected finite numbers/)
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('ends with what was found at %s', async (signal) => {
    const child = spawn(process.execPath, [cli, 'listen', ...coarse], { cwd: folder })
    let [stdout, stderr] = ['', '']
    child.stderr.on('data', (text) => {
      stderr += text
    })
    child.stdout.on('data', (text) => {
      if (stdout === '') child.kill(signal)
      stdout += text
    })
    // The pipe stays open, in the middle of the second turn, after which the first was told.
    child.stdin.write(piped.subarray(0, 44 + 2 * Math.round(16000 * (places[1][1] - 0.1))))
    const code = await new Promise((resolve) => child.once('close', resolve))
    expect([code, stdout.trimEnd().split('\n').length]).toEqual([130, 2])
    expect(stderr).toMatch(/^2 turns in .*\ninterrupted\n$/)
  })

  it.skipIf(noTerminal !== null)('shows the latest window in one live line', async () => {
    writeFileSync(
      join(folder, 'pipe.mjs'),
      `import { spawn } from 'node:child_process'
import { createReadStream } from 'node:fs'
const args = ${JSON.stringify([cli, 'listen', ...coarse])}
const child = spawn(process.execPath, args, { stdio: ['pipe', 'inherit', 'inherit'] })
createReadStream('talk.wav').pipe(child.stdin)
child.once('close', (code) => process.exit(code))
`,
    )
    const { code, screen, bytes } = await runOnTerminal(['pipe.mjs'], {
      ...{ columns: 60, cwd: folder },
      watch: (rows) => expect(rows.filter((row) => /^\d\d:\d\d /.test(row)).length).toBeLessThanOrEqual(1),
    })
    expect(code).toBe(0)
    expect(bytes).toMatch(/\d\d:\d\d (no speech|(sadness|anger) [01]\.\d\d )/)
    const left = screen.lines().filter((row) => row !== '')
    expect(left).toHaveLength(places.length + 1)
    expect(left[2]).toMatch(/^2 turns in/)
  })
})
