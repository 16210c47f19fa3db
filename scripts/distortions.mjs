/** Distortions that recordings go through on their way: of mono signals at 16 kHz, seeded. */
import { spawnSync } from 'node:child_process'
import FFT from 'fft.js'
import { decodeWav, encodeWav, Random, resample } from '../dist/index.js'

const RATE = 16000

const rms = (x) => Math.sqrt(x.reduce((sum, value) => sum + value * value, 0) / x.length)
const peak = (x) => x.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-12)

/** Linear convolution by one transform. */
export function convolve(x, h) {
  let size = 2
  while (size < x.length + h.length) size *= 2
  const fft = new FFT(size)
  const spectrum = (signal) => {
    const [padded, out] = [new Float64Array(size), fft.createComplexArray()]
    padded.set(signal)
    fft.realTransform(out, padded)
    fft.completeSpectrum(out)
    return out
  }
  const [a, b, product] = [spectrum(x), spectrum(h), fft.createComplexArray()]
  for (let k = 0; k < 2 * size; k += 2) {
    product[k] = a[k] * b[k] - a[k + 1] * b[k + 1]
    product[k + 1] = a[k] * b[k + 1] + a[k + 1] * b[k]
  }
  const y = fft.createComplexArray()
  fft.inverseTransform(y, product)
  return Float64Array.from({ length: x.length + h.length - 1 }, (_, n) => y[2 * n])
}

/** Amplified to `factor` times full scale, and cut off there. */
function clipped(x, factor) {
  const gain = factor / peak(x)
  return x.map((value) => Math.max(-1, Math.min(1, gain * value)))
}

/** A linear-phase band-pass filter: a windowed sinc of `2 * reach + 1` taps. */
function bandPass(rate, low, high, reach = 96) {
  const sinc = (f, n) => (n === 0 ? (2 * f) / rate : Math.sin((2 * Math.PI * f * n) / rate) / (Math.PI * n))
  return Float64Array.from({ length: 2 * reach + 1 }, (_, i) => {
    const window = 0.5 + 0.5 * Math.cos((Math.PI * (i - reach)) / (reach + 1))
    return window * (sinc(high, i - reach) - sinc(low, i - reach))
  })
}

/** The telephone's band, 300 to 3400 Hz at 8 kHz. */
function telephone(x) {
  const narrow = resample(x, RATE, 8000)
  const filtered = convolve(narrow, bandPass(8000, 300, 3400)).subarray(96, 96 + narrow.length)
  return { samples: filtered, sampleRate: 8000 }
}

/** mu-law of 8 bits and back (ITU-T G.711, continuous form). */
function muLaw(x) {
  return x.map((value) => {
    const bounded = Math.max(-1, Math.min(1, value))
    const y = (Math.sign(bounded) * Math.log1p(255 * Math.abs(bounded))) / Math.log(256)
    const step = Math.round(y * 127) / 127
    return (Math.sign(step) * (256 ** Math.abs(step) - 1)) / 255
  })
}

/** Whether ffmpeg can write MP3. */
export function hasMp3() {
  const { status, stdout } = spawnSync('ffmpeg', ['-hide_banner', '-encoders'], { encoding: 'utf8' })
  return status === 0 && stdout.includes('libmp3lame')
}

function ffmpeg(input, ...options) {
  const { status, stdout, stderr } = spawnSync('ffmpeg', ['-v', 'error', '-i', 'pipe:0', ...options, 'pipe:1'], {
    input,
    maxBuffer: 2 ** 28,
  })
  if (status !== 0) throw new Error(`ffmpeg: ${stderr}`)
  return stdout
}

/** Samples by which LAME (576) and decoders (529) delay; a file from a pipe does not tell. */
const MP3_DELAY = 1105

/** MP3 at 32 kbit/s and back, without the coder's delay. */
function mp3(x) {
  const padded = new Float32Array(x.length + 2 * MP3_DELAY)
  padded.set(x)
  const wav = encodeWav({ sampleRate: RATE, channels: [padded] })
  const coded = ffmpeg(wav, '-c:a', 'libmp3lame', '-b:a', '32k', '-f', 'mp3')
  const decoded = decodeWav(ffmpeg(coded, '-f', 'wav', '-ar', String(RATE), '-ac', '1'))
  return Float64Array.from(decoded.channels[0].slice(MP3_DELAY, MP3_DELAY + x.length))
}

function whiteNoise(x, decibels, seed) {
  const random = new Random(seed)
  const scale = rms(x) * 10 ** (-decibels / 20)
  return x.map((value) => value + scale * random.normal())
}

/**
 * The impulse response of a room of 4.2 x 3.4 x 2.6 m by images of the source (Allen & Berkley 1979), 0.4 s of
 * reverberation by Eyring's formula, a metre and a half from the mouth.
 */
export function roomResponse(seconds = 0.4) {
  const [size, source, ear] = [
    [4.2, 3.4, 2.6],
    [1.3, 1.1, 1.5],
    [2.5, 1.9, 1.4],
  ]
  const [volume, speed] = [size[0] * size[1] * size[2], 343]
  const surface = 2 * (size[0] * size[1] + size[1] * size[2] + size[0] * size[2])
  const reflection = Math.sqrt(Math.exp((-0.161 * volume) / (surface * seconds)))
  const h = new Float64Array(Math.round(1.1 * seconds * RATE))
  const reach = size.map((length) => Math.ceil((seconds * 1.1 * speed) / (2 * length)))
  const images = (axis) => {
    const list = []
    for (let n = -reach[axis]; n <= reach[axis]; n++) {
      list.push({ at: 2 * n * size[axis] + source[axis] - ear[axis], bounces: Math.abs(2 * n) })
      list.push({ at: 2 * n * size[axis] - source[axis] - ear[axis], bounces: Math.abs(2 * n - 1) })
    }
    return list
  }
  const axes = [images(0), images(1), images(2)]
  for (const a of axes[0]) {
    for (const b of axes[1]) {
      for (const c of axes[2]) {
        const distance = Math.hypot(a.at, b.at, c.at)
        const n = Math.round((distance / speed) * RATE)
        if (n < h.length) h[n] += reflection ** (a.bounces + b.bounces + c.bounces) / distance
      }
    }
  }
  // The images of a room in phase heap up an offset, which a high-pass filter takes away.
  let [last, state] = [0, 0]
  return h.map((value) => {
    state = value - last + 0.98 * state
    last = value
    return state
  })
}

let room
function inRoom(x) {
  room ??= roomResponse()
  return convolve(x, room).subarray(0, x.length)
}

const asIs = (samples) => ({ samples, sampleRate: RATE })

/** Distortions by name; each takes samples at 16 kHz and a seed. */
export const distortions = {
  'gain -30 dB': (x) => asIs(x.map((value) => value * 10 ** (-30 / 20))),
  'gain -10 dB': (x) => asIs(x.map((value) => value * 10 ** (-10 / 20))),
  'gain +20 dB': (x) => asIs(x.map((value) => value * 10)),
  'offset 0.2': (x) => asIs(x.map((value) => value + 0.2)),
  'clipping x4': (x) => asIs(clipped(x, 4)),
  'clipping x10': (x) => asIs(clipped(x, 10)),
  'telephone 8 kHz': telephone,
  'mu-law': (x) => asIs(muLaw(x)),
  'MP3 32 kbit/s': (x) => asIs(mp3(x)),
  'noise 20 dB': (x, seed) => asIs(whiteNoise(x, 20, seed)),
  'noise 10 dB': (x, seed) => asIs(whiteNoise(x, 10, seed)),
  'room 0.4 s': (x) => asIs(inRoom(x)),
}
