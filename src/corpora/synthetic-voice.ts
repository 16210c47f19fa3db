/**
 * A small source-filter voice in the manner of Klatt's cascade synthesiser (J. Acoust. Soc. Am. 67, 1980).
 *
 *   flow      g(u) = 27/4 u^2 (1 - u) in the open phase u = phase / 0.6 < 1 of each period, else 0
 *   source    its first difference (lip radiation), through a one-pole low-pass for spectral tilt, plus breath noise
 *   tract     a cascade of resonators y[n] = (1-B-C) x[n] + B y[n-1] + C y[n-2], B = 2 r cos(2 pi F / R), C = -r^2,
 *             r = exp(-pi bandwidth / R)
 *   friction  noise through one band-pass, added after the tract
 */
import { exp } from '../core/elementary.ts'
import { pow } from '../core/power.ts'
import { cos } from '../core/trigonometric.ts'
import type { Random } from '../numerics/random.ts'
import { CONTROL_STEP, type Controls, type Manner } from './synthetic-prosody.ts'

const OPEN_QUOTIENT = 0.6
/** Fixed formants above the three that vary, of a man's vocal tract, Hz. */
const UPPER_FORMANTS = [3500, 4500]
const BANDWIDTHS = [70, 90, 130, 200, 250]
/** Upper limit of resonances as a fraction of the sample rate. */
const HIGHEST = 0.45
/** Standard deviation of the amplitude from one period to the next. */
const SHIMMER = 0.04

/** A second-order filter y[n] = a x[n] + d x[n-2] + b y[n-1] + c y[n-2]. */
class Resonator {
  private readonly rate: number
  private a = 1
  private b = 0
  private c = 0
  private d = 0
  private x1 = 0
  private x2 = 0
  private y1 = 0
  private y2 = 0

  constructor(rate: number) {
    this.rate = rate
  }

  /** A resonance with unit gain at 0 Hz. */
  resonate(frequency: number, bandwidth: number): void {
    this.tune(frequency, bandwidth)
    this.a = 1 - this.b - this.c
    this.d = 0
  }

  /** A band-pass with about unit gain in its middle. */
  bandPass(frequency: number, bandwidth: number): void {
    this.tune(frequency, bandwidth)
    this.a = (1 + this.c) / 2
    this.d = -this.a
  }

  next(x: number): number {
    const y = this.a * x + this.d * this.x2 + this.b * this.y1 + this.c * this.y2
    this.x2 = this.x1
    this.x1 = x
    this.y2 = this.y1
    this.y1 = y
    return y
  }

  private tune(frequency: number, bandwidth: number): void {
    const radius = exp((-Math.PI * bandwidth) / this.rate)
    this.b = 2 * radius * cos((2 * Math.PI * Math.min(frequency, HIGHEST * this.rate)) / this.rate)
    this.c = -radius * radius
  }
}

/** Glottal pulses with jitter, shimmer and tilt. */
class Glottis {
  private readonly rate: number
  private readonly jitter: number
  private readonly smoothing: number
  private readonly random: Random
  private phase = 1
  private speed = 1
  private strength = 1
  private flow = 0
  private output = 0

  constructor(rate: number, manner: Manner, random: Random) {
    this.rate = rate
    this.jitter = manner.jitter
    this.smoothing = lowPassPole(manner.tilt, rate)
    this.random = random
  }

  /** The next sample of the source at a pitch in Hz; about unit amplitude, rising with the pitch. */
  next(f0: number): number {
    this.phase += (f0 * this.speed) / this.rate
    if (this.phase >= 1) {
      this.phase -= Math.floor(this.phase)
      this.speed = Math.max(0.8, 1 + this.jitter * this.random.normal())
      this.strength = 1 + SHIMMER * this.random.normal()
    }
    const open = this.phase / OPEN_QUOTIENT
    const flow = open < 1 ? 6.75 * this.strength * open * open * (1 - open) : 0
    const change = ((flow - this.flow) * this.rate) / 1000
    this.flow = flow
    this.output = change + this.smoothing * (this.output - change)
    return this.output
  }

  /** Whether the glottis is open, so that breath flows freely. */
  get isOpen(): boolean {
    return this.phase < OPEN_QUOTIENT
  }
}

/** The pole a of y[n] = (1 - a) x[n] + a y[n-1] with the given attenuation in dB at 3 kHz. */
function lowPassPole(decibels: number, rate: number): number {
  const power = pow(10, -Math.max(decibels, 0.01) / 10)
  const q = (1 - power * cos((2 * Math.PI * 3000) / rate)) / (1 - power)
  return q - Math.sqrt(q * q - 1)
}

/** Synthesises the voice from its controls; the level is arbitrary. */
export function renderVoice(controls: Controls, manner: Manner, rate: number, random: Random): Float64Array {
  const samples = new Float64Array(Math.floor((controls.frames - 1) * CONTROL_STEP * rate))
  const glottis = new Glottis(rate, manner, random)
  const upper = UPPER_FORMANTS.map((f) => f * manner.formants).filter((f) => f < HIGHEST * rate)
  const tract = Array.from({ length: 3 + upper.length }, () => new Resonator(rate))
  for (const [i, frequency] of upper.entries()) tract[3 + i].resonate(frequency, BANDWIDTHS[3 + i])
  const constriction = new Resonator(rate)
  for (let n = 0, current = -1; n < samples.length; n++) {
    const position = n / rate / CONTROL_STEP
    const i = Math.floor(position)
    if (i !== current) {
      current = i
      for (let k = 0; k < 3; k++) tract[k].resonate(controls.formants[k][i], BANDWIDTHS[k])
      constriction.bandPass(controls.centre[i], controls.width[i])
    }
    const between = (track: Float64Array) => track[i] + (track[i + 1] - track[i]) * (position - i)
    const noise = 2 * random.uniform() - 1
    const breath = between(controls.breath) * noise * (glottis.isOpen ? 1 : 0.5)
    let sound = between(controls.voice) * glottis.next(between(controls.f0)) + breath
    for (const resonator of tract) sound = resonator.next(sound)
    samples[n] = sound + constriction.next(between(controls.friction) * noise)
  }
  return samples
}
