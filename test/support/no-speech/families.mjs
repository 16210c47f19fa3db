/** Music, machines, signals and weather: families of sounds without speech. */
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
import {
  beat,
  chord,
  chords,
  dtmf,
  events,
  keyed,
  melody,
  modal,
  note,
  patch,
  progression,
  scales,
  timbres,
} from './instruments.mjs'
import { tonesAndNoises } from './tones-and-noises.mjs'

/** Families on which the detector is trained: functions of draws and seconds to samples at 16 kHz. */
export const families = {
  ...tonesAndNoises,
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
