// # Features and pitch
//
// From a voice to numbers: the waveform, mel energies, MFCCs and the pitch contour of one sentence, and the pitch of four
// emotions. The voices are synthetic, so that this runs anywhere; a recording of your own takes their place below.
//
// In Deno's kernel for Jupyter (`deno jupyter --install`) the last value of a cell is shown: pictures, players, charts. The same
// program without a notebook is examples/features-and-pitch.mjs, for Bun, Node and Deno.

import {
  displayAudio,
  displayFeatures,
  logMel,
  mfcc,
  pitchSpec,
  pitchTrack,
  resample,
  syntheticCorpus,
  waveformSpec,
} from 'ser-core'
import { displayChart } from 'ser-core/node'
import { show, writePage } from './notebooks/page.mjs'

// ## A voice
//
// For a file: `const { channels, sampleRate } = await readAudioFile('speech.wav')` of `ser-core/node`, and `toMono`. The player is
// at 8 kHz to keep the notebook small.

const voices = syntheticCorpus({ speakers: 2, sentences: 2 })
const voice = voices.find(({ label }) => label === 'anger')
const { sampleRate } = voice
const samples = voice.samples()
show(displayAudio(resample(samples, sampleRate, 8000), 8000, { title: `${voice.id}, ${voice.gender}: ${voice.text}` }))

const waveform = waveformSpec(samples, sampleRate, { width: 500 })
show(await displayChart(waveform))

// ## Mel energies
//
// 40 filters, narrow below and wide above, as hearing resolves frequencies; frames of 25 ms every 10 ms. Lighter is louder, and the
// horizontal stripes are harmonics of the voice.

const frames = { sampleRate, frameLengthSeconds: 0.025, frameStepSeconds: 0.01 }
const energies = logMel(samples, { ...frames, filters: 40 })
show(displayFeatures(energies, { frameStepSeconds: 0.01, scale: 'all', title: 'log mel energies' }))

// ## MFCCs
//
// The cosine transform of each column of that picture: the first coefficients tell the shape of the spectrum, and hardly the pitch.
// Each row of this picture has its own range. `deltas: 1` adds their slopes over time.

const names = Array.from({ length: 26 }, (_, j) => (j < 13 ? `c${j}` : `slope of c${j - 13}`))
const cepstra = mfcc(samples, { ...frames, coefficients: 13, deltas: 1 })
show(displayFeatures(cepstra, { frameStepSeconds: 0.01, names, title: 'MFCC' }))

// ## Pitch
//
// F0 by autocorrelation and a best path through its candidates, after Boersma (1993); gaps are unvoiced frames.

const track = pitchTrack(samples, { sampleRate })
show(await displayChart(pitchSpec(track, { width: 500 })))

// ## Pitch and emotion
//
// Median F0 and its range (10th to 90th percentile) of the sentences of one speaker: anger and joy are higher and wider than sadness.

for (const emotion of ['joy', 'neutral', 'sadness', 'anger']) {
  const own = voices.filter(({ label, speaker }) => label === emotion && speaker === voice.speaker)
  const heard = own.flatMap((each) => Array.from(pitchTrack(each.samples(), { sampleRate }).f0).filter((f0) => f0 > 0))
  heard.sort((a, b) => a - b)
  const [low, median, high] = [0.1, 0.5, 0.9].map((share) => heard[Math.floor(share * heard.length)].toFixed(0))
  console.log(`${emotion.padEnd(8)} ${median.padStart(4)} Hz, ${low} to ${high}`)
}

await writePage('Features and pitch')
