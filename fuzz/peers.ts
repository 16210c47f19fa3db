/** Right sound files, written by sox and ffmpeg, and their samples as the decoders of sox, ffmpeg and libsndfile read them. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeWav } from '../src/audio/wav-decode.ts'
import { encodeWav } from '../src/audio/wav-encode.ts'
import { Random } from '../src/numerics/random.ts'

/** A way of writing a file. */
interface Encoding {
  tool: 'sox' | 'ffmpeg'
  ending: string
  options: readonly string[]
}

const soxWays: readonly [string, readonly string[]][] = [
  ...['wav', 'w64', 'aiff'].flatMap((ending): [string, string[]][] =>
    ['16', '24', '32'].map((bits) => [ending, ['-e', 'signed-integer', '-b', bits]]),
  ),
  ['wav', ['-e', 'unsigned-integer', '-b', '8']],
  ['aiff', ['-e', 'signed-integer', '-b', '8']],
  ['wav', ['-e', 'floating-point', '-b', '32']],
  ['wav', ['-e', 'floating-point', '-b', '64']],
  ['wav', ['-e', 'a-law']],
  ['wav', ['-e', 'mu-law']],
  ['wav', ['-e', 'ima-adpcm']],
  ['wav', ['-e', 'ms-adpcm']],
  ['wav', ['-B', '-e', 'signed-integer', '-b', '16']],
]
const ffmpegWays: readonly [string, readonly string[]][] = [
  ...['pcm_u8', 'pcm_s16le', 'pcm_s24le', 'pcm_s32le', 'pcm_f32le', 'pcm_f64le', 'pcm_alaw', 'pcm_mulaw'].map(
    (codec): [string, string[]] => ['wav', ['-c:a', codec]],
  ),
  ...['pcm_s16le', 'pcm_s24le', 'pcm_f32le'].map((codec): [string, string[]] => ['w64', ['-c:a', codec]]),
  ...['pcm_s8', 'pcm_s16be', 'pcm_s24be', 'pcm_s32be', 'pcm_f32be', 'pcm_alaw', 'pcm_mulaw', 'pcm_s16le'].map(
    (codec): [string, string[]] => ['aiff', ['-c:a', codec]],
  ),
  ['wav', ['-c:a', 'adpcm_ima_wav']],
  ['wav', ['-c:a', 'adpcm_ms']],
  ['wav', ['-c:a', 'pcm_s16le', '-rf64', 'always']],
]

/** All ways of writing. */
export const encodings: readonly Encoding[] = [
  ...soxWays.map(([ending, options]): Encoding => ({ tool: 'sox', ending, options })),
  ...ffmpegWays.map(([ending, options]): Encoding => ({ tool: 'ffmpeg', ending, options })),
]

function runs(program: string, args: readonly string[], input?: Uint8Array): Buffer | null {
  const { status, stdout } = spawnSync(program, args, {
    ...{ input, maxBuffer: 2 ** 28, stdio: ['pipe', 'pipe', 'ignore'] },
    // A tool that hangs reads nothing; the loop, which waits for it, cannot end it.
    ...{ timeout: 60_000, killSignal: 'SIGKILL' },
  })
  return status === 0 ? stdout : null
}

/** Python with the package soundfile, which has libsndfile: that of SER_PYTHON, or of the path. */
const python = process.env.SER_PYTHON ?? 'python3'
const script = `
import sys, soundfile
for path in sys.argv[1:]:
    try:
        sound, _ = soundfile.read(path, dtype="float32", always_2d=True)
        sound.tofile(path + ".raw")
    except Exception:
        pass
print(soundfile.__libsndfile_version__)`

/** Tools that are installed, with their versions. */
export function tools(): Map<string, string> {
  const versions: [string, Buffer | null][] = [
    ['sox', runs('sox', ['--version'])],
    ['ffmpeg', runs('ffmpeg', ['-version'])],
    ['libsndfile', runs(python, ['-c', script])],
  ]
  return new Map(
    versions.flatMap(([name, text]) => (text === null ? [] : [[name, /\d+\.\d+[\w.]*/.exec(String(text))?.[0] ?? '']])),
  )
}

function floats(bytes: Buffer): Float32Array {
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + (bytes.length & ~3)))
}

type Reader = (paths: readonly string[]) => (Float32Array | null)[]

const readers: Record<string, Reader> = {
  sox: (paths) =>
    paths.map((path) => {
      const bytes = runs('sox', [path, '-t', 'raw', '-e', 'floating-point', '-b', '32', '-'])
      return bytes && floats(bytes)
    }),
  ffmpeg: (paths) =>
    paths.map((path) => {
      const bytes = runs('ffmpeg', ['-v', 'error', '-i', path, '-f', 'f32le', '-'])
      return bytes && floats(bytes)
    }),
  libsndfile: (paths) => {
    for (const path of paths) rmSync(`${path}.raw`, { force: true })
    runs(python, ['-c', script, ...paths])
    return paths.map((path) => (existsSync(`${path}.raw`) ? floats(readFileSync(`${path}.raw`)) : null))
  },
}

/** Sounds of all shapes: noise, tones, extremes, silence. */
function soundOf(random: Random): { sampleRate: number; channels: Float32Array[] } {
  const length = 1 + random.integer(3000)
  const channels = Array.from({ length: 1 + random.integer(2) }, () => {
    const samples = new Float32Array(length)
    const kind = random.integer(4)
    for (let t = 0; t < length; t++) {
      const value = [random.normal() * 0.2, Math.sin(t / 7) * 0.9, random.integer(2) * 2 - 1, 0][kind]
      // Steps of 24 bits, which every tool keeps.
      samples[t] = Math.max(-1, Math.min(1 - 2 ** -23, Math.round(value * 2 ** 23) / 2 ** 23))
    }
    return samples
  })
  return { sampleRate: [8000, 11025, 16000, 44100, 96000][random.integer(5)], channels }
}

/** A file and how it was made. */
export interface PeerFile {
  path: string
  how: string
}

/** Writes a file in each encoding whose tool is installed. */
export function writeFiles(folder: string, seed: string, installed: ReadonlyMap<string, string>): PeerFile[] {
  return encodings.flatMap(({ tool, ending, options }, i) => {
    if (!installed.has(tool)) return []
    const source = join(folder, 'source.wav')
    writeFileSync(source, encodeWav(soundOf(new Random(`${seed}/peer/${i}`)), { format: 'float32' }))
    const path = join(folder, `${i}.${ending}`)
    const args =
      tool === 'sox' ? ['-D', source, ...options, path] : ['-v', 'error', '-y', '-i', source, ...options, path]
    return runs(tool, args) === null ? [] : [{ path, how: `${tool} ${ending} ${options.join(' ')}` }]
  })
}

/** Samples of a file by this library, interleaved. */
function ownSamples(path: string): Float32Array {
  const { channels } = decodeWav(readFileSync(path))
  const samples = new Float32Array(channels.length * channels[0].length)
  for (const [c, channel] of channels.entries()) {
    for (let t = 0; t < channel.length; t++) samples[t * channels.length + c] = channel[t]
  }
  return samples
}

/** Where a decoder gives other samples than this library. */
export interface Difference extends PeerFile {
  reader: string
  text: string
}

/** Files that a tool reads otherwise than all others, with the reason. */
export const knownDifferences: readonly { how: RegExp; reader: string; why: string }[] = [
  { how: /^ffmpeg w64 .*f32le/, reader: 'sox', why: 'it reads floats in Wave64 of ffmpeg as integers, by libsndfile' },
  { how: /^ffmpeg w64 .*f32le/, reader: 'libsndfile', why: 'it reads floats in Wave64 of ffmpeg as integers' },
  { how: /^sox wav -B/, reader: 'ffmpeg', why: 'it reads RIFX with the bytes in the wrong order' },
  { how: /^sox wav .*ms-adpcm/, reader: 'ffmpeg', why: 'it rounds predictions of Microsoft ADPCM towards zero' },
  { how: /ima/, reader: 'ffmpeg', why: 'it rounds the steps of IMA ADPCM in another way' },
]

function isKnown(how: string, reader: string): boolean {
  return knownDifferences.some((one) => one.reader === reader && one.how.test(how))
}

function difference(own: Float32Array, theirs: Float32Array, isPadded: boolean): string | undefined {
  if (isPadded ? own.length > theirs.length : own.length !== theirs.length)
    return `${own.length} samples, theirs ${theirs.length}`
  const at = own.findIndex((x, i) => x !== theirs[i])
  return at < 0 ? undefined : `sample ${at} is ${own[at]}, theirs ${theirs[at]}`
}

/**
 * Compares the samples of each file with those of each decoder; those that a tool does not read count as none. Of ADPCM the other
 * decoders also give what fills the last block, which files state not to be sound.
 */
export function compare(
  files: readonly PeerFile[],
  installed: ReadonlyMap<string, string>,
): { compared: Map<string, number>; differences: Difference[] } {
  const compared = new Map<string, number>()
  const differences: Difference[] = []
  for (const reader of installed.keys()) {
    for (const [i, theirs] of readers[reader](files.map(({ path }) => path)).entries()) {
      if (theirs === null || isKnown(files[i].how, reader)) continue
      compared.set(reader, (compared.get(reader) ?? 0) + 1)
      const text = difference(ownSamples(files[i].path), theirs, /adpcm/.test(files[i].how))
      if (text !== undefined) differences.push({ ...files[i], reader, text })
    }
  }
  return { compared, differences }
}
