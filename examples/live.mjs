// Emotions while somebody speaks, in Node, Deno and Bun:
//   sox -q -d -t wav - | node examples/live.mjs       (deno run -A, bun)
//   node examples/live.mjs --synthetic                two synthetic voices
import process from 'node:process'
import { encodeWav, syntheticCorpus, WavStream } from 'ser-core'
import { loadRecognizer } from 'ser-core/node'

/** WAV as it comes from a pipe: two voices, with a second of silence around them. */
function* synthetic() {
  const voices = syntheticCorpus({ speakers: 2, sentences: 1, emotions: ['anger'] }).map(({ samples }) => samples())
  const silence = new Float32Array(16000)
  const channel = [silence, ...voices.flatMap((voice) => [voice, silence])].flatMap((part) => Array.from(part))
  const bytes = encodeWav({ sampleRate: 16000, channels: [Float32Array.from(channel)] })
  for (let at = 0; at < bytes.length; at += 3200) yield bytes.subarray(at, at + 3200)
}

const recognizer = await loadRecognizer()
const wav = new WavStream()
let stream
const show = ({ kind, start, end, label, probabilities, sure }) => {
  if (kind === 'window') return
  const found = `${label} ${probabilities[label].toFixed(2)}${sure ? '' : ', not sure'}`
  console.log(`${start.toFixed(1)} to ${end.toFixed(1)} s  ${found}`)
}
for await (const bytes of process.argv.includes('--synthetic') ? synthetic() : process.stdin) {
  const samples = wav.push(bytes)
  // The rate stands in the header, which may come in pieces.
  if (wav.sampleRate !== undefined) stream ??= recognizer.stream({ sampleRate: wav.sampleRate, adapt: true })
  stream?.push(samples).forEach(show)
}
stream?.flush().forEach(show)
console.log(`${stream?.speaker.recordings ?? 0} turns`)
