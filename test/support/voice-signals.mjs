// Voices whose periods, amplitudes, noise and resonances are known, for tests and scripts/voice-features.mjs.

/** Numbers in [-1, 1) from x = (1664525 x + 1013904223) mod 2^32. */
export function* noise(seed = 1) {
  for (let x = seed; ; ) {
    x = (Math.imul(1664525, x) + 1013904223) >>> 0
    yield x / 2 ** 31 - 1
  }
}

/** Smooth pulses, 0.15 ms wide, wherever they lie between samples. */
function addPulse(out, sampleRate, time, amplitude) {
  const width = 1.5e-4 * sampleRate
  const place = time * sampleRate
  for (let n = Math.max(0, Math.ceil(place - 6 * width)); n < Math.min(out.length, place + 6 * width); n++) {
    const d = (n - place) / width
    out[n] += amplitude * Math.exp((-d * d) / 2)
  }
}

/** Pulses whose i-th period, in seconds, and amplitude are given. */
export function pulses({ sampleRate = 16000, seconds = 1, period, amplitude = () => 0.5 }) {
  const samples = new Float64Array(Math.round(sampleRate * seconds))
  for (let i = 0, time = 0.003; time < seconds - 0.003; time += period(i), i++) {
    addPulse(samples, sampleRate, time, amplitude(i))
  }
  return { samples, sampleRate }
}

/** Deviations in [-1, 1) by index, the same for the same seed. */
export function deviations(seed, count = 1000) {
  const random = noise(seed)
  // The first draws of the generator are alike for seeds that are.
  for (let i = 0; i < 10; i++) random.next()
  return Float64Array.from({ length: count }, () => random.next().value)
}

/** Mean |v_i - mean of `width` about it| over mean v; for two |v_i - v_(i-1)|: jitter, shimmer and quotients of known values. */
export function perturbation(values, width) {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length
  let sum = 0
  for (let i = width; i <= values.length; i++) {
    const part = values.slice(i - width, i)
    sum += Math.abs(part[width >> 1] - (width === 2 ? part[0] : part.reduce((total, v) => total + v, 0) / width))
  }
  return sum / (values.length - width + 1) / mean
}

/** Twenty harmonics that fall by 6 dB an octave, and white noise so many dB below them. */
export function harmonicsInNoise(f0, decibels, { sampleRate = 16000, seconds = 1, seed = 1 } = {}) {
  const length = Math.round(sampleRate * seconds)
  const tone = Float64Array.from({ length }, (_, n) => {
    let sum = 0
    for (let h = 1; h <= 20; h++) sum += Math.sin((2 * Math.PI * f0 * h * n) / sampleRate + h * h) / h
    return sum
  })
  const random = noise(seed)
  const sums = Float64Array.from({ length }, () => random.next().value + random.next().value + random.next().value)
  const power = (x) => x.reduce((sum, v) => sum + v * v, 0) / x.length
  const gain = Math.sqrt(power(tone) / power(sums) / 10 ** (decibels / 10))
  return { samples: tone.map((v, n) => 0.1 * (v + gain * sums[n])), sampleRate }
}

/** A vowel: impulses whose spectrum falls by 6 dB an octave from 50 Hz on, through resonances of stated Hz and bandwidths. */
export function vowel(f0, frequencies, bandwidths, { sampleRate = 11000, seconds = 0.5 } = {}) {
  const period = Math.round(sampleRate / f0)
  const samples = Float64Array.from({ length: Math.round(sampleRate * seconds) }, (_, n) => (n % period === 0 ? 1 : 0))
  const tilt = Math.exp((-2 * Math.PI * 50) / sampleRate)
  for (let n = 1; n < samples.length; n++) samples[n] += tilt * samples[n - 1]
  for (const [i, f] of frequencies.entries()) {
    const r = Math.exp((-Math.PI * bandwidths[i]) / sampleRate)
    const a1 = -2 * r * Math.cos((2 * Math.PI * f) / sampleRate)
    for (let n = 0; n < samples.length; n++) samples[n] -= a1 * (samples[n - 1] ?? 0) + r * r * (samples[n - 2] ?? 0)
  }
  const largest = samples.reduce((most, v) => Math.max(most, Math.abs(v)), 0)
  return { samples: samples.map((v) => (0.5 * v) / largest), sampleRate }
}
