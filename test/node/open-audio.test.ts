import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, describe, expect, it } from 'vitest'
import { toMono } from '../../src/audio/mono.ts'
import { encodeWav } from '../../src/audio/wav-encode.ts'
import { syntheticCorpus } from '../../src/corpora/synthetic.ts'
import { readAudioFile } from '../../src/node/audio-file.ts'
import { type AudioPieces, openAudioBytes, openAudioFile } from '../../src/node/open-audio.ts'
import { aiffBytes } from '../support/aiff.ts'
import { flacBytes } from '../support/flac.ts'

const folder = mkdtempSync(join(tmpdir(), 'ser-open-'))
afterAll(() => rmSync(folder, { recursive: true }))
const vectors = new URL('../vectors/audio/', import.meta.url).pathname
const voices = syntheticCorpus({ speakers: 2, sentences: 1 }).map((voice) => voice.samples())
const [first, second] = voices
const length = Math.min(first.length, second.length)
const stereo = { sampleRate: 16000, channels: [first.slice(0, length), second.slice(0, length)] }

function fileOf(name: string, bytes: Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}
async function allOf(pieces: AudioPieces): Promise<{ samples: Float32Array; chunks: number }> {
  const chunks: Float32Array[] = []
  for await (const chunk of pieces) chunks.push(chunk)
  const samples = new Float32Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0))
  let at = 0
  for (const chunk of chunks) {
    samples.set(chunk, at)
    at += chunk.length
  }
  return { samples, chunks: chunks.length }
}
const id3 = Uint8Array.of(0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 1, 0, ...new Uint8Array(128))
const id3v1 = Uint8Array.from({ length: 128 }, (_, i) => 'TAG'.charCodeAt(i) || 0)

describe('openAudioFile', () => {
  const long = Float32Array.from({ length: 200_000 }, (_, n) => Math.round(8000 * Math.sin(0.05 * n)) / 32768)
  const flac = flacBytes(16000, long)
  const wav = encodeWav(stereo)
  it.each([
    ['wav', fileOf('a.wav', wav), true],
    ['float wav', fileOf('f.wav', encodeWav(stereo, { format: 'float32' })), true],
    ['wav behind a tag', fileOf('t.wav', Buffer.concat([id3, wav])), true],
    ['flac', fileOf('a.flac', flac), true],
    ['flac between tags', fileOf('t.flac', Buffer.concat([id3, flac, id3v1])), true],
    ['mp3', join(vectors, 'tone.mp3'), true],
    ['ogg', join(vectors, 'tone.ogg'), true],
    ['webm', join(vectors, 'tone.webm'), true],
    ['aac', join(vectors, 'tone.aac'), false],
    ['m4a', join(vectors, 'tone.m4a'), false],
    ['aiff', fileOf('a.aiff', aiffBytes(stereo.sampleRate, stereo.channels)), false],
  ])('gives the samples of readAudioFile: %s', async (_, path, streamed) => {
    const whole = await readAudioFile(path)
    const pieces = await openAudioFile(path)
    expect(pieces.sampleRate).toBe(whole.sampleRate)
    expect(pieces.streamed).toBe(streamed)
    const { samples } = await allOf(pieces)
    expect(samples).toEqual(toMono(whole))
    expect(pieces.reached).toBe(1)
    expect(pieces.warnings).toEqual(whole.warnings)
    // Again, from the beginning.
    expect((await allOf(pieces)).samples).toEqual(samples)
    expect((await allOf(await openAudioBytes(Readable.from([readFileSync(path)])))).samples).toEqual(samples)
  })

  it('gives chunks, and how far it is', async () => {
    const path = fileOf('long.flac', flac)
    const pieces = await openAudioFile(path)
    const reached: number[] = []
    for await (const _ of pieces) reached.push(pieces.reached)
    expect(reached.length).toBeGreaterThan(4)
    expect(reached).toEqual([...reached].sort((a, b) => a - b))
    expect(reached[0]).toBeLessThan(0.3)
    // Left early, and begun anew.
    for await (const chunk of pieces) {
      expect(chunk.length).toBeLessThan(long.length / 2)
      break
    }
    expect(pieces.reached).toBeLessThan(0.5)
  })

  it('takes one channel', async () => {
    const path = fileOf('two.wav', encodeWav(stereo, { format: 'float32' }))
    expect((await allOf(await openAudioFile(path, { channel: 2 }))).samples).toEqual(stereo.channels[1])
    await expect(openAudioFile(path, { channel: 3 })).rejects.toThrow(/channel 3: the recording has 2/)
    await expect(openAudioFile(path, { channel: 0 })).rejects.toThrow(/"channel" expected an integer >= 1/)
  })

  it('tells what is missing of WAV and FLAC', async () => {
    for (const [name, bytes] of [
      ['cut.wav', encodeWav({ sampleRate: 16000, channels: [long] })],
      ['cut.flac', flac],
    ] as const) {
      const pieces = await openAudioFile(fileOf(name, bytes.subarray(0, 300_000)))
      await allOf(pieces)
      expect(pieces.warnings.join()).toMatch(/cut off/)
    }
  })

  it('refuses what is no recording, as readAudioFile does', async () => {
    for (const [name, bytes] of [
      ['empty.wav', new Uint8Array(0)],
      ['text.wav', new TextEncoder().encode('not a recording at all, but a text of a few words more than a header')],
      ['header.wav', wav.subarray(0, 30)],
      ['broken.flac', flac.subarray(0, 30)],
    ] as const) {
      await expect(openAudioFile(fileOf(name, bytes)), name).rejects.toMatchObject({ name: 'FormatError' })
    }
    await expect(openAudioFile(join(folder, 'missing.wav'))).rejects.toThrow(/ENOENT/)
    await expect(openAudioFile('')).rejects.toThrow(RangeError)
    await expect(openAudioFile('/dev/zero')).rejects.toThrow(/no file but a device/)
  })
})
