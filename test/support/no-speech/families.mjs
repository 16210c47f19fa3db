/** Families of sounds without speech, each a function of draws and seconds to samples at 16 kHz. */
import {
  addAt,
  highPass,
  lowPass,
  mixed,
  noise,
  oscillator,
  pluck,
  RATE,
  resonate,
  scaled,
  semitones,
  shaped,
  shapes,
  signal,
  wander,
} from './draw.mjs'

const scales = [
  [0, 2, 4, 5, 7, 9, 11],
  [0, 2, 3, 5, 7, 8, 10],
  [0, 2, 4, 7, 9],
  [0, 3, 5, 6, 7, 10],
]
const chords = [
  [0, 4, 7],
  [0, 3, 7],
  [0, 4, 7, 10],
  [0, 3, 7, 10],
  [0, 5, 7],
  [0, 3, 6],
  [0, 7, 12],
  [0, 4, 7, 11, 14],
]

/** A note in one of many timbres. */
function note(d, timbre, seconds, frequency) {
  if (timbre === 'pluck') return pluck(d, seconds, frequency, d.uniform(0.985, 0.999))
  if (timbre === 'bell') {
    const partials = [0.56, 0.92, 1.19, 1.71, 2, 2.74, 3, 3.76, 4.07]
    return partials.reduce(
      (x, ratio, i) =>
        addAt(
          x,
          shaped(
            oscillator(seconds, () => frequency * ratio),
            { attack: 0.002, decay: 1.2 / (i + 1) },
          ),
          0,
          1 / (i + 1),
        ),
      new Float64Array(Math.round(seconds * RATE)),
    )
  }
  if (timbre === 'brass') {
    const bright = lowPass(
      oscillator(seconds, () => frequency, shapes.saw),
      (t) => frequency * (1 + 5 * Math.min(1, t / 0.08)),
    )
    return shaped(bright, { attack: 0.04, decay: 2, release: 0.05 })
  }
  if (timbre === 'strings') {
    const rate = d.uniform(4, 7)
    const depth = d.uniform(0.1, 0.6)
    const bowed = oscillator(
      seconds,
      (t) => frequency * semitones(depth * Math.min(1, 3 * t) * Math.sin(2 * Math.PI * rate * t)),
      shapes.saw,
    )
    return shaped(resonate(lowPass(bowed, 2500), 500, 200), { attack: 0.08, release: 0.08 })
  }
  const decay = timbre === 'sine' || d.chance(0.5) ? Infinity : d.log(0.1, 1)
  return shaped(
    oscillator(seconds, () => frequency, shapes[timbre]),
    { attack: d.log(0.002, 0.05), decay, release: 0.03 },
  )
}

const timbres = [
  'sine',
  'square',
  'saw',
  'triangle',
  'pulse',
  'organ',
  'reed',
  'fm',
  'pluck',
  'bell',
  'brass',
  'strings',
]

/** Notes one after another; `next` gives semitones above the lowest. */
function melody(
  d,
  seconds,
  { timbre = d.pick(timbres), step = d.log(0.08, 0.6), root = d.log(60, 500), swing = 0, rest = 0.1 } = {},
) {
  const scale = d.pick(scales)
  const x = new Float64Array(Math.round(seconds * RATE))
  const legato = d.uniform(0.5, 1.5)
  let degree = d.whole(0, 7)
  for (let t = 0; t < seconds; t += step * (1 + swing * d.normal() * 0.3)) {
    degree = Math.max(0, Math.min(13, degree + d.whole(-3, 3)))
    if (d.chance(rest)) continue
    const pitch = scale[degree % scale.length] + 12 * Math.floor(degree / scale.length)
    addAt(x, note(d, timbre, step * legato * d.pick([1, 1, 1, 2]), root * semitones(pitch)), t, d.uniform(0.5, 1))
  }
  return x
}

function chord(d, seconds, timbre, root, kinds = d.pick(chords)) {
  const x = new Float64Array(Math.round(seconds * RATE))
  for (const k of kinds)
    addAt(
      x,
      note(d, timbre, seconds, root * semitones(k) * (1 + 0.001 * d.normal())),
      d.chance(0.3) ? d.uniform(0, 0.05) : 0,
    )
  return x
}

function progression(d, seconds) {
  const timbre = d.pick(timbres)
  const root = d.log(65, 400)
  const step = d.log(0.3, 2)
  const x = new Float64Array(Math.round(seconds * RATE))
  for (let t = 0; t < seconds; t += step)
    addAt(x, chord(d, step * d.uniform(0.7, 1.2), timbre, root * semitones(d.pick([0, 5, 7, 9, 2, 4, -3]))), t)
  return x
}

const kick = (d) =>
  shaped(
    oscillator(0.25, (t) => 45 + d.uniform(80, 200) * Math.exp(-t / 0.03)),
    { attack: 0.002, decay: 0.08 },
  )
const snare = (d) =>
  addAt(
    shaped(highPass(noise(d, 0.2), 800), { attack: 0.001, decay: d.log(0.03, 0.1) }),
    shaped(
      oscillator(0.15, () => 190),
      { attack: 0.001, decay: 0.05 },
    ),
    0,
    0.7,
  )
const hat = (d) => shaped(highPass(noise(d, 0.08), 4000), { attack: 0.001, decay: d.log(0.01, 0.05) })

function beat(d, seconds) {
  const x = new Float64Array(Math.round(seconds * RATE))
  const step = 60 / d.uniform(70, 180) / 4
  const patterns = [kick(d), snare(d), hat(d), kick(d)].map((sound) => ({
    sound,
    steps: Array.from({ length: 16 }, () => d.chance(0.35)),
    gain: d.uniform(0.3, 1),
  }))
  for (let i = 0; i * step < seconds; i++)
    for (const { sound, steps, gain } of patterns) if (steps[i % 16]) addAt(x, sound, i * step, gain)
  return x
}

function events(d, seconds, perSecond, sound, jitter = 1) {
  const x = new Float64Array(Math.round(seconds * RATE))
  for (
    let t = d.uniform(0, 0.3);
    t < seconds;
    t += jitter === 0 ? 1 / perSecond : Math.max(0.001, (1 - jitter - jitter * Math.log(1 - d.uniform())) / perSecond)
  ) {
    addAt(x, sound(), t, d.uniform(0.2, 1))
  }
  return x
}

const click = (d) => signal(d.log(0.0001, 0.002), () => d.normal())
const modal = (d, low, high, decay) => {
  const modes = Array.from({ length: d.whole(2, 7) }, () => ({
    f: d.log(low, high),
    a: d.uniform(0.2, 1),
    decay: d.log(decay / 4, decay),
  }))
  return () =>
    signal(Math.min(1.5, 4 * decay), (t) =>
      modes.reduce((sum, m) => sum + m.a * Math.exp(-t / m.decay) * Math.sin(2 * Math.PI * m.f * t), 0),
    )
}

const dtmf = { low: [697, 770, 852, 941], high: [1209, 1336, 1477, 1633] }
const on = (t, cadence) => {
  const whole = cadence.reduce((a, b) => a + b, 0)
  let rest = t % whole
  for (const [i, part] of cadence.entries()) {
    if (rest < part) return i % 2 === 0
    rest -= part
  }
  return false
}
/** Turned on and off over 5 ms. */
const keyed = (x, cadence) =>
  lowPass(
    signal(x.length / RATE, (t) => (on(t, cadence) ? 1 : 0)),
    60,
  ).map((g, n) => g * x[n])

/**
 * A synthesiser with random settings: oscillator or noise, pitch, filter and amplitude, each still, by steps or by a slow curve.
 * Pitch and filter never wander both: that would be a voice.
 */
function patch(d, seconds) {
  const step = d.log(0.08, 0.6)
  const steps = Array.from({ length: Math.ceil(seconds / step) + 1 }, () => ({
    pitch: d.pick(scales[0]) + d.pick([0, 0, 12]),
    cut: d.uniform(-1, 1),
    on: d.chance(0.75),
  }))
  const f = d.log(50, 500)
  const w = wander(d, seconds, d.log(0.1, 0.6))
  const lfo = d.log(0.5, 12)
  const pitches = {
    still: () => 1,
    steps: (t) => semitones(steps[Math.floor(t / step)].pitch),
    wander: (t) => semitones(4 * w(t)),
    lfo: (t) => semitones(d0 * Math.sin(2 * Math.PI * lfo * t)),
  }
  const d0 = d.log(0.1, 5)
  const pitchKind = d.pick(['still', 'still', 'steps', 'steps', 'wander', 'lfo'])
  const source = mixed(
    oscillator(
      seconds,
      (t) => f * pitches[pitchKind](t),
      shapes[d.pick(['saw', 'square', 'pulse', 'reed', 'triangle', 'organ'])],
    ),
    noise(d, seconds, d.pick([0, 1])),
    d.pick([0, 0, 0.02, 0.2, 3]),
  )
  const middle = d.log(400, 2500)
  const cuts = {
    still: () => 1,
    steps: (t) => 2 ** steps[Math.floor(t / step)].cut,
    lfo: (t) => 2 ** (1.5 * Math.sin(2 * Math.PI * lfo * t)),
    attack: (t) => 2 ** (2 * Math.exp((-(t % step) / step) * 4) - 0.5),
    wander: (t) => 2 ** (1.5 * w(t)),
  }
  const cutKind = d.pick(pitchKind === 'wander' || pitchKind === 'lfo' ? ['still', 'attack'] : Object.keys(cuts))
  const q = d.log(60, 800)
  const filtered = d.chance(0.8)
    ? mixed(
        resonate(source, (t) => middle * cuts[cutKind](t), q),
        source,
        d.pick([0, 0.02]),
      )
    : source
  const gate = {
    still: () => 1,
    steps: (t) => (steps[Math.floor(t / step)].on ? 1 : 0.001),
    pluck: (t) => Math.exp((-(t % step) / step) * 5),
    lfo: (t) => 0.5 + 0.5 * Math.sin(2 * Math.PI * lfo * t),
  }[d.pick(['still', 'steps', 'pluck', 'lfo'])]
  return lowPass(signal(seconds, gate), 80).map((g, n) => g * filtered[n])
}

/** Families on which the detector is trained. */
export const families = {
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
  chord: (d, s) => chord(d, s, d.pick(timbres), d.log(60, 500)),
  progression,
  chordBeat: (d, s) => mixed(scaled(progression(d, s), 0.7), scaled(beat(d, s), 1), d.uniform(0.3, 1)),
  beat,
  beatBass: (d, s) =>
    mixed(
      scaled(beat(d, s), 1),
      scaled(melody(d, s, { root: d.log(40, 90), timbre: d.pick(['saw', 'square', 'triangle', 'pluck']) }), 1),
      d.uniform(0.3, 1),
    ),
  arpeggio: (d, s) => {
    const kinds = d.pick(chords)
    const [step, root, timbre] = [d.log(0.06, 0.4), d.log(80, 500), d.pick(timbres)]
    const x = new Float64Array(Math.round(s * RATE))
    for (let i = 0; i * step < s; i++)
      addAt(
        x,
        note(
          d,
          timbre,
          step * d.uniform(0.7, 1.6),
          root * semitones(kinds[i % kinds.length] + 12 * (Math.floor(i / kinds.length) % 2)),
        ),
        i * step,
        d.uniform(0.6, 1),
      )
    return x
  },
  melody: (d, s) => melody(d, s),
  swungMelody: (d, s) => melody(d, s, { swing: 1, rest: 0.25 }),
  band: (d, s) =>
    mixed(
      mixed(scaled(melody(d, s), 1), scaled(progression(d, s), 1), d.uniform(0.2, 0.8)),
      scaled(beat(d, s), 1),
      d.uniform(0.2, 1),
    ),
  portamento: (d, s) => {
    const f = d.log(90, 400)
    let at = 0
    let target = 0
    const step = d.log(0.1, 0.5)
    let next = 0
    const slide = d.log(10, 60)
    const x = oscillator(
      s,
      (t) => {
        if (t >= next) {
          target = d.pick(scales[0]) + d.pick([0, 12, -12])
          next += step
        }
        at += ((target - at) * slide) / RATE
        return f * semitones(at)
      },
      shapes[d.pick(['sine', 'saw', 'square', 'triangle', 'reed'])],
    )
    return d.chance(0.5) ? x : keyed(x, [step * 0.8, step * 0.2])
  },
  filterSweep: (d, s) => {
    const [f, rate] = [d.log(50, 300), d.log(0.2, 3)]
    const x = oscillator(s, () => f, shapes[d.pick(['saw', 'square', 'pulse'])])
    return resonate(x, (t) => 900 * 2 ** (1.5 * Math.sin(2 * Math.PI * rate * t)), d.log(60, 300))
  },
  buzz: (d, s) => {
    const f = d.log(20, 400)
    const x = oscillator(s, () => f * (1 + d.pick([0, 0.01]) * d.normal()), shapes[d.pick(['pulse', 'saw', 'square'])])
    return d.chance(0.6)
      ? [1, 2, 3].slice(0, d.whole(1, 3)).reduce(
          (y) => mixed(y, resonate(x, d.log(150, 4000), d.log(40, 400)), 1),
          x.map((v) => v * 0.05),
        )
      : x
  },
  staticVowel: (d, s) => {
    const f = d.log(70, 350)
    const x = oscillator(s, () => f, shapes.pulse)
    const y = [
      [250, 850],
      [800, 2500],
      [2300, 3300],
    ].reduce(
      (sum, [a, b]) => mixed(sum, resonate(x, d.uniform(a, b), d.uniform(60, 150)), 1),
      new Float64Array(x.length),
    )
    return y
  },
  engine: (d, s) => {
    const [f, wobble] = [d.log(15, 150), d.uniform(0, 0.08)]
    const w = wander(d, s, d.log(0.2, 1))
    const rise = d.pick([0, 0, d.uniform(-1, 1)])
    const pulses = oscillator(
      s,
      (t) => f * (1 + wobble * w(t)) * 2 ** ((rise * t) / s),
      (p) => (p % 1 < 0.1 ? 1 : 0) * (0.7 + 0.3 * Math.sin(Math.PI * p)),
    )
    const body = [1, 2, 3].reduce(
      (y) => mixed(y, resonate(pulses, d.log(60, 1500), d.log(50, 300)), d.uniform(0.3, 1)),
      pulses.map((v) => v * 0.1),
    )
    return mixed(scaled(body, 1), scaled(noise(d, s, 1), 1), d.log(0.01, 0.5))
  },
  motor: (d, s) => {
    const f = d.log(80, 600)
    const rise = d.uniform(-0.6, 0.6)
    const x = oscillator(s, (t) => f * 2 ** ((rise * t) / s), shapes[d.pick(['saw', 'reed', 'organ'])])
    return mixed(scaled(resonate(x, d.log(300, 3000), 300), 1), scaled(noise(d, s, 0), 1), d.log(0.01, 0.3))
  },
  dtmf: (d, s) => {
    const [tone, gap] = [d.uniform(0.05, 0.3), d.uniform(0.03, 0.3)]
    const x = new Float64Array(Math.round(s * RATE))
    for (let t = d.uniform(0, 0.2); t < s; t += tone + gap) {
      const [a, b] = [d.pick(dtmf.low), d.pick(dtmf.high)]
      addAt(
        x,
        shaped(
          signal(tone, (u) => Math.sin(2 * Math.PI * a * u) + Math.sin(2 * Math.PI * b * u)),
          { attack: 0.003, release: 0.003 },
        ),
        t,
      )
    }
    return x
  },
  lineTones: (d, s) => {
    const [a, b] = d.pick([
      [440, 480],
      [350, 440],
      [480, 620],
      [425, 425],
      [400, 450],
    ])
    return keyed(
      signal(s, (t) => Math.sin(2 * Math.PI * a * t) + Math.sin(2 * Math.PI * b * t)),
      d.pick([
        [2, 4],
        [0.5, 0.5],
        [0.25, 0.25],
        [10, 0],
        [1, 1],
        [0.4, 0.2, 0.4, 2],
      ]),
    )
  },
  beeps: (d, s) => {
    const f = d.log(400, 4000)
    return keyed(
      oscillator(s, () => f, shapes[d.pick(['sine', 'square', 'triangle'])]),
      Array.from({ length: d.pick([2, 2, 4]) }, () => d.log(0.04, 0.8)),
    )
  },
  morse: (d, s) => {
    const f = d.log(400, 1200)
    const unit = d.uniform(0.04, 0.1)
    return keyed(
      oscillator(s, () => f),
      Array.from({ length: 40 }, (_, i) => unit * (i % 2 === 0 ? d.pick([1, 3]) : d.pick([1, 1, 3, 7]))),
    )
  },
  modem: (d, s) => {
    const [a, b] = d.pick([
      [1070, 1270],
      [2025, 2225],
      [1200, 2200],
    ])
    const baud = d.pick([75, 300, 1200])
    const bits = Array.from({ length: 4000 }, () => d.chance(0.5))
    return oscillator(s, (t) => (bits[Math.floor(t * baud) % 4000] ? a : b))
  },
  applause: (d, s) =>
    events(d, s, d.log(20, 300), () =>
      shaped(resonate(noise(d, 0.02), d.log(700, 2500), 600), { attack: 0.001, decay: 0.006 }),
    ),
  rain: (d, s) =>
    mixed(
      events(d, s, d.log(50, 500), () => shaped(highPass(noise(d, 0.01), 2000), { attack: 0.0005, decay: 0.002 })),
      noise(d, s, -1),
      d.log(0.01, 0.2),
    ),
  drops: (d, s) =>
    events(
      d,
      s,
      d.uniform(1, 10),
      () => {
        const f = d.log(400, 2000)
        return shaped(
          oscillator(0.1, (t) => f * (1 + 6 * t)),
          { attack: 0.002, decay: d.log(0.01, 0.05) },
        )
      },
      0.7,
    ),
  wind: (d, s) => {
    const g = wander(d, s, 0.6)
    const f = wander(d, s, 0.6)
    return resonate(noise(d, s, 1), (t) => 500 * 2 ** f(t), 250).map((v, n) => v * 10 ** (0.5 * g(n / RATE)))
  },
  surf: (d, s) => {
    const g = wander(d, s, 1.5)
    return lowPass(noise(d, s), (t) => 1000 * 2 ** (1.5 * g(t))).map((v, n) => v * 10 ** (0.7 * g(n / RATE)))
  },
  steps: (d, s) =>
    events(
      d,
      s,
      d.uniform(1.2, 3),
      () =>
        shaped(mixed(scaled(lowPass(noise(d, 0.15), d.log(150, 1500)), 1), scaled(noise(d, 0.15), 1), 0.1), {
          attack: 0.004,
          decay: d.log(0.02, 0.06),
        }),
      0.15,
    ),
  insects: (d, s) => {
    const [f, rate] = [d.log(2000, 7000), d.log(8, 60)]
    const x = oscillator(s, () => f * (1 + 0.003 * d.normal()))
    return keyed(
      x.map((v, n) => v * Math.max(0, Math.sin((2 * Math.PI * rate * n) / RATE))),
      [d.uniform(0.1, 1), d.uniform(0.05, 1)],
    )
  },
  whistle: (d, s) => {
    const w = wander(d, s, d.log(0.1, 0.5))
    const f = d.log(700, 2500)
    return mixed(
      oscillator(s, (t) => f * semitones(4 * w(t))),
      resonate(noise(d, s), f, 300),
      d.uniform(0, 0.5),
    )
  },
  chirps: (d, s) =>
    events(
      d,
      s,
      d.uniform(1, 8),
      () => {
        const [a, b, c] = [d.log(1500, 6000), d.log(1500, 6000), d.uniform(10, 60)]
        const length = d.log(0.03, 0.25)
        return shaped(
          oscillator(length, (t) => a + ((b - a) * t) / length + 200 * Math.sin(2 * Math.PI * c * t)),
          { attack: 0.01, release: 0.02 },
        )
      },
      0.6,
    ),
  lowCalls: (d, s) =>
    events(
      d,
      s,
      d.uniform(0.5, 3),
      () => {
        const [a, b] = [d.log(150, 900), d.log(150, 900)]
        const length = d.log(0.1, 0.7)
        return shaped(
          oscillator(length, (t) => a * (b / a) ** (t / length), shapes[d.pick(['sine', 'triangle', 'reed'])]),
          { attack: 0.03, release: 0.06 },
        )
      },
      0.5,
    ),
  mains: (d, s) =>
    mixed(
      scaled(
        (() => {
          const f = d.pick([100, 120])
          return oscillator(s, () => f, shapes.pulse)
        })(),
        1,
      ),
      noise(d, s),
      d.log(0.003, 0.1),
    ),
  clipNoise: (d, s) => noise(d, s, d.pick([0, 1, 2])).map((v) => Math.max(-1, Math.min(1, v * d.pick([2, 5])))),
  bits: (d, s) => {
    const hold = d.whole(2, 200)
    let v = 0
    return signal(s, (_, n) => {
      if (n % hold === 0) v = d.uniform(-1, 1)
      return v
    })
  },
  patch: (d, s) => patch(d, s),
  patches: (d, s) => mixed(scaled(patch(d, s), 1), scaled(patch(d, s), 1), d.uniform(0.2, 1)),
  patchBeat: (d, s) => mixed(scaled(patch(d, s), 1), scaled(beat(d, s), 1), d.uniform(0.2, 1)),
  loop: (d, s) => {
    const part = families[d.pick(['patch', 'beat', 'melody', 'wanderNoise', 'chord', 'wanderingTone', 'knocks'])](
      d,
      d.log(0.1, 0.7),
    )
    return signal(s, (_, n) => part[n % part.length])
  },
  tape: (d, s) => {
    const source = scaled(families[d.pick(['melody', 'chord', 'beat', 'noise', 'manyTones', 'buzz'])](d, 2 * s), 1)
    const w = wander(d, s, d.log(0.1, 1))
    let at = source.length / 4
    return signal(s, (t) => {
      at += 1 + 0.9 * w(t)
      return source[Math.floor(Math.abs(at)) % source.length]
    })
  },
  bounce: (d, s) => {
    const sound = modal(d, 150, 3000, 0.04)
    const x = new Float64Array(Math.round(s * RATE))
    for (let t = 0.1, gap = d.uniform(0.2, 0.6); t < s && gap > 0.005; t += gap, gap *= 0.85) addAt(x, sound(), t, gap)
    return x
  },
  laser: (d, s) => {
    const [a, b, rate] = [d.log(800, 5000), d.log(80, 500), d.log(1, 8)]
    return oscillator(
      s,
      (t) => b + a * Math.exp(-12 * ((rate * t) % 1)),
      shapes[d.pick(['sine', 'square', 'saw'])],
    ).map((v, n) => v * Math.exp(-4 * (((rate * n) / RATE) % 1)))
  },
  horn: (d, s) => {
    const f = d.log(250, 500)
    const x = [1, 1.26, 1.5].slice(0, d.whole(1, 3)).reduce(
      (y, r) =>
        mixed(
          y,
          oscillator(s, () => f * r, shapes[d.pick(['reed', 'saw', 'pulse'])]),
          1,
        ),
      new Float64Array(Math.round(s * RATE)),
    )
    return keyed(x, [d.uniform(0.2, 1.5), d.uniform(0.1, 0.6)])
  },
  doorbell: (d, s) => {
    const f = d.log(400, 900)
    return events(
      d,
      s,
      d.uniform(0.8, 2),
      (() => {
        let i = 0
        return () => note(d, 'bell', 0.8, f * [1.25, 1][i++ % 2])
      })(),
      0,
    )
  },
  strum: (d, s) => {
    const x = new Float64Array(Math.round(s * RATE))
    const step = d.log(0.2, 0.8)
    const root = d.log(80, 220)
    for (let t = 0; t < s; t += step) {
      const up = d.pick([0, 5, 7, 9])
      for (const [i, k] of [...d.pick(chords), 12, 16].entries())
        addAt(x, pluck(d, step * 2, root * semitones(k + up), 0.996), t + 0.012 * i)
    }
    return x
  },
  radio: (d, s) => {
    const w = wander(d, s, d.log(0.2, 1))
    const g = wander(d, s, 0.4)
    return mixed(
      noise(d, s, d.pick([0, 1])),
      oscillator(s, (t) => 1200 * 2 ** (1.5 * w(t))).map((v, n) => v * Math.max(0, g(n / RATE)) * 3),
      1,
    )
  },
  bubbles: (d, s) =>
    mixed(
      events(d, s, d.log(8, 80), () => {
        const f = d.log(200, 1500)
        return shaped(
          oscillator(0.08, (t) => f * (1 + d.uniform(1, 5) * t)),
          { attack: 0.003, decay: d.log(0.01, 0.04) },
        )
      }),
      lowPass(noise(d, s), 500),
      d.log(0.01, 0.3),
    ),
  drill: (d, s) => {
    const w = wander(d, s, 0.3)
    const f = d.log(60, 250)
    const x = oscillator(s, (t) => f * (1 + 0.15 * w(t)), shapes.pulse)
    return keyed(mixed(resonate(x, d.log(800, 3500), 500), noise(d, s), d.log(0.02, 0.5)), [
      d.uniform(0.3, 1.5),
      d.uniform(0.1, 0.5),
    ])
  },
  toneAndHiss: (d, s) => {
    const step = d.log(0.1, 0.4)
    const f = d.log(90, 400)
    const shape = shapes[d.pick(['saw', 'pulse', 'reed', 'square'])]
    const x = new Float64Array(Math.round(s * RATE))
    for (let t = 0, i = 0; t < s; t += step, i++)
      addAt(
        x,
        i % 2 === 0
          ? shaped(
              oscillator(step, () => f * semitones(d.pick([0, 0, 3, 5])), shape),
              { attack: 0.01 },
            )
          : shaped(highPass(noise(d, step * 0.7), 2000), { attack: 0.01 }),
        t,
        i % 2 === 0 ? 1 : 0.2,
      )
    return resonate(x, d.log(400, 2000), 500)
  },
}

/** Families that never served for training or for choosing cues: what the detector makes of unknown sounds. */
export const heldOut = {
  helicopter: (d, s) => {
    const rate = d.uniform(8, 20)
    return mixed(
      lowPass(noise(d, s), 800).map((v, n) => v * Math.max(0, Math.sin((2 * Math.PI * rate * n) / RATE)) ** 3),
      oscillator(s, () => rate * 7, shapes.saw),
      0.05,
    )
  },
  wahWah: (d, s) => {
    const x = melody(d, s, { timbre: d.pick(['saw', 'square', 'pulse']), root: d.log(80, 200) })
    const rate = d.log(1, 5)
    return resonate(x, (t) => 900 * 2 ** (1.2 * Math.sin(2 * Math.PI * rate * t)), 150)
  },
  bells: (d, s) => events(d, s, d.uniform(0.6, 3), () => note(d, 'bell', 1.5, d.log(150, 900)), 0.3),
  theremin: (d, s) => {
    const w = wander(d, s, d.log(0.3, 0.9))
    const f = d.log(150, 600)
    return oscillator(
      s,
      (t) => f * semitones(9 * w(t) + 0.5 * Math.sin(2 * Math.PI * 6 * t)),
      (p) => Math.sin(2 * Math.PI * p) + 0.3 * Math.sin(4 * Math.PI * p),
    )
  },
  granular: (d, s) =>
    events(d, s, d.log(10, 100), () => {
      const f = d.log(150, 3000)
      return shaped(
        oscillator(d.log(0.01, 0.08), () => f, shapes[d.pick(['sine', 'saw'])]),
        { attack: 0.005, release: 0.005 },
      )
    }),
  alarmClock: (d, s) => {
    const f = d.log(600, 3000)
    return keyed(
      oscillator(s, (t) => f * (on(t, [0.12, 0.12]) ? 1 : 1.25), shapes.square),
      [0.5, 0.3],
    )
  },
  saw: (d, s) => {
    const rate = d.uniform(1, 3)
    return resonate(noise(d, s), (t) => 2200 + 900 * Math.sin(2 * Math.PI * rate * t), 900).map(
      (v, n) => v * Math.abs(Math.sin((Math.PI * 2 * rate * n) / RATE)),
    )
  },
  printer: (d, s) => {
    const x = events(d, s, 40, () => click(d), 0)
    return mixed(
      keyed(resonate(x, 1500, 400), [d.uniform(0.2, 0.6), d.uniform(0.1, 0.4)]),
      keyed(
        oscillator(s, () => 240, shapes.saw),
        [0.3, 0.5],
      ),
      0.05,
    )
  },
  stringQuartet: (d, s) =>
    [1, 2, 3].reduce(
      (x) => mixed(x, melody(d, s, { timbre: 'strings', root: d.log(100, 400), step: d.log(0.25, 1) }), 1),
      melody(d, s, { timbre: 'strings', root: 120 }),
    ),
  drone: (d, s) => {
    const f = d.log(50, 200)
    const w = wander(d, s, 1)
    const x = [1, 1.005, 1.5, 2.01].reduce(
      (y, r) =>
        mixed(
          y,
          oscillator(s, () => f * r, shapes.saw),
          0.5,
        ),
      noise(d, s).map((v) => v * 0.02),
    )
    return lowPass(x, (t) => 800 * 2 ** (1.5 * w(t)))
  },
}
