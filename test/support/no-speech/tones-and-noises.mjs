/** Silence, offsets, hum, noise, tones, sweeps, sirens and clicks: families of sounds without speech at 16 kHz. */
import { mixed, noise, oscillator, RATE, resonate, scaled, semitones, shaped, shapes, signal, wander } from './draw.mjs'
import { click, events, keyed, modal } from './instruments.mjs'

export const tonesAndNoises = {
  silence: (_d, s) => signal(s, () => 0),
  dither: (d, s) => signal(s, () => Math.round(d.normal() * d.pick([0.3, 0.5, 1])) / 32768),
  dc: (d, s) => {
    const c = d.uniform(-0.9, 0.9)
    return signal(s, () => c)
  },
  dcSteps: (d, s) => {
    const c = [d.uniform(-1, 1), d.uniform(-1, 1), d.uniform(-1, 1)]
    return signal(s, (t) => c[Math.floor((3 * t) / s) % 3])
  },
  drift: (d, s) => {
    const w = wander(d, s, d.uniform(0.1, 1))
    return signal(s, (t) => w(t) * 0.5)
  },
  dcNoise: (d, s) => {
    const c = d.uniform(-0.5, 0.5)
    const g = d.log(1e-5, 0.01)
    return signal(s, () => c + g * d.normal())
  },
  hum: (d, s) => {
    const f = d.pick([50, 60]) * (1 + 0.002 * d.normal())
    const a = Array.from(
      { length: d.whole(1, 24) },
      (_, i) => (d.uniform() * d.pick([1, 0.3])) / (i + 1) ** d.uniform(0.3, 1.5),
    )
    const p = a.map(() => d.uniform())
    const flutter = wander(d, s, 0.5)
    const depth = d.chance(0.3) ? 0.3 : 0
    const x = signal(
      s,
      (t) =>
        (1 + depth * flutter(t)) *
        a.reduce((sum, g, i) => sum + g * Math.sin(2 * Math.PI * (f * (i + 1) * t + p[i])), 0),
    )
    return mixed(scaled(x, 1), noise(d, s, d.pick([0, 1, 2])), d.pick([0, 0.003, 0.02, 0.1]))
  },
  noise: (d, s) => noise(d, s, d.pick([0, 0, 1, 2, -1, -2])),
  uniformNoise: (d, s) => signal(s, () => d.uniform(-1, 1)),
  bandNoise: (d, s) => resonate(noise(d, s), d.log(100, 6000), d.log(20, 2000)),
  bandNoises: (d, s) =>
    [1, 2, 3].reduce(
      (x) => mixed(x, resonate(noise(d, s), d.log(200, 5000), d.log(50, 500)), d.uniform(0.3, 1)),
      noise(d, s).map((v) => v * 0.01),
    ),
  amNoise: (d, s) => {
    const f = d.log(0.5, 25)
    const depth = d.uniform(0.5, 1)
    const power = d.pick([1, 2, 4])
    return noise(d, s, d.pick([0, 1, 2])).map(
      (v, n) => v * (1 - depth + depth * ((1 + Math.sin((2 * Math.PI * f * n) / RATE)) / 2) ** power),
    )
  },
  wanderNoise: (d, s) => {
    const g = wander(d, s, d.log(0.05, 0.5))
    const f = wander(d, s, d.log(0.05, 0.5))
    const [middle, range, width] = [d.log(300, 2500), d.uniform(0.2, 1.5), d.log(50, 1500)]
    return resonate(noise(d, s), (t) => middle * 2 ** (range * f(t)), width).map((v, n) => v * 10 ** g(n / RATE))
  },
  syllabicNoise: (d, s) =>
    events(
      d,
      s,
      d.uniform(2, 7),
      () =>
        shaped(resonate(noise(d, d.log(0.05, 0.3)), d.log(300, 5000), d.log(100, 2000)), {
          attack: 0.02,
          release: 0.04,
        }),
      0.4,
    ),
  formantNoise: (d, s) => {
    const tracks = [
      [300, 900],
      [900, 2400],
      [2300, 3200],
    ].map(([a, b]) => ({ w: wander(d, s, d.log(0.08, 0.3)), a, b }))
    const g = wander(d, s, d.log(0.08, 0.3))
    const source = noise(d, s, 1)
    return tracks
      .reduce(
        (x, { w, a, b }) =>
          mixed(
            x,
            resonate(source, (t) => a + ((b - a) * (1 + w(t))) / 2, 120),
            1,
          ),
        new Float64Array(source.length),
      )
      .map((v, n) => v * 10 ** (1.2 * g(n / RATE)))
  },
  tone: (d, s) => {
    const f = d.log(40, 7000)
    return oscillator(s, () => f, shapes[d.pick(['square', 'saw', 'triangle', 'pulse', 'organ', 'reed', 'fm'])])
  },
  sine: (d, s) => {
    const f = d.log(30, 7500)
    return oscillator(s, () => f)
  },
  twoTones: (d, s) => {
    const [a, b] = [d.log(80, 3000), d.log(80, 3000)]
    return signal(s, (t) => Math.sin(2 * Math.PI * a * t) + Math.sin(2 * Math.PI * b * t))
  },
  manyTones: (d, s) => {
    const f = Array.from({ length: d.whole(3, 20) }, () => [d.log(60, 6000), d.uniform()])
    return signal(s, (t) => f.reduce((sum, [a, g]) => sum + g * Math.sin(2 * Math.PI * a * t), 0))
  },
  vibrato: (d, s) => {
    const [f, rate, depth, trem] = [d.log(80, 1500), d.log(2, 9), d.log(0.1, 4), d.pick([0, 0.5, 0.9])]
    return oscillator(
      s,
      (t) => f * semitones(depth * Math.sin(2 * Math.PI * rate * t)),
      shapes[d.pick(['sine', 'saw', 'square', 'triangle', 'reed', 'pulse'])],
    ).map((v, n) => v * (1 - (trem * (1 + Math.sin((2 * Math.PI * rate * n) / RATE))) / 2))
  },
  tremolo: (d, s) => {
    const [f, rate] = [d.log(80, 2000), d.log(1, 15)]
    const x = oscillator(s, () => f, shapes[d.pick(['sine', 'saw', 'square', 'organ'])])
    return x.map((v, n) => v * (0.5 + 0.5 * Math.sin((2 * Math.PI * rate * n) / RATE)))
  },
  sweep: (d, s) => {
    const [a, b] = d.chance(0.5) ? [d.log(50, 400), d.log(800, 7500)] : [d.log(800, 7500), d.log(50, 400)]
    const period = d.pick([s, s, s / 2, d.log(0.2, 1.5)])
    const logarithmic = d.chance(0.5)
    return oscillator(
      s,
      (t) => {
        const u = (t % period) / period
        return logarithmic ? a * (b / a) ** u : a + (b - a) * u
      },
      shapes[d.pick(['sine', 'sine', 'saw', 'square', 'triangle'])],
    )
  },
  siren: (d, s) => {
    const [f, rate, depth] = [d.log(200, 1200), d.log(0.2, 4), d.uniform(2, 14)]
    const shape = d.pick([
      (u) => Math.sin(2 * Math.PI * u),
      (u) => 2 * (u % 1) - 1,
      (u) => 4 * Math.abs((u % 1) - 0.5) - 1,
      (u) => (u % 1 < 0.5 ? 1 : -1),
    ])
    return oscillator(
      s,
      (t) => f * semitones(depth * shape(rate * t)),
      shapes[d.pick(['sine', 'saw', 'square', 'reed'])],
    )
  },
  wanderingTone: (d, s) => {
    const w = wander(d, s, d.log(0.05, 0.8))
    const [f, range] = [d.log(90, 1200), d.uniform(0.5, 14)]
    return oscillator(
      s,
      (t) => f * semitones(range * w(t)),
      shapes[d.pick(['sine', 'saw', 'square', 'triangle', 'reed', 'pulse', 'organ'])],
    )
  },
  gatedWanderingTone: (d, s) => {
    const w = wander(d, s, d.log(0.05, 0.5))
    const [f, range] = [d.log(90, 600), d.uniform(0.5, 8)]
    const x = oscillator(
      s,
      (t) => f * semitones(range * w(t)),
      shapes[d.pick(['sine', 'saw', 'triangle', 'reed', 'pulse'])],
    )
    return keyed(
      x,
      Array.from({ length: 6 }, () => d.uniform(0.05, 0.4)),
    )
  },
  clicks: (d, s) => {
    const one = click(d)
    return events(d, s, d.log(0.5, 200), () => (d.chance(0.5) ? one : click(d)), d.pick([0, 0.3, 1]))
  },
  crackle: (d, s) =>
    mixed(
      events(d, s, d.log(5, 300), () => click(d)),
      noise(d, s, 1),
      d.log(0.001, 0.1),
    ),
  metronome: (d, s) => events(d, s, d.uniform(1, 4), modal(d, 400, 3000, 0.03), 0),
  knocks: (d, s) => events(d, s, d.uniform(1, 6), modal(d, 80, 1200, 0.06), d.uniform(0, 0.6)),
  clinks: (d, s) => events(d, s, d.uniform(1, 6), modal(d, 800, 7000, d.log(0.05, 0.5)), 0.6),
}
