/** Notes, chords, beats, events and a synthesiser, of which the sounds without speech are made. */
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
  semitones,
  shaped,
  shapes,
  signal,
  wander,
} from './draw.mjs'

export const scales = [
  [0, 2, 4, 5, 7, 9, 11],
  [0, 2, 3, 5, 7, 8, 10],
  [0, 2, 4, 7, 9],
  [0, 3, 5, 6, 7, 10],
]
export const chords = [
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
export function note(d, timbre, seconds, frequency) {
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

export const timbres = [
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
export function melody(
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

export function chord(d, seconds, timbre, root, kinds = d.pick(chords)) {
  const x = new Float64Array(Math.round(seconds * RATE))
  for (const k of kinds)
    addAt(
      x,
      note(d, timbre, seconds, root * semitones(k) * (1 + 0.001 * d.normal())),
      d.chance(0.3) ? d.uniform(0, 0.05) : 0,
    )
  return x
}

export function progression(d, seconds) {
  const timbre = d.pick(timbres)
  const root = d.log(65, 400)
  const step = d.log(0.3, 2)
  const x = new Float64Array(Math.round(seconds * RATE))
  for (let t = 0; t < seconds; t += step)
    addAt(x, chord(d, step * d.uniform(0.7, 1.2), timbre, root * semitones(d.pick([0, 5, 7, 9, 2, 4, -3]))), t)
  return x
}

export const kick = (d) =>
  shaped(
    oscillator(0.25, (t) => 45 + d.uniform(80, 200) * Math.exp(-t / 0.03)),
    { attack: 0.002, decay: 0.08 },
  )
export const snare = (d) =>
  addAt(
    shaped(highPass(noise(d, 0.2), 800), { attack: 0.001, decay: d.log(0.03, 0.1) }),
    shaped(
      oscillator(0.15, () => 190),
      { attack: 0.001, decay: 0.05 },
    ),
    0,
    0.7,
  )
export const hat = (d) => shaped(highPass(noise(d, 0.08), 4000), { attack: 0.001, decay: d.log(0.01, 0.05) })

export function beat(d, seconds) {
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

export function events(d, seconds, perSecond, sound, jitter = 1) {
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

export const click = (d) => signal(d.log(0.0001, 0.002), () => d.normal())
export const modal = (d, low, high, decay) => {
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

export const dtmf = { low: [697, 770, 852, 941], high: [1209, 1336, 1477, 1633] }
export const on = (t, cadence) => {
  const whole = cadence.reduce((a, b) => a + b, 0)
  let rest = t % whole
  for (const [i, part] of cadence.entries()) {
    if (rest < part) return i % 2 === 0
    rest -= part
  }
  return false
}
/** Turned on and off over 5 ms. */
export const keyed = (x, cadence) =>
  lowPass(
    signal(x.length / RATE, (t) => (on(t, cadence) ? 1 : 0)),
    60,
  ).map((g, n) => g * x[n])

/**
 * A synthesiser with random settings: oscillator or noise, pitch, filter and amplitude, each still, by steps or by a slow curve.
 * Pitch and filter never wander both: that would be a voice.
 */
export function patch(d, seconds) {
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
