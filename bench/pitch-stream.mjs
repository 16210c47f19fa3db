// How far PitchStream is from pitch of the whole clip, and its time, on EmoDB's recordings:
// `npm run build && node bench/pitch-stream.mjs [FOLDER]` prints a table; FOLDER holds WAV files, default ../shared/emodb/wav
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeWav, PitchStream, pitch } from '../dist/index.js'
import { showHelp } from '../scripts/show-help.mjs'
import { here } from './child.mjs'

showHelp(import.meta.url)

const folder = process.argv[2] ?? here('../../shared/emodb/wav')
const LOOK_AHEADS = [0, 0.05, 0.1, 0.2, 0.4]
const clips = readdirSync(folder)
  .filter((name) => name.endsWith('.wav'))
  .map((name) => decodeWav(readFileSync(join(folder, name))))
  .map(({ sampleRate, channels }) => ({ sampleRate, samples: channels[0] }))

function streamed({ sampleRate, samples }, lookAheadSeconds) {
  const stream = new PitchStream({ sampleRate, lookAheadSeconds })
  const rows = []
  for (let at = 0; at < samples.length; at += 1600) rows.push(...stream.push(samples.subarray(at, at + 1600)))
  return [...rows, ...stream.flush()]
}

function timed(work) {
  const begin = performance.now()
  const result = work()
  return { result, seconds: (performance.now() - begin) / 1000 }
}

/** Shares of the rows that differ from the clip's. */
function differences(rows, wholes) {
  const count = { frames: 0, bits: 0, voicing: 0, pitch: 0, both: 0 }
  const sums = [0, 0]
  rows.forEach((own, i) => {
    own.forEach(([logF0, voiced], t) => {
      const [wholeF0, wholeVoiced] = [wholes[i].get(t, 0), wholes[i].get(t, 1)]
      count.frames++
      if (logF0 !== wholeF0 || voiced !== wholeVoiced) count.bits++
      if (voiced > 0.5 !== wholeVoiced > 0.5) count.voicing++
      else if (voiced > 0.5) {
        count.both++
        if (Math.abs(logF0 - wholeF0) > 0.05) count.pitch++
      }
      sums[0] += (logF0 - wholeF0) ** 2
      sums[1] += (voiced - wholeVoiced) ** 2
    })
  })
  const percent = (n, of) => `${((100 * n) / of).toFixed(2)} %`
  return [
    percent(count.bits, count.frames),
    percent(count.voicing, count.frames),
    percent(count.pitch, count.both),
    ...sums.map((sum) => Math.sqrt(sum / count.frames).toFixed(4)),
  ]
}

const length = clips.reduce((sum, { samples, sampleRate }) => sum + samples.length / sampleRate, 0)
const whole = timed(() => clips.map(({ sampleRate, samples }) => pitch(samples, { sampleRate })))
console.log(
  `${clips.length} recordings, ${length.toFixed(0)} s; pitch takes ${((1000 * whole.seconds) / length).toFixed(1)} ms a second of sound\n`,
)
console.log(
  '| look-ahead, s | rows with other bits | other voicing | voiced, F0 off by 5 % | rms of log F0 | of voicing | ms a second |',
)
console.log('| --- | --- | --- | --- | --- | --- | --- |')
for (const lookAhead of LOOK_AHEADS) {
  const { result, seconds } = timed(() => clips.map((clip) => streamed(clip, lookAhead)))
  const cells = [lookAhead, ...differences(result, whole.result), ((1000 * seconds) / length).toFixed(1)]
  console.log(`| ${cells.join(' | ')} |`)
}
