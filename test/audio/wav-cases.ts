import { ascii, chunk, extensible, floats, fmt, integer, integers, riff } from '../support/wav-bytes.ts'

export interface WavCase {
  name: string
  bytes: Uint8Array
  format: string
  channels: number[][]
  warnings?: RegExp[]
}

export interface BadCase {
  name: string
  bytes: Uint8Array
  message: RegExp
}

/** The sample rate of every good case. */
export const caseRate = 16000

const mono = { channels: 1, sampleRate: caseRate }
const stereo = { channels: 2, sampleRate: caseRate }
const pcm16 = fmt({ tag: 1, bits: 16, ...mono })
const pcm8 = fmt({ tag: 1, bits: 8, ...mono })
const values16 = [0, 1, -1, 32767, -32768, 12345]
const bytes16 = integers(values16, 2)
const samples16 = [values16.map((value) => value / 32768)]
const data16 = chunk('data', bytes16)
const list = chunk('LIST', ascii('INFOISFT\x04\0\0\0test'))
const unstated = 0xffffffff
const readToEnd = [/no length/]

/** With the sub-format {00000001-0721-11D3-8644-C8C1CA000000} of that tag. */
function ambisonic(format: number[]): number[] {
  return [...format.slice(0, -12), 0x21, 0x07, 0xd3, 0x11, 0x86, 0x44, 0xc8, 0xc1, 0xca, 0, 0, 0]
}

const plain: WavCase[] = [
  {
    name: 'PCM, 8 bits, unsigned',
    bytes: riff([pcm8, chunk('data', [128, 129, 127, 255, 0, 64])]),
    format: 'pcm8',
    channels: [[0, 1 / 128, -1 / 128, 127 / 128, -1, -0.5]],
  },
  { name: 'PCM, 16 bits', bytes: riff([pcm16, data16]), format: 'pcm16', channels: samples16 },
  {
    name: 'PCM, 24 bits',
    bytes: riff([
      fmt({ tag: 1, bits: 24, ...mono }),
      chunk('data', integers([0, 1, -1, 8388607, -8388608, 0x123456], 3)),
    ]),
    format: 'pcm24',
    channels: [[0, 2 ** -23, -(2 ** -23), 8388607 / 8388608, -1, 0x123456 / 8388608]],
  },
  {
    name: 'PCM, 32 bits',
    bytes: riff([
      fmt({ tag: 1, bits: 32, ...mono }),
      chunk('data', integers([0, 1, -1, -(2 ** 31), 2 ** 30, 0x12345600], 4)),
    ]),
    format: 'pcm32',
    channels: [[0, 2 ** -31, -(2 ** -31), -1, 0.5, 0x12345600 / 2 ** 31]],
  },
  {
    name: 'PCM, 64 bits',
    bytes: riff([
      fmt({ tag: 1, bits: 64, ...mono }),
      chunk('data', [0, 0, 0, 0, 0, 0, 0, 0x40, ...new Array(7).fill(0), 0x80]),
    ]),
    format: 'pcm64',
    channels: [[0.5, -1]],
  },
  {
    name: 'float, 32 bits, beyond full scale too',
    bytes: riff([fmt({ tag: 3, bits: 32, ...mono }), chunk('data', floats([0, 0.1, -1, 2.5, 1e-40], 4))]),
    format: 'float32',
    channels: [[0, 0.1, -1, 2.5, 1e-40].map(Math.fround)],
  },
  {
    name: 'float, 64 bits',
    bytes: riff([fmt({ tag: 3, bits: 64, ...mono }), chunk('data', floats([0, 0.1, -1, Math.PI], 8))]),
    format: 'float64',
    channels: [[0, 0.1, -1, Math.PI].map(Math.fround)],
  },
  {
    name: 'A-law',
    bytes: riff([fmt({ tag: 6, bits: 8, ...mono }), chunk('data', [0xd5, 0x55, 0xaa, 0x2a])]),
    format: 'alaw',
    channels: [[8, -8, 32256, -32256].map((value) => value / 32768)],
  },
  {
    name: 'mu-law',
    bytes: riff([fmt({ tag: 7, bits: 8, ...mono }), chunk('data', [0xff, 0x7f, 0x80, 0x00, 0xfe, 0x7e])]),
    format: 'mulaw',
    channels: [[0, 0, 32124, -32124, 8, -8].map((value) => value / 32768)],
  },
]

const layouts: WavCase[] = [
  {
    name: 'two channels, interleaved',
    bytes: riff([fmt({ tag: 1, bits: 16, ...stereo }), chunk('data', integers([1, -1, 2, -2, 3, -3], 2))]),
    format: 'pcm16',
    channels: [[1, 2, 3].map((value) => value / 32768), [-1, -2, -3].map((value) => value / 32768)],
  },
  {
    name: 'three channels of 24 bits',
    bytes: riff([
      fmt({ tag: 1, bits: 24, channels: 3, sampleRate: caseRate }),
      chunk('data', integers([1, -2, 3, 4, -5, 6], 3)),
    ]),
    format: 'pcm24',
    channels: [[1, 4].map((v) => v / 2 ** 23), [-2, -5].map((v) => v / 2 ** 23), [3, 6].map((v) => v / 2 ** 23)],
  },
  {
    name: 'six channels, extensible',
    bytes: riff([
      extensible({ tag: 1, bits: 16, validBits: 16, channels: 6, sampleRate: caseRate }, 0x3f),
      chunk('data', integers([1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, -6], 2)),
    ]),
    format: 'pcm16',
    channels: [1, 2, 3, 4, 5, 6].map((value) => [value / 32768, -value / 32768]),
  },
  {
    name: 'extensible, 20 valid bits of 24',
    bytes: riff([
      extensible({ tag: 1, bits: 24, validBits: 20, ...mono }),
      chunk('data', integers([16, -16, 0x7ffff0, -0x800000], 3)),
    ]),
    format: 'pcm24',
    channels: [[2 ** -19, -(2 ** -19), 0x7ffff / 2 ** 19, -1]],
  },
  {
    name: 'extensible, 24 valid bits of 32',
    bytes: riff([
      extensible({ tag: 1, bits: 32, validBits: 24, ...mono }),
      chunk('data', integers([256, -256, -(2 ** 31)], 4)),
    ]),
    format: 'pcm32',
    channels: [[2 ** -23, -(2 ** -23), -1]],
  },
  {
    name: 'extensible float',
    bytes: riff([
      extensible({ tag: 3, bits: 32, validBits: 32, ...stereo }, 3),
      chunk('data', floats([0.25, -0.25, 0.5, -0.5], 4)),
    ]),
    format: 'float32',
    channels: [
      [0.25, 0.5],
      [-0.25, -0.5],
    ],
  },
  {
    name: 'extensible, Ambisonics',
    bytes: riff([ambisonic(extensible({ tag: 1, bits: 16, validBits: 16, ...mono })), data16]),
    format: 'pcm16',
    channels: samples16,
  },
  {
    name: 'extensible A-law',
    bytes: riff([extensible({ tag: 6, bits: 8, validBits: 8, ...mono }), chunk('data', [0xd5, 0x2a])]),
    format: 'alaw',
    channels: [[8 / 32768, -32256 / 32768]],
  },
  {
    name: 'extensible mu-law',
    bytes: riff([extensible({ tag: 7, bits: 8, validBits: 8, ...mono }), chunk('data', [0xff, 0x80])]),
    format: 'mulaw',
    channels: [[0, 32124 / 32768]],
  },
  {
    name: '12 bits in 16-bit containers',
    bytes: riff([fmt({ tag: 1, bits: 12, frameBytes: 2, ...mono }), chunk('data', integers([16, -32768], 2))]),
    format: 'pcm16',
    channels: [[16 / 32768, -1]],
  },
  {
    name: '24 bits in 32-bit containers without a sub-format',
    bytes: riff([fmt({ tag: 1, bits: 24, frameBytes: 4, ...mono }), chunk('data', integers([256, -256], 4))]),
    format: 'pcm32',
    channels: [[2 ** -23, -(2 ** -23)]],
    warnings: [/24 bits fill 4 bytes/],
  },
]

const chunks: WavCase[] = [
  { name: 'LIST before data', bytes: riff([pcm16, list, data16]), format: 'pcm16', channels: samples16 },
  { name: 'LIST after data', bytes: riff([pcm16, data16, list]), format: 'pcm16', channels: samples16 },
  {
    name: 'FLLR filling up to byte 4096',
    bytes: riff([pcm16, chunk('FLLR', new Array(4044).fill(0)), data16]),
    format: 'pcm16',
    channels: samples16,
  },
  {
    name: 'odd chunk with padding before data',
    bytes: riff([pcm16, chunk('note', ascii('odd')), data16]),
    format: 'pcm16',
    channels: samples16,
  },
  {
    name: 'odd data with padding and a chunk behind',
    bytes: riff([pcm8, chunk('data', [128, 192, 64]), list]),
    format: 'pcm8',
    channels: [[0, 0.5, -0.5]],
  },
  {
    name: 'a chunk that only looks like data inside another',
    bytes: riff([pcm16, chunk('junk', chunk('data', [1, 2, 3, 4])), data16]),
    format: 'pcm16',
    channels: samples16,
  },
  {
    name: 'fmt of 18 bytes and fact',
    bytes: riff([
      fmt({ tag: 3, bits: 32, ...mono, extension: [0, 0] }),
      chunk('fact', integer(2, 4)),
      chunk('data', floats([0.5, -0.5], 4)),
    ]),
    format: 'float32',
    channels: [[0.5, -0.5]],
  },
  { name: 'data before fmt', bytes: riff([data16, pcm16]), format: 'pcm16', channels: samples16 },
  { name: 'no frames', bytes: riff([pcm16, chunk('data', [])]), format: 'pcm16', channels: [[]] },
  { name: 'no frames and LIST', bytes: riff([pcm16, chunk('data', []), list]), format: 'pcm16', channels: [[]] },
]

function ds64(dataBytes: number | bigint): number[] {
  return chunk('ds64', [...integer(0, 8), ...integer(dataBytes, 8), ...integer(0, 8), ...integer(0, 4)])
}

const containers: WavCase[] = [
  {
    name: 'RF64 with the length in ds64',
    bytes: riff([ds64(bytes16.length), pcm16, chunk('data', bytes16, unstated), list], 'RF64', unstated),
    format: 'pcm16',
    channels: samples16,
  },
  {
    name: 'RF64, cut off by more than 4 GiB',
    bytes: riff([ds64(2 ** 33), pcm16, chunk('data', bytes16, unstated)], 'RF64', unstated),
    format: 'pcm16',
    channels: samples16,
    warnings: [/8589934580 of 8589934592 bytes are missing/],
  },
  {
    name: 'RF64 without ds64',
    bytes: riff([pcm16, chunk('data', bytes16, unstated)], 'RF64', unstated),
    format: 'pcm16',
    channels: samples16,
    warnings: readToEnd,
  },
  {
    name: 'RF64, a stream: length 0 in ds64',
    bytes: riff([ds64(0), pcm16, chunk('data', bytes16, unstated)], 'RF64', unstated),
    format: 'pcm16',
    channels: samples16,
    warnings: readToEnd,
  },
  ...[2n ** 63n - 1n, 2n ** 64n - 1n].map((size) => ({
    name: `RF64, a stream: length ${size.toString(16)} in ds64`,
    bytes: riff([ds64(size), pcm16, chunk('data', bytes16, unstated)], 'RF64', unstated),
    format: 'pcm16',
    channels: samples16,
    warnings: readToEnd,
  })),
  {
    name: 'RF64 with a ds64 too short for the length',
    bytes: riff([chunk('ds64', integer(0, 8)), pcm16, chunk('data', bytes16, unstated)], 'RF64', unstated),
    format: 'pcm16',
    channels: samples16,
    warnings: readToEnd,
  },
  {
    name: 'BW64',
    bytes: riff([ds64(bytes16.length), pcm16, chunk('data', bytes16, unstated), list], 'BW64', unstated),
    format: 'pcm16',
    channels: samples16,
  },
  {
    name: 'RIFX, 16 bits',
    bytes: riff(
      [
        fmt({ tag: 1, bits: 16, ...mono, order: 'big' }),
        chunk('data', integers(values16, 2, 'big'), bytes16.length, 'big'),
      ],
      'RIFX',
    ),
    format: 'pcm16',
    channels: samples16,
  },
  {
    name: 'RIFX, 24 bits, extensible',
    bytes: riff(
      [
        extensible({ tag: 1, bits: 24, validBits: 24, ...mono, order: 'big' }),
        chunk('data', integers([0x123456, -2], 3, 'big'), 6, 'big'),
      ],
      'RIFX',
    ),
    format: 'pcm24',
    channels: [[0x123456 / 2 ** 23, -(2 ** -22)]],
  },
  {
    name: 'RIFX, float of 64 bits',
    bytes: riff(
      [fmt({ tag: 3, bits: 64, ...mono, order: 'big' }), chunk('data', floats([0.75, -2], 8, 'big'), 16, 'big')],
      'RIFX',
    ),
    format: 'float64',
    channels: [[0.75, -2]],
  },
]

const flawed: WavCase[] = [
  {
    name: 'frames of no bytes',
    bytes: riff([fmt({ tag: 1, bits: 16, frameBytes: 0, ...mono }), data16]),
    format: 'pcm16',
    channels: samples16,
    warnings: [/frames of 0 byte\(s\), but 1 channel\(s\) of 16 bits: read as 2 bytes a frame/],
  },
  {
    name: 'frames that do not divide',
    bytes: riff([fmt({ tag: 1, bits: 16, frameBytes: 5, ...stereo }), data16]),
    format: 'pcm16',
    channels: [
      [samples16[0][0], samples16[0][2], samples16[0][4]],
      [samples16[0][1], samples16[0][3], samples16[0][5]],
    ],
    warnings: [/frames of 5 byte/],
  },
  {
    name: 'more bits than bytes',
    bytes: riff([fmt({ tag: 1, bits: 24, frameBytes: 2, ...mono }), chunk('data', integers([0x123456, -1], 3))]),
    format: 'pcm24',
    channels: [[0x123456 / 2 ** 23, -(2 ** -23)]],
    warnings: [/frames of 2 byte/],
  },
  {
    name: 'a stream: data of length 0',
    bytes: riff([pcm16, chunk('data', bytes16, 0)], 'RIFF', 0),
    format: 'pcm16',
    channels: samples16,
    warnings: readToEnd,
  },
  {
    name: 'a stream: data of length 0xFFFFFFFF',
    bytes: riff([pcm16, chunk('data', bytes16, unstated)], 'RIFF', unstated),
    format: 'pcm16',
    channels: samples16,
    warnings: readToEnd,
  },
  {
    name: 'a wrong length of the whole',
    bytes: riff([pcm16, data16], 'RIFF', 7),
    format: 'pcm16',
    channels: samples16,
  },
  {
    name: 'cut off between frames',
    bytes: riff([pcm16, data16]).slice(0, -4),
    format: 'pcm16',
    channels: [samples16[0].slice(0, 4)],
    warnings: [/4 of 12 bytes are missing/],
  },
  {
    name: 'cut off within a frame',
    bytes: riff([fmt({ tag: 1, bits: 16, ...stereo }), data16]).slice(0, -3),
    format: 'pcm16',
    channels: [
      [samples16[0][0], samples16[0][2]],
      [samples16[0][1], samples16[0][3]],
    ],
    warnings: [/3 of 12 bytes are missing/, /last 1 byte\(s\) of "data" are no whole frame of 4/],
  },
  {
    name: 'an incomplete last frame',
    bytes: riff([pcm16, chunk('data', [...bytes16, 1])]),
    format: 'pcm16',
    channels: samples16,
    warnings: [/last 1 byte\(s\) of "data" are no whole frame of 2/],
  },
  {
    name: 'floats that are not finite',
    bytes: riff([
      fmt({ tag: 3, bits: 64, ...mono }),
      chunk('data', floats([0.5, Number.NaN, Infinity, -Infinity, 1e300], 8)),
    ]),
    format: 'float64',
    channels: [[0.5, Number.NaN, Infinity, -Infinity, Infinity]],
    warnings: [/4 sample\(s\) are not finite/],
  },
]

/** Files that decode, each with the exact samples. */
export const wavCases: WavCase[] = [...plain, ...layouts, ...chunks, ...containers, ...flawed]

const header = riff([pcm16, data16])

/** Files that do not, with what the error says. */
export const badCases: BadCase[] = [
  { name: 'nothing', bytes: new Uint8Array(0), message: /not a WAV file.*"RIFF".*the end of the file/ },
  { name: 'another format', bytes: Uint8Array.from(ascii('OggS____________')), message: /not a WAV file.*"OggS"/ },
  { name: 'another form', bytes: Uint8Array.from(ascii('RIFF____AVI ')), message: /expected "WAVE".*"AVI "/ },
  { name: 'only the beginning', bytes: header.slice(0, 12), message: /no "fmt " chunk/ },
  { name: 'a file that ends within fmt', bytes: header.slice(0, 30), message: /no "data" chunk/ },
  { name: 'a cut-off fmt', bytes: riff([data16, pcm16]).slice(0, -1), message: /"fmt " chunk is too short/ },
  { name: 'a short fmt', bytes: riff([chunk('fmt ', integers([1, 1], 2)), data16]), message: /too short/ },
  { name: 'no data', bytes: riff([pcm16, list]), message: /no "data" chunk/ },
  { name: 'no fmt', bytes: riff([list, data16]), message: /no "fmt " chunk/ },
  {
    name: 'no channels',
    bytes: riff([fmt({ tag: 1, bits: 16, channels: 0, sampleRate: 8000, frameBytes: 2 }), data16]),
    message: /no channels/,
  },
  {
    name: 'a sample rate of 0',
    bytes: riff([fmt({ tag: 1, bits: 16, channels: 1, sampleRate: 0 }), data16]),
    message: /sample rate of 0/,
  },
  {
    name: '65535 channels in a small file',
    bytes: riff([fmt({ tag: 1, bits: 8, channels: 65535, sampleRate: 8000 }), data16]),
    message: /one frame of 65535 bytes is larger than the file of 56/,
  },
  { name: 'no bits', bytes: riff([fmt({ tag: 1, bits: 0, frameBytes: 2, ...mono }), data16]), message: /of 0 bits/ },
  {
    name: 'ADPCM',
    bytes: riff([fmt({ tag: 2, bits: 4, frameBytes: 2, ...mono }), data16]),
    message: /ADPCM of 4 bits and 1 channel\(s\) in blocks of 2 bytes/,
  },
  {
    name: 'ADPCM of three channels',
    bytes: riff([fmt({ tag: 17, bits: 4, channels: 3, sampleRate: 8000, frameBytes: 12 }), data16]),
    message: /ADPCM of 4 bits and 3 channel.*ffmpeg -i FILE.wav/,
  },
  {
    name: 'Microsoft ADPCM with coefficients that it lacks',
    bytes: riff([fmt({ tag: 2, bits: 4, frameBytes: 8, ...mono }), chunk('data', new Array(8).fill(9))]),
    message: /asks for coefficients 9 of 7/,
  },
  {
    name: 'PCM of 40 bits',
    bytes: riff([fmt({ tag: 1, bits: 40, ...mono }), data16]),
    message: /samples of 5 bytes in an encoding that has 1, 2, 3, 4, 8: convert it, as by: ffmpeg -i FILE.wav/,
  },
  {
    name: 'a Git LFS pointer',
    bytes: Uint8Array.from(ascii('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n')),
    message: /a Git LFS pointer, not the recording itself: fetch it with "git lfs pull"/,
  },
  {
    name: 'MP3 behind ID3v2',
    bytes: Uint8Array.from([...ascii('ID3\x04\0\0\0\0\0\x02__'), 0xff, 0xfb, 0x90, 0x00]),
    message: /not a WAV file but MP3: .*audio-decode/,
  },
  {
    name: 'WebM',
    bytes: Uint8Array.from([0x1a, 0x45, 0xdf, 0xa3, 0, 0]),
    message: /not a WAV file but WebM/,
  },
  { name: 'AIFF without COMM', bytes: Uint8Array.from(ascii('FORM\0\0\0\x04AIFF')), message: /no "COMM" chunk/ },
  {
    name: 'another FORM',
    bytes: Uint8Array.from(ascii('FORM\0\0\0\x048SVX')),
    message: /expected "AIFF" or "AIFC" at byte 8, got "8SVX"/,
  },
  {
    name: 'floats of 16 bits',
    bytes: riff([fmt({ tag: 3, bits: 16, ...mono }), data16]),
    message: /samples of 2 bytes in an encoding that has 4, 8/,
  },
  {
    name: 'a sub-format that is missing',
    bytes: riff([fmt({ tag: 0xfffe, bits: 16, ...mono }), data16]),
    message: /too short.*sub-format/,
  },
  {
    name: 'a sub-format that is cut off',
    bytes: riff([data16, extensible({ tag: 1, bits: 16, validBits: 16, ...mono })]).slice(0, -1),
    message: /too short.*sub-format/,
  },
  {
    name: 'an unknown sub-format',
    bytes: riff([
      fmt({ tag: 0xfffe, bits: 16, ...mono, extension: [22, 0, ...new Array(6).fill(0), ...new Array(16).fill(9)] }),
      data16,
    ]),
    message: /unknown sub-format: convert it/,
  },
  {
    name: 'a sub-format of another encoding',
    bytes: riff([extensible({ tag: 0x55, bits: 16, validBits: 16, ...mono }), data16]),
    message: /unsupported encoding 0x0055/,
  },
]
