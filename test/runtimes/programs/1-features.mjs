import { readFile } from 'node:fs/promises'
import {
  decodeWav,
  deltas,
  hzToMel,
  MfccStream,
  melFilterbank,
  melToHz,
  mfcc,
  mfccPresets,
  resample,
  toMono,
} from 'ser-core'
import { show } from './show.mjs'

function* chunksOf(x) {
  for (let i = 0; i < x.length; i += 777) yield x.subarray(i, i + 777)
}

const audio = decodeWav(await readFile('03a01Fa.wav'))
const samples = resample(toMono(audio), audio.sampleRate, 16000)
const x = mfcc(samples, { sampleRate: 16000, coefficients: 13, deltas: 2 })
const same = mfcc(samples, { sampleRate: 16000, ...mfccPresets.librosa })

const stream = new MfccStream({ sampleRate: 16000, coefficients: 13, deltas: 2 })
const rows = []
for (const chunk of chunksOf(samples)) for (const frame of stream.push(chunk)) rows.push(frame)
for (const frame of stream.flush()) rows.push(frame)
const equal = rows.every((row, t) => row instanceof Float32Array && row.every((v, j) => Object.is(v, x.get(t, j))))
console.log(rows.length === x.shape[0], x.shape[1], equal)
show(
  'features',
  samples,
  x,
  same,
  deltas(x),
  melFilterbank({ sampleRate: 16000, fftLength: 512 }),
  melToHz(hzToMel(440)),
)
