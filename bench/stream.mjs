import { MfccStream } from 'ser-core'
import { noise, normals } from './data.mjs'
import { network } from './lstm.mjs'
import { usPerFrame } from './units.mjs'

const FRAMES = 1000
const size = { frames: FRAMES, D: 39, H: 128 }
/** 10 ms at 16 kHz. */
const CHUNK = 160

/** One sequence, frame by frame: an LSTM and a softmax over four classes. */
const frames = {
  kind: 'lstm stream',
  size,
  unit: usPerFrame(FRAMES),
  data: () => ({ x: normals([FRAMES, 39]) }),
  setup({ x: { data } }) {
    const live = network(size).stream()
    const rows = Array.from({ length: FRAMES }, (_, t) => data.subarray(t * 39, (t + 1) * 39))
    return () => {
      for (const row of rows) live.push(row)
    }
  },
}

/** The same from samples, in chunks of 10 ms: MFCC with deltas, 39 columns, then the network. */
const samples = {
  kind: 'mfcc + lstm stream',
  size,
  unit: usPerFrame(FRAMES),
  data: () => ({ samples: noise(FRAMES / 100) }),
  setup({ samples: { data } }) {
    const live = network(size).stream()
    const front = new MfccStream({ sampleRate: 16_000, deltas: 2 })
    return () => {
      for (let at = 0; at < data.length; at += CHUNK) {
        for (const row of front.push(data.subarray(at, at + CHUNK))) live.push(row)
      }
    }
  },
}

export const cases = [frames, samples]
