/** Reference values of openSMILE: of a sound made for it (test/vectors/egemaps.py), and of recordings beside the project. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { decodeWav } from '../../../src/audio/wav-decode.ts'
import { emodbFolder } from '../../support/emodb.ts'

const vectors = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../vectors/egemaps.json', import.meta.url)), 'utf8'),
) as {
  sampleRate: number
  samples: string
  frames: string
  functionals: string
  short: { first: number; length: number; functionals: string }[]
  variants: { sampleRate: number; gain: number; functionals: string }[]
  spectra: { window: string; bins: string }[]
}

function buffer(text: string): ArrayBuffer {
  return new Uint8Array(Buffer.from(text, 'base64')).buffer
}

const floats = (text: string): Float32Array => new Float32Array(buffer(text))

/** A sound and openSMILE's values. */
interface ReferenceSound {
  sampleRate: number
  samples: Int16Array
  frames: Float32Array
  functionals: Float32Array
  /** Pieces of a few frames and their functionals. */
  short: { first: number; length: number; functionals: Float32Array }[]
  /** Functionals of the samples as if of other rates, and of louder ones, clipped, or weaker ones. */
  variants: { sampleRate: number; gain: number; functionals: Float32Array }[]
  /** Windowed frames of 20 and 60 ms with their spectra as openSMILE packs them. */
  spectra: { window: Float32Array; bins: Float32Array }[]
}

/** The sound made for openSMILE. */
export const sound: ReferenceSound = {
  sampleRate: vectors.sampleRate,
  samples: new Int16Array(buffer(vectors.samples)),
  frames: floats(vectors.frames),
  functionals: floats(vectors.functionals),
  short: vectors.short.map((piece) => ({ ...piece, functionals: floats(piece.functionals) })),
  variants: vectors.variants.map((variant) => ({ ...variant, functionals: floats(variant.functionals) })),
  spectra: vectors.spectra.map(({ window, bins }) => ({ window: floats(window), bins: floats(bins) })),
}

const folder = fileURLToPath(new URL('../../../../shared/egemaps/', import.meta.url))

export const hasShared: boolean = existsSync(`${folder}functionals.csv`)

/** A title for `describe.skipIf(!hasShared)` that says why. */
export function sharedTitle(title: string): string {
  return hasShared ? title : `${title} (skipped: no ../shared/egemaps)`
}

function rowsOf(path: string): string[][] {
  const [, ...lines] = readFileSync(path, 'utf8').trim().split('\n')
  return lines.map((line) => line.split(','))
}

export interface SharedSound {
  name: string
  /** Whether it is a recording, and not made up. */
  isRecording: boolean
  sampleRate: number
  samples: Float32Array
  functionals: number[]
  frames: number[][]
}

/** All sounds of the shared folder. */
export function sharedSounds(): SharedSound[] {
  if (!hasShared) return []
  return rowsOf(`${folder}functionals.csv`).map(([name, rate, , ...functionals]) => {
    const isRecording = !existsSync(`${folder}wav/${name}.wav`)
    const wav = decodeWav(readFileSync(isRecording ? `${emodbFolder}/wav/${name}.wav` : `${folder}wav/${name}.wav`))
    return {
      name,
      isRecording,
      sampleRate: Number(rate),
      samples: wav.channels[0],
      functionals: functionals.map(Number),
      frames: rowsOf(`${folder}lld/${name}.csv`).map(([, ...row]) => row.map(Number)),
    }
  })
}
