/** Seeded draws and elements of synthesis for the sounds without speech; all at 16 kHz. */
export const RATE = 16000
const TAU = 2 * Math.PI

/** Uniform numbers in [0, 1) from a text: the generator sfc32 of C. Doty-Humphrey. */
function generator(text) {
  let [a, b, c, counter] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 1]
  const next = () => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }
  for (const letter of text) {
    a ^= Math.imul(letter.charCodeAt(0), 0x01000193)
    next()
  }
  for (let i = 0; i < 12; i++) next()
  return next
}

/** Draws of one sound from its seed. */
export function draws(seed) {
  const random = generator(seed)
  const uniform = (low = 0, high = 1) => low + (high - low) * random()
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return {
    uniform,
    normal,
    /** Uniform on a logarithmic scale. */
    log: (low, high) => low * (high / low) ** random(),
    whole: (low, high) => Math.floor(uniform(low, high + 1)),
    chance: (p) => random() < p,
    pick: (list) => list[Math.floor(random() * list.length)],
  }
}

export function signal(seconds, at) {
  return Float64Array.from({ length: Math.round(seconds * RATE) }, (_, n) => at(n / RATE, n))
}

/** The signal with its largest sample at `peak`. */
export function scaled(x, peak) {
  let largest = 0
  for (const value of x) largest = Math.max(largest, Math.abs(value))
  return largest === 0 ? x : x.map((value) => (value * peak) / largest)
}

/** Adds `part` to `x` from `at` seconds on. */
export function addAt(x, part, at, gain = 1) {
  const first = Math.round(at * RATE)
  for (let n = 0; n < part.length && first + n < x.length; n++) if (first + n >= 0) x[first + n] += gain * part[n]
  return x
}

export function mixed(x, y, gain) {
  return x.map((value, n) => value + gain * (y[n] ?? 0))
}

/** Noise whose power falls by `slope` times 3 dB an octave: 0 white, 1 pink, 2 brown, -1 blue, -2 violet. */
export function noise(d, seconds, slope = 0) {
  const white = signal(seconds, () => d.normal())
  if (slope === 0) return white
  if (slope === 2 || slope === -2) {
    let last = 0
    return white.map((value) => {
      const before = last
      last = slope === 2 ? 0.998 * last + value : value
      return slope === 2 ? last : value - before
    })
  }
  // A sum of first-order filters an octave apart falls by about 3 dB an octave.
  const out = new Float64Array(white.length)
  for (let corner = 40; corner < 8000; corner *= 2) {
    const a = Math.exp((-TAU * corner) / RATE)
    let state = 0
    for (let n = 0; n < white.length; n++) {
      state = a * state + (1 - a) * white[n]
      out[n] += state * Math.sqrt(8000 / corner) * 0.5
    }
  }
  return slope === 1 ? out : out.map((value, n) => value - (out[n - 1] ?? 0))
}

/** A resonator of two poles; frequency and bandwidth, Hz, may be functions of time. */
export function resonate(x, frequency, bandwidth) {
  const at = (value, t) => (typeof value === 'function' ? value(t) : value)
  let [y1, y2] = [0, 0]
  return x.map((value, n) => {
    const radius = Math.exp((-Math.PI * at(bandwidth, n / RATE)) / RATE)
    const cosine = Math.cos((TAU * Math.min(at(frequency, n / RATE), 7800)) / RATE)
    const y = (1 - radius) * value + 2 * radius * cosine * y1 - radius * radius * y2
    y2 = y1
    y1 = y
    return y
  })
}

/** A low-pass filter of one pole; the corner, Hz, may be a function of time. */
export function lowPass(x, corner) {
  let state = 0
  return x.map((value, n) => {
    const a = Math.exp((-TAU * (typeof corner === 'function' ? corner(n / RATE) : corner)) / RATE)
    state = a * state + (1 - a) * value
    return state
  })
}

export function highPass(x, corner) {
  const low = lowPass(x, corner)
  return x.map((value, n) => value - low[n])
}

/** Waveforms over a phase counted in periods. */
export const shapes = {
  sine: (p) => Math.sin(TAU * p),
  square: (p) => (p % 1 < 0.5 ? 1 : -1),
  saw: (p) => 2 * (p % 1) - 1,
  triangle: (p) => 4 * Math.abs((p % 1) - 0.5) - 1,
  pulse: (p) => (p % 1 < 0.08 ? 1 : -0.08),
  organ: (p) => [1, 0.6, 0.4, 0.3, 0.2].reduce((sum, a, i) => sum + a * Math.sin(TAU * p * 2 ** i), 0) / 2,
  reed: (p) => [1, 0.1, 0.7, 0.08, 0.5, 0.05, 0.3].reduce((sum, a, i) => sum + a * Math.sin(TAU * p * (i + 1)), 0) / 2,
  fm: (p) => Math.sin(TAU * p + 2 * Math.sin(TAU * 2 * p)),
}

/** An oscillator whose frequency is a function of time, Hz. */
export function oscillator(seconds, frequency, shape = shapes.sine) {
  let phase = 0
  return signal(seconds, (t) => {
    phase += frequency(t) / RATE
    return shape(phase)
  })
}

/** Attack, exponential decay and release, in place. */
export function shaped(x, { attack = 0.01, decay = Infinity, release = 0.02 }) {
  const seconds = x.length / RATE
  return x.map((value, n) => {
    const t = n / RATE
    return value * Math.min(1, t / attack, Math.max(0, (seconds - t) / release)) * Math.exp(-t / decay)
  })
}

/** A plucked string (Karplus & Strong 1983). */
export function pluck(d, seconds, frequency, damping = 0.996) {
  const period = Math.max(2, Math.round(RATE / frequency))
  const x = new Float64Array(Math.round(seconds * RATE))
  for (let n = 0; n < x.length; n++) {
    x[n] = n < period ? d.normal() : (damping * (x[n - period] + x[n - period - (n > period ? 1 : 0)])) / 2
  }
  return x
}

/** A smooth random curve through points `step` seconds apart, between -1 and 1. */
export function wander(d, seconds, step) {
  const points = Array.from({ length: Math.ceil(seconds / step) + 2 }, () => d.uniform(-1, 1))
  return (t) => {
    const at = Math.max(0, Math.min(t / step, points.length - 2))
    const i = Math.floor(at)
    const w = (1 - Math.cos(Math.PI * (at - i))) / 2
    return points[i] * (1 - w) + points[i + 1] * w
  }
}

export const semitones = (n) => 2 ** (n / 12)
