/** Doors that take sound files. */
import { decodeWav } from '../../src/audio/wav-decode.ts'
import { WavStream } from '../../src/audio/wav-stream.ts'
import { decodeAudio } from '../../src/node/audio-file.ts'
import type { Random } from '../../src/numerics/random.ts'
import { wavCases } from '../../test/audio/wav-cases.ts'
import { aiffBytes } from '../../test/support/aiff.ts'
import { flacBytes } from '../../test/support/flac.ts'
import { mutateBytes } from '../mutate/bytes.ts'
import {
  bigChunkLayout,
  boxLayout,
  cafLayout,
  flacLayout,
  type LayoutOf,
  oggLayout,
  plainLayout,
  riffLayout,
  w64Layout,
} from '../mutate/layout.ts'
import { fileOf, jsonOf, sumOf, type Target } from './target.ts'

const start = (bytes: Uint8Array, at: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(at, at + length))

/** The layout by the first bytes. */
const soundLayout: LayoutOf = (bytes) => {
  const name = start(bytes, 0, 4)
  const layouts: Record<string, LayoutOf> = {
    ...{ RIFF: riffLayout, RF64: riffLayout, BW64: riffLayout, RIFX: bigChunkLayout, FORM: bigChunkLayout },
    ...{ riff: w64Layout, caff: cafLayout, fLaC: flacLayout, OggS: oggLayout },
  }
  const found = layouts[name] ?? (start(bytes, 4, 4) === 'ftyp' ? boxLayout : plainLayout)
  return found(bytes)
}

const mutate = (random: Random, base: Uint8Array): Uint8Array => mutateBytes(random, base, soundLayout)

/** Files that sox, ffmpeg and libsndfile wrote. */
function ofTools(): Uint8Array[] {
  const vectors = jsonOf<{ bytes: string }[]>('test/vectors/wav-files.json')
  return vectors.map(({ bytes }) => new Uint8Array(Buffer.from(bytes, 'base64')))
}

const tone = Float32Array.from({ length: 300 }, (_, t) => ((t * 37) % 101) / 101 - 0.5)

const isWav = (bytes: Uint8Array): boolean => ['RIFF', 'RIFX', 'RF64', 'BW64'].includes(start(bytes, 0, 4))

const decoded: Omit<Target, 'name' | 'weight' | 'bases'> = { doors: 'decodeWav', mutate, run: decodeWav }

/** The samples of a stream, its bytes in pieces of these lengths in turn. */
function streamed(bytes: Uint8Array, lengths: readonly number[]): { samples: Float32Array; warnings: string[] } {
  const stream = new WavStream()
  const parts: Float32Array[] = []
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const length = lengths[i % lengths.length]
    parts.push(stream.push(bytes.subarray(at, at + length)))
    at += length
  }
  stream.flush()
  const samples = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    samples.set(part, at)
    at += part.length
  }
  return { samples, warnings: stream.warnings }
}

/** However the bytes are cut, the samples are the same. */
function runStream(bytes: Uint8Array): unknown {
  const sum = sumOf(bytes)
  const pieces = streamed(bytes, [1 + (sum % 97), 1 + (sum % 13), 4096])
  const whole = streamed(bytes, [Math.max(1, bytes.length)])
  const same =
    whole.samples.length === pieces.samples.length && whole.samples.every((x, i) => Object.is(x, pieces.samples[i]))
  if (!same || whole.warnings.join() !== pieces.warnings.join()) {
    throw new Error(`another sound in pieces: ${pieces.samples.length} samples, ${whole.samples.length} at once`)
  }
  return whole
}

const packaged = ['aac', 'caf', 'flac', 'm4a', 'mp3', 'ogg', 'webm', 'wma'].map(
  (kind) => `test/vectors/audio/tone.${kind}`,
)

/** Targets of sound files. */
export const soundTargets: readonly Target[] = [
  {
    ...{ ...decoded, name: 'wav', weight: 20 },
    bases: () => [...wavCases.map(({ bytes }) => bytes), ...ofTools().filter(isWav)],
  },
  {
    ...{ ...decoded, name: 'aiff', weight: 8 },
    bases: () => [...ofTools().filter((bytes) => start(bytes, 0, 4) === 'FORM'), aiffBytes(22050, [tone, tone])],
  },
  {
    ...{ ...decoded, name: 'w64', weight: 5 },
    bases: () => ofTools().filter((bytes) => start(bytes, 0, 4) === 'riff'),
  },
  {
    ...{ name: 'wav-stream', doors: 'WavStream in pieces and at once', weight: 10, mutate, run: runStream },
    bases: () => wavCases.map(({ bytes }) => bytes),
  },
  {
    ...{ name: 'sound-file', doors: 'readAudioFile with audio-decode', weight: 4, outside: true, mutate },
    run: (bytes) => decodeAudio(bytes),
    bases: () => [...packaged.map(fileOf), fileOf('test/vectors/audio/tone-index-first.m4a'), flacBytes(8000, tone)],
  },
]
