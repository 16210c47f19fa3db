/**
 * An AudioWorklet that says once a second what it hears in the last three. Bundle it for browsers,
 *
 *   npx esbuild recognizer-worklet.mjs --bundle --format=esm --outfile=worklet.js
 *
 * and give it the bytes of a recogniser in the page:
 *
 *   const bytes = await (await fetch('recognizer.safetensors')).arrayBuffer()
 *   const context = new AudioContext()
 *   await context.audioWorklet.addModule('worklet.js')
 *   const node = new AudioWorkletNode(context, 'recognizer', { numberOfOutputs: 0, processorOptions: { bytes } })
 *   node.port.onmessage = ({ data }) => console.log(data.label, data.probabilities)
 *   context.createMediaStreamSource(await navigator.mediaDevices.getUserMedia({ audio: true })).connect(node)
 *
 * An answer takes longer than the 2.7 ms between two calls of `process`: nothing that people listen to may run in the same context.
 */
import { Recognizer } from 'ser-core'

const { sampleRate, AudioWorkletProcessor, registerProcessor } = globalThis

class RecognizerProcessor extends AudioWorkletProcessor {
  constructor({ processorOptions: { bytes } }) {
    super()
    this.recognizer = Recognizer.from(bytes)
    this.heard = new Float32Array(3 * sampleRate)
    this.fresh = 0
  }

  process([[samples]]) {
    if (samples === undefined) return true
    this.heard.copyWithin(0, samples.length)
    this.heard.set(samples, this.heard.length - samples.length)
    this.fresh += samples.length
    if (this.fresh >= sampleRate) {
      this.fresh -= sampleRate
      this.port.postMessage(this.recognizer.predict(this.heard, sampleRate, { timeline: false }))
    }
    return true
  }
}
registerProcessor('recognizer', RecognizerProcessor)
