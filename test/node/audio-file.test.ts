import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeWav } from '../../src/audio/wav-decode.ts'
import { encodeWav } from '../../src/audio/wav-encode.ts'
import { FormatError } from '../../src/core/errors.ts'
import { type AudioDecoder, findFault, readAudioFile } from '../../src/node/audio-file.ts'
import { makeReadable } from '../../src/node/readable.ts'
import { aiffBytes } from '../support/aiff.ts'
import { chunk, fmt, riff } from '../support/wav-bytes.ts'

const folder = mkdtempSync(join(tmpdir(), 'ser-audio-'))
afterAll(() => rmSync(folder, { recursive: true }))

function written(name: string, bytes: Uint8Array | string): string {
  writeFileSync(join(folder, name), bytes)
  return join(folder, name)
}

const left = Float32Array.from({ length: 500 }, (_, t) => (2 * Math.round(6000 * Math.sin(t / 9))) / 32768)
const right = left.map((x) => 0.25 - x / 2)
const wav = encodeWav({ sampleRate: 22050, channels: [left, right] }, { format: 'pcm16' })
/** A tag of `size` bytes of padding. */
const id3v2 = (size: number): Buffer =>
  Buffer.concat([Buffer.from('ID3\x03\0\0\0\0'), Buffer.from([size >> 7, size & 127]), Buffer.alloc(size)])

/** A file of Core Audio in one channel. */
function cafBytes(encoding: string, bits: number, data: Uint8Array): Buffer {
  const description = Buffer.alloc(32)
  description.writeDoubleBE(8000, 0)
  description.write(encoding, 8, 'latin1')
  for (const [i, value] of [0, bits / 8, 1, 1, bits].entries()) description.writeUInt32BE(value, 12 + 4 * i)
  const chunk = (name: string, body: Uint8Array): Buffer =>
    Buffer.concat([Buffer.from(name), Buffer.from([0, 0, 0, 0, 0, 0, body.length >> 8, body.length & 255]), body])
  const edits = Buffer.alloc(4)
  return Buffer.concat([
    Buffer.from('caff\0\x01\0\0', 'latin1'),
    chunk('desc', description),
    chunk('data', Buffer.concat([edits, data])),
  ])
}

const never: AudioDecoder = () => Promise.reject(new Error('not to be asked'))

describe('readAudioFile', () => {
  it('reads WAV files by itself, whatever their names', async () => {
    for (const name of ['a.wav', 'b.xyz']) {
      const audio = await readAudioFile(written(name, wav), never)
      expect(audio).toMatchObject({ sampleRate: 22050, warnings: [] })
      expect(audio.channels).toEqual([left, right])
    }
  })

  it('reads AIFF files by itself too', async () => {
    const { sampleRate, channels } = await readAudioFile(written('a.aiff', aiffBytes(22050, [left, right])), never)
    expect(sampleRate).toBe(22050)
    expect(channels).toHaveLength(2)
    for (const [c, wanted] of [left, right].entries()) {
      channels[c].forEach((x, t) => expect(Math.abs(x - wanted[t])).toBeLessThanOrEqual(2 / 32768))
    }
  })

  /**
   * 0.3 s of 440 Hz that swell and fade, in 16 bits: `flac --best` and `lame -b 32` made files of it, of the FLAC
   * `ffmpeg -i tone.flac -bitexact -map_metadata -1 tone.EXT` those in WebM, AAC, Ogg (with -page_duration 50000), M4A (also with
   * -movflags +faststart, tone-index-first.m4a), CAF (-c:a pcm_s16be) and WMA (-c:a wmav2).
   */
  const tone = Float32Array.from({ length: 4800 }, (_, t) => {
    return (0 + Math.round(16384 * Math.sin((2 * Math.PI * 440 * t) / 16000) * Math.sin((Math.PI * t) / 4800))) / 32768
  })
  const made = (name: string): string => fileURLToPath(new URL(`../vectors/audio/${name}`, import.meta.url))

  it('gives other formats to audio-decode, such as FLAC, sample for sample', async () => {
    const { sampleRate, channels } = await readAudioFile(made('tone.flac'))
    expect(sampleRate).toBe(16000)
    expect(channels).toHaveLength(1)
    expect(channels[0]).toEqual(tone)
  })

  it('gives AAC in ADTS at the rate that its header states', async () => {
    const { sampleRate, channels, warnings } = await readAudioFile(made('tone.aac'))
    expect([sampleRate, channels.length, warnings]).toEqual([16000, 1, []])
    // In time as well, as far as the coding leaves it: no other lag is nearer.
    const errors = [-2, -1, 0, 1, 2].map((lag) => {
      return tone.subarray(100, 4000).reduce((sum, x, t) => sum + (channels[0][100 + t + lag] - x) ** 2, 0)
    })
    expect(errors.indexOf(Math.min(...errors))).toBe(2)
  })

  it('tells of channels of AAC that the decoder does not give', async () => {
    const stereo = Uint8Array.of(0xff, 0xf1, 0x6c, 0x80, 0x01, 0x1f, 0xfc, 0)
    const decoder: AudioDecoder = async () => ({ channelData: [left], sampleRate: 8000 })
    const { warnings } = await readAudioFile(written('stereo.aac', stereo), decoder)
    expect(warnings).toEqual(['the AAC file states 2 channels, of which the decoder gave 1'])
  })

  it('FLAC behind a tag of ID3, and before one, is whole', async () => {
    const flac = readFileSync(made('tone.flac'))
    const id3v1 = Buffer.concat([Buffer.from('TAG'), Buffer.alloc(125)])
    const { channels, warnings } = await readAudioFile(written('tag.flac', Buffer.concat([id3v2(9), flac, id3v1])))
    expect(warnings).toEqual([])
    expect(channels).toEqual([tone])
  })

  it('other kinds are read behind several tags of ID3', async () => {
    for (const name of ['tone.mp3', 'tone.ogg', 'tone.m4a', 'tone.aac']) {
      const bytes = readFileSync(made(name))
      const tagged = await readAudioFile(written(`id3-${name}`, Buffer.concat([id3v2(300), id3v2(7), bytes])))
      expect(tagged, name).toEqual(await readAudioFile(made(name)))
    }
    const twice = await readAudioFile(written('id3.wav', Buffer.concat([id3v2(300), id3v2(7), wav])), never)
    expect(twice.channels).toEqual([left, right])
  })

  it('Core Audio with A-law or mu-law is refused by name, of which audio-decode makes another level', async () => {
    for (const [encoding, name] of [
      ['alaw', 'A-law'],
      ['ulaw', 'mu-law'],
    ]) {
      const caf = cafBytes(
        encoding,
        8,
        Uint8Array.from({ length: 400 }, (_, t) => t),
      )
      await expect(readAudioFile(written('g711.caf', caf))).rejects.toThrow(
        `Core Audio (CAF) that cannot be decoded: ${name} is not read: convert it, as by: ffmpeg`,
      )
    }
    const { channels } = await readAudioFile(written('lpcm.caf', cafBytes('lpcm', 8, Uint8Array.of(0x40, 0xc0))))
    expect(channels).toEqual([Float32Array.of(0.5, -0.5)])
  })

  it('and MP3, behind the silence of the coder', async () => {
    const { sampleRate, channels } = await readAudioFile(made('tone.mp3'))
    expect(sampleRate).toBe(16000)
    const errorAt = (lag: number): number => Math.max(...tone.map((x, t) => Math.abs(x - (channels[0][t + lag] ?? 0))))
    const errors = Array.from({ length: 2500 }, (_, lag) => errorAt(lag))
    expect(Math.min(...errors)).toBeLessThan(0.05) // a tenth of the loudest
  })

  it('whatever the name says: the content decides', async () => {
    const named: [string, string][] = [
      ['tone.flac', 'flac.wav'],
      ['tone.mp3', 'mp3.wav'],
      ['tone.webm', 'webm.wav'],
      ['tone.ogg', 'ogg.wav'],
      ['tone.m4a', 'm4a.wav'],
    ]
    for (const [file, name] of named) {
      const audio = await readAudioFile(written(name, readFileSync(made(file))))
      expect(audio.format, name).toBe(file.split('.')[1])
      expect(audio.channels[0].length / audio.sampleRate, name).toBeGreaterThanOrEqual(0.29)
      expect(audio.warnings, name).toEqual([])
    }
  })

  it('an AIFF file that is called .wav is read by the library itself', async () => {
    const audio = await readAudioFile(written('aiff.wav', aiffBytes(22050, [left, right])), never)
    expect(audio).toMatchObject({ sampleRate: 22050, format: 'pcm16', warnings: [] })
    expect(audio.channels).toEqual([left, right])
  })

  it('MPEG audio in a WAV file is given to audio-decode as it is', async () => {
    const mp3 = readFileSync(made('tone.mp3'))
    const wanted = await readAudioFile(made('tone.mp3'))
    const facts = { tag: 85, bits: 0, channels: 1, sampleRate: 16000 }
    const wrapped = (tag: number, data: Uint8Array, size?: number): Uint8Array =>
      riff([fmt({ ...facts, tag }), chunk('data', [...data], size)])
    for (const tag of [85, 80]) {
      const audio = await readAudioFile(written('mpeg.wav', wrapped(tag, mp3)))
      expect(audio).toEqual(wanted)
    }
    const given: number[] = []
    const decoder: AudioDecoder = async (bytes) => {
      given.push(bytes.length)
      return { channelData: [left], sampleRate: 8000 }
    }
    const open = await readAudioFile(written('open.wav', wrapped(85, mp3, 0xffffffff)), decoder)
    expect(open.warnings).toEqual([expect.stringMatching(/states no length: read to the end of the file/)])
    const cut = await readAudioFile(written('cut.wav', wrapped(85, mp3, mp3.length).slice(0, -500)), decoder)
    expect(cut.warnings).toEqual([
      expect.stringMatching(/^the "data" chunk is cut off: 500 of /),
      expect.stringMatching(/^the MP3 file is cut off/),
    ])
    expect(given).toEqual([mp3.length, mp3.length - 500])
    expect(() => decodeWav(wrapped(85, mp3))).toThrow(
      /0x0055 \(MPEG Layer 3\): readAudioFile of ser-core\/node reads it by the package audio-decode; or convert it, as by: ffmpeg/,
    )
    await expect(readAudioFile(written('text.wav', wrapped(85, Buffer.from('no frames at all'))))).rejects.toThrow(
      /^MP3 that cannot be decoded: /,
    )
    await expect(readAudioFile(written('gsm.wav', wrapped(49, mp3)))).rejects.toThrow(
      /unsupported encoding 0x0031 \(GSM 06\.10\): convert it, as by: ffmpeg -i FILE\.wav -c:a pcm_s16le OUT\.wav/,
    )
  })

  it('says where an M4A, CAF or WMA file was cut off', async () => {
    for (const name of ['tone-index-first.m4a', 'tone.caf', 'tone.wma']) {
      const bytes = readFileSync(made(name))
      expect((await readAudioFile(made(name))).warnings, name).toEqual([])
      const cut = await readAudioFile(written(`cut-${name}`, bytes.subarray(0, 0.9 * bytes.length)))
      const kind = name.split('.')[1].toUpperCase()
      expect(cut.warnings, name).toEqual([
        expect.stringMatching(new RegExp(`^the ${kind} file is cut off: \\d+ bytes or more are missing$`)),
      ])
      expect(cut.channels[0].length, name).toBeGreaterThan(0)
    }
    // The index is gone.
    const bytes = readFileSync(made('tone.m4a'))
    await expect(readAudioFile(written('cut.m4a', bytes.subarray(0, 0.6 * bytes.length)))).rejects.toThrow(
      /^M4A or MP4 that cannot be decoded \(the M4A file is cut off: \d+ bytes or more are missing\): /,
    )
  })

  it('says where a FLAC, MP3, AAC, Ogg or WebM file was cut off', async () => {
    const cut = async (name: string, share: number): Promise<string[]> => {
      const bytes = readFileSync(made(name))
      return (await readAudioFile(written(`cut-${name}`, bytes.subarray(0, share * bytes.length)))).warnings
    }
    for (const name of ['tone.flac', 'tone.mp3', 'tone.aac', 'tone.ogg', 'tone.webm'])
      expect(await cut(name, 1), name).toEqual([])
    expect(await cut('tone.flac', 0.95)).toEqual([
      expect.stringMatching(/FLAC file is cut off: \d+ of 4800 frames are/),
    ])
    expect(await cut('tone.mp3', 0.7)).toEqual([expect.stringMatching(/MP3 file is cut off: /)])
    expect(await cut('tone.aac', 0.7)).toEqual([expect.stringMatching(/AAC file is cut off: /)])
    expect(await cut('tone.webm', 0.7)).toEqual([expect.stringMatching(/WebM file is cut off: \d+ of 3\d+ bytes are/)])
    expect(await cut('tone.ogg', 0.95)).toEqual([expect.stringMatching(/Ogg file is cut off: /)])
  })

  it('or to a decoder of the caller', async () => {
    const given: number[] = []
    const decoder: AudioDecoder = async (bytes) => {
      given.push(...bytes)
      return { channelData: [left], sampleRate: 8000 }
    }
    const audio = await readAudioFile(written('c.voice', 'some bytes'), decoder)
    expect(audio).toEqual({ sampleRate: 8000, channels: [left], warnings: [] })
    expect(String.fromCharCode(...given)).toBe('some bytes')
  })

  it('says what is wrong with a file', async () => {
    const nothing: AudioDecoder = async () => ({ channelData: [], sampleRate: 0 })
    const cases: [string, string, AudioDecoder | undefined, RegExp][] = [
      ['empty.mp3', '', never, /an empty file/],
      ['text.wav', 'hello', never, /decodeWav: not a WAV file/],
      [
        'lfs.wav',
        'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n',
        never,
        /Git LFS pointer.*git lfs pull/,
      ],
      ['lfs.flac', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n', never, /Git LFS pointer/],
      ['text.txt', 'hello, what is this?', undefined, /cannot be decoded: /],
      ['page.flac', '<!DOCTYPE html><p>404', undefined, /cannot be decoded: it is HTML or XML/],
      ['speech.wav', `NIST_1A\n${' '.repeat(60)}`, never, /decodeWav: not a WAV file but NIST SPHERE/],
      ['speech.sph', `NIST_1A\n${' '.repeat(60)}`, undefined, /cannot be decoded: it is NIST SPHERE \(ffmpeg/],
      ['silent.ogg', 'hello', nothing, /no sound in it/],
    ]
    for (const [name, content, decode, message] of cases) {
      const call = readAudioFile(written(name, content), decode)
      await expect(call).rejects.toThrow(message)
      await expect(call).rejects.toThrow(FormatError)
    }
    await expect(readAudioFile(join(folder, 'nowhere.wav'))).rejects.toThrow(/ENOENT/)
  })
})

it('is asked for by a path', async () => {
  await expect(readAudioFile(null as unknown as string)).rejects.toThrow(
    'readAudioFile: "path" expected a string, got null',
  )
})

describe.skipIf(process.platform === 'win32')('a pipe or a device', () => {
  const refusal = 'no file but a pipe, device or folder'
  const pipe = join(folder, 'pipe.wav')
  const device = join(folder, 'device.wav')
  beforeAll(() => {
    execFileSync('mkfifo', [pipe])
    symlinkSync('/dev/zero', device)
  })

  it('named as a recording is refused, where it would be waited for or read without end', async () => {
    for (const path of [pipe, device, folder]) expect(await findFault(path)).toBe(`cannot be read: ${refusal}`)
    for (const path of [pipe, device]) await expect(readAudioFile(path)).rejects.toThrow(refusal)
    await expect(readAudioFile('/dev/null')).rejects.toThrow('no file but a device')
  })

  it('is refused in a corpus, whatever its name', async () => {
    const utterances = [pipe, '/dev/zero'].map((path) => ({ path, speaker: 'a', label: 'joy' }))
    for (const utterance of makeReadable(utterances, '/')) await expect(utterance.read()).rejects.toThrow(refusal)
  })

  it('of another name is read, such as that of a process in a shell', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')])
    const reading = readAudioFile(join(folder, 'pipe'))
    await writeFile(join(folder, 'pipe'), wav)
    expect((await reading).channels[0]).toHaveLength(500)
  })
})
