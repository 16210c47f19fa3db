/**
 * AAC in ADTS at its own rate. Where no header tells that there is no spectral band replication (HE-AAC), the decoder FAAD2 gives
 * streams of up to 24 kHz at twice their rate, as if there were, 962 samples late.
 */
import { Spectrum } from '../kernels/spectrum.ts'
import { id3Bytes, soundKind } from './sound-kind.ts'

/** Hz by the index of ISO/IEC 14496-3, table 1.18. */
const rates = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350]

/** Facts that a header of ADTS states. */
export interface AdtsHeader {
  sampleRate: number
  /** 0 where the frame itself tells. */
  channels: number
}

/** The first header of a file of ADTS, or undefined where the file is none. */
export function adtsHeader(bytes: Uint8Array): AdtsHeader | undefined {
  const [, , third, fourth] = bytes.subarray(id3Bytes(bytes))
  const sampleRate = rates[(third >> 2) & 15]
  if (soundKind(bytes) !== 'aac' || fourth === undefined || sampleRate === undefined) return undefined
  return { sampleRate, channels: ((third & 1) << 2) | (fourth >> 6) }
}

/** Samples by which the filter banks of the doubled rate delay the sound. */
const DELAY = 962
const FRAME = 1024
/** Bins beyond the middle of the spectrum over which a frame's window spreads. */
const SPREAD = 24
/** Share of the power above the middle below which nothing is there: measured 1e-9 without replication. */
const NOTHING = 1e-7

/** Whether there is sound above half of what the rate can hold. */
function fillsBand(samples: Float32Array): boolean {
  const spectrum = new Spectrum(FRAME, 'power')
  const power = new Float64Array(spectrum.bins)
  const frame = new Float64Array(FRAME)
  const window = frame.map((_, n) => {
    const u = (2 * n + 1) / FRAME - 1
    const taper = 1 - u * u
    return taper * taper * taper
  })
  let [all, above] = [0, 0]
  // Whole frames: the end of the file, cut within one, would be a click.
  for (let start = 0; start + FRAME <= samples.length; start += FRAME / 2) {
    for (let n = 0; n < FRAME; n++) frame[n] = samples[start + n] * window[n]
    spectrum.into(power, frame)
    for (let k = 0; k < power.length; k++) {
      all += power[k]
      if (k > FRAME / 4 + SPREAD) above += power[k]
    }
  }
  return above > NOTHING * all
}

/**
 * The sound at the rate of the header where it came at twice that and fills the lower half of the band alone: every second sample.
 * HE-AAC, which fills the whole, stays as it is.
 */
export function atAdtsRate<T extends { channelData: Float32Array[]; sampleRate: number }>(
  audio: T,
  { sampleRate }: AdtsHeader,
): T {
  const { channelData } = audio
  if (audio.sampleRate !== 2 * sampleRate || channelData.some(fillsBand)) return audio
  const half = channelData.map((samples) => {
    const length = Math.max(0, Math.ceil((samples.length - DELAY) / 2))
    return Float32Array.from({ length }, (_, i) => samples[DELAY + 2 * i])
  })
  return { ...audio, channelData: half, sampleRate }
}
