import { describe, expect, it } from 'vitest'
import { decodeWav } from '../../src/audio/wav-decode.ts'
import { FormatError } from '../../src/core/errors.ts'
import files from '../vectors/wav-files.json' with { type: 'json' }

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'base64'))
}

/** The vectors are those of libsndfile, ffmpeg and sox: test/vectors/wav-files.py makes them. */
describe('decodeWav on files of sox, ffmpeg and libsndfile', () => {
  const read = files.filter(({ channels }) => channels !== null)
  const refused = files.filter(({ channels }) => channels === null)
  /** The three tools read noise there, two of them from other places. */
  const disputed = 'WAV: PCM, 24 bits in 4 bytes'

  it.each(read.filter(({ name }) => name !== disputed))('$name: the samples of $reader', ({ bytes, channels }) => {
    const audio = decodeWav(fromBase64(bytes))
    expect(audio.sampleRate).toBe(16000)
    const wanted = channels?.map((text) => new Float32Array(fromBase64(text).buffer))
    expect(audio.channels.map((samples) => [...samples])).toEqual(wanted?.map((samples) => [...samples]))
  })

  it.each(read)('$name: a warning where the file is odd, and only there', ({ name, bytes }) => {
    const { warnings } = decodeWav(fromBase64(bytes))
    const wanted = [
      ...(/frames of|\d bits stated/.test(name) ? [/contradicts itself|read as 8/] : []),
      ...(/A-law, \d+ bits stated/.test(name) ? [/contradicts/] : []),
      ...(/data of 0x|into a pipe/.test(name) ? [/chunk states no length: read to the end/] : []),
      ...(name === disputed ? [/24 bits fill 4 bytes/] : []),
    ]
    expect(warnings.join()).not.toContain('cut off')
    if (wanted.length === 0) expect(warnings).toEqual([])
    else for (const pattern of wanted) expect(warnings.join()).toMatch(pattern)
  })

  it('takes 24 bits in 4 bytes at their word', () => {
    const file = files.find(({ name }) => name === disputed)
    const wanted = Float32Array.from({ length: 100 }, (_, t) => {
      return 0.6 * Math.sin((2 * Math.PI * 440 * t) / 16000) * Math.sin((Math.PI * t) / 100)
    })
    const { channels, format } = decodeWav(fromBase64(file?.bytes ?? ''))
    expect(format).toBe('pcm32')
    channels[0].forEach((x, t) => expect(Math.abs(x - wanted[t])).toBeLessThan(1e-7))
  })

  it.each([1017, 508])(
    'IMA ADPCM in two channels of libsndfile, whose "fact" states %i frames of 1017, is whole',
    (fact) => {
      const bytes = fromBase64(files.find(({ name }) => name === 'WAV: IMA ADPCM by ffmpeg, 2 channel(s)')?.bytes ?? '')
      const whole = decodeWav(bytes)
      expect(whole.channels[0]).toHaveLength(1017)
      const at = Buffer.from(bytes).indexOf('fact')
      new DataView(bytes.buffer).setUint32(at + 8, fact, true)
      expect(decodeWav(bytes)).toEqual(whole)
      new DataView(bytes.buffer).setUint32(at + 8, 507, true)
      expect(decodeWav(bytes).channels[1]).toHaveLength(507)
    },
  )

  it('Microsoft ADPCM in two channels whose "fact" states half of its only block ends there', () => {
    const found = files.find(({ name }) => name === 'WAV: Microsoft ADPCM by ffmpeg, 2 channel(s)')
    const bytes = fromBase64(found?.bytes ?? '')
    const half = decodeWav(bytes).channels[0].length / 2
    new DataView(bytes.buffer).setUint32(Buffer.from(bytes).indexOf('fact') + 8, half, true)
    expect(decodeWav(bytes).channels[0]).toHaveLength(half)
  })

  it.each([1, 2])('Microsoft ADPCM in %i channel(s) has its own coefficients in the extensible form too', (count) => {
    const found = files.find(({ name }) => name === `WAV: Microsoft ADPCM by ffmpeg, ${count} channel(s)`)
    const bytes = Buffer.from(found?.bytes ?? '', 'base64')
    const at = bytes.indexOf('fmt ')
    const size = bytes.readUInt32LE(at + 4)
    // Bits, a mask of channels, and the sub-format, before what Microsoft ADPCM adds by itself.
    const extension = Buffer.from('0400040000000200000000001000800000aa00389b71', 'hex')
    const fields = Buffer.concat([
      bytes.subarray(0, at + 26),
      extension,
      bytes.subarray(at + 26, at + 8 + size),
      bytes.subarray(at + 8 + size),
    ])
    fields.writeUInt32LE(fields.length - 8, 4)
    fields.writeUInt32LE(size + 22, at + 4)
    fields.writeUInt16LE(0xfffe, at + 8)
    fields.writeUInt16LE(bytes.readUInt16LE(at + 24) + 22, at + 24)
    expect(decodeWav(fields).channels).toEqual(decodeWav(bytes).channels)
  })

  it.each(refused)('$name: refused by its name, with what to do', ({ name, bytes }) => {
    const call = () => decodeWav(fromBase64(bytes))
    expect(call).toThrow(FormatError)
    expect(call).toThrow(name.split(': ')[1])
    expect(call).toThrow(/ffmpeg -i FILE\.(wav|aiff) -c:a pcm_s16le OUT\.wav/)
  })
})
