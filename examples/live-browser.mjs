// Emotions of whoever speaks to a browser, behind a click on the page's button. Bundle it, and put recognizer.safetensors beside the page:
//   npx esbuild live-browser.mjs --bundle --format=esm --outfile=live.js
import { Recognizer } from 'ser-core'

const processor = `registerProcessor('samples', class extends AudioWorkletProcessor {
  process([[samples]]) { if (samples) this.port.postMessage(samples.slice()); return true }
})`
document.querySelector('button').onclick = async () => {
  const recognizer = Recognizer.from(await (await fetch('recognizer.safetensors')).arrayBuffer())
  // What browsers do for calls would change the voice.
  const audio = { autoGainControl: false, noiseSuppression: false, echoCancellation: false }
  const microphone = await navigator.mediaDevices.getUserMedia({ audio })
  const context = new AudioContext()
  await context.audioWorklet.addModule(URL.createObjectURL(new Blob([processor], { type: 'text/javascript' })))
  const node = new AudioWorkletNode(context, 'samples', { numberOfOutputs: 0 })
  const start = (chunks) => {
    node.port.onmessage = ({ data }) => chunks.enqueue(data)
  }
  context.createMediaStreamSource(microphone).connect(node)
  const options = { sampleRate: context.sampleRate, adapt: true }
  for await (const { kind, end, label } of recognizer.listen(new ReadableStream({ start }), options)) {
    document.querySelector('output').textContent = `${end.toFixed(1)} s  ${label ?? 'no speech'} (${kind})`
  }
}
