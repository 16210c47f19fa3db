// How many speakers one core can follow: MFCC and an LSTM of 128 units for each, in chunks of 100 ms, by the built package.
// `npm run build && node bench/many-streams.mjs [streams]`
import { Dense, LSTM, MfccStream, Sequential } from 'ser-core'
import { showHelp } from '../scripts/show-help.mjs'
import { noise } from './data.mjs'

showHelp(import.meta.url)

const COUNT = Number(process.argv[2] ?? 300)
const SECONDS = 5
const CHUNK = 1600

const network = new Sequential([new LSTM({ inputs: 39, units: 128 }), new Dense({ units: 4, activation: 'softmax' })])
const { data: sound } = noise(SECONDS)
const streams = Array.from({ length: COUNT }, () => ({
  features: new MfccStream({ sampleRate: 16_000, coefficients: 13, deltas: 2 }),
  posteriors: network.stream(),
}))

function play(from, end) {
  for (let at = from; at < end; at += CHUNK) {
    for (const { features, posteriors } of streams) {
      for (const frame of features.push(sound.subarray(at, at + CHUNK))) posteriors.push(frame)
    }
  }
}

play(0, 5 * CHUNK)
const start = process.cpuUsage()
play(0, sound.length)
const { user, system } = process.cpuUsage(start)
const cpu = (user + system) / 1e6
console.log(`Node ${process.versions.node}: ${COUNT} streams of ${SECONDS} s took ${cpu.toFixed(2)} s of one core`)
console.log(
  `${Math.floor((COUNT * SECONDS) / cpu)} streams in real time, ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MiB resident`,
)
