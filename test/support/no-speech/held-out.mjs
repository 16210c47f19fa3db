import { lowPass, mixed, noise, oscillator, RATE, resonate, semitones, shaped, shapes, wander } from './draw.mjs'
import { click, events, keyed, melody, note, on } from './instruments.mjs'

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
