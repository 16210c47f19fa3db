// MFCCs by the conventions of several programs, pitch, and a stream: `node examples/features.mjs [file.wav]`
import { readFile } from 'node:fs/promises'
import { decodeWav, MfccStream, mfcc, mfccPresets, pitchTrack, resample, syntheticCorpus, toMono } from 'ser-core'

async function load(path) {
  if (path === undefined) return syntheticCorpus()[0].samples()
  const audio = decodeWav(await readFile(path))
  return resample(toMono(audio), audio.sampleRate, 16000)
}

const samples = await load(process.argv[2])
for (const [name, preset] of Object.entries(mfccPresets)) {
  const x = mfcc(samples, { ...preset, sampleRate: 16000 })
  const frame = Array.from({ length: 4 }, (_, j) =>
    x
      .get(Math.floor(x.shape[0] / 2), j)
      .toFixed(2)
      .padStart(8),
  )
  console.log(name.padEnd(8), `[${x.shape}]`.padEnd(10), 'middle frame starts', ...frame)
}

const { f0, voiced } = pitchTrack(samples, { sampleRate: 16000 })
const heard = Array.from(f0).filter((_, t) => voiced[t])
const mean = heard.reduce((sum, hz) => sum + hz, 0) / heard.length
console.log(`pitch    ${heard.length} of ${f0.length} frames voiced, mean ${mean.toFixed(0)} Hz`)

const stream = new MfccStream({ sampleRate: 16000, coefficients: 13, deltas: 2 })
let rows = 0
for (let from = 0; from < samples.length; from += 1000) rows += stream.push(samples.subarray(from, from + 1000)).length
rows += stream.flush().length
console.log(`stream   ${rows} rows of 39 from chunks of 1000 samples`)
