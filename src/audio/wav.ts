/** Sample formats, for reading and writing WAV files, and the numbers of the RIFF/WAVE container. */

/** How a sample is stored: unsigned 8-bit or signed integers, IEEE floats, or the logarithmic codes of ITU-T G.711. */
export type SampleFormat = 'pcm8' | 'pcm16' | 'pcm24' | 'pcm32' | 'float32' | 'float64' | 'alaw' | 'mulaw'

/** A decoded WAV file. */
export interface WavAudio {
  /** Frames per second, in Hz. */
  sampleRate: number
  /** One array of samples per channel, all of one length; integer formats lie in [-1, 1). */
  channels: Float32Array[]
  /** How the samples were stored: a {@link SampleFormat}, `int8`, `pcm64`, `ima-adpcm` or `ms-adpcm`. */
  format: string
  /** Faults of the file that did not prevent reading. */
  warnings: string[]
}

/** The names of all sample formats. */
export const sampleFormats: readonly SampleFormat[] = [
  'pcm8',
  'pcm16',
  'pcm24',
  'pcm32',
  'float32',
  'float64',
  'alaw',
  'mulaw',
]

/** Format tags of the `fmt ` chunk (registered in RFC 2361). */
export const formatTag = {
  pcm: 1,
  msAdpcm: 2,
  float: 3,
  alaw: 6,
  mulaw: 7,
  imaAdpcm: 17,
  extensible: 0xfffe,
} as const

/** Format tag and bytes per sample of every format. */
export const sampleLayout: Readonly<Record<SampleFormat, { tag: number; bytes: number }>> = {
  pcm8: { tag: formatTag.pcm, bytes: 1 },
  pcm16: { tag: formatTag.pcm, bytes: 2 },
  pcm24: { tag: formatTag.pcm, bytes: 3 },
  pcm32: { tag: formatTag.pcm, bytes: 4 },
  float32: { tag: formatTag.float, bytes: 4 },
  float64: { tag: formatTag.float, bytes: 8 },
  alaw: { tag: formatTag.alaw, bytes: 1 },
  mulaw: { tag: formatTag.mulaw, bytes: 1 },
}

/** The sub-format GUID 0000xxxx-0000-0010-8000-00AA00389B71 behind its first field, which holds the format tag. */
export const subFormatGuid: { second: number; third: number; rest: readonly number[] } = {
  second: 0x0000,
  third: 0x0010,
  rest: [0x80, 0x00, 0x00, 0xaa, 0x00, 0x38, 0x9b, 0x71],
}

/** The sub-format GUID of Ambisonics (B-format), whose samples are stored in the same way. */
export const ambisonicGuid: typeof subFormatGuid = {
  second: 0x0721,
  third: 0x11d3,
  rest: [0x86, 0x44, 0xc8, 0xc1, 0xca, 0x00, 0x00, 0x00],
}

/** Largest value of a 32-bit field; as the length of `data` it means that the length is unknown or is in `ds64`. */
export const maxUint32 = 0xffffffff
