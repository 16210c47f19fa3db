/** The AudioWorklet: gathers what the microphone gives into blocks and posts them to the listening worker, past the page. */
import type { SoundBlock } from './protocol.ts'

declare class AudioWorkletProcessor {
  readonly port: MessagePort
}
declare function registerProcessor(name: string, processor: typeof AudioWorkletProcessor): void

/** Samples of a block: 21 ms at 48 kHz. */
const BLOCK = 1024

class Recorder extends AudioWorkletProcessor {
  private block = new Float32Array(BLOCK)
  private filled = 0
  private index = 0
  private out: MessagePort | null = null

  constructor() {
    super()
    this.port.onmessage = ({ data, ports }) => {
      if (data === 'end') this.end()
      else this.out = ports[0]
    }
  }

  process([[samples]]: Float32Array[][]): boolean {
    if (this.out === null || samples === undefined) return true
    for (let from = 0; from < samples.length; ) {
      const part = samples.subarray(from, from + BLOCK - this.filled)
      this.block.set(part, this.filled)
      this.filled += part.length
      from += part.length
      if (this.filled === BLOCK) this.post()
    }
    return true
  }

  private post(): void {
    const samples = this.block.subarray(0, this.filled).slice()
    const block: SoundBlock = { index: this.index++, samples, heard: Date.now() }
    this.out?.postMessage(block, [samples.buffer])
    this.filled = 0
  }

  /** Posts what is left, and null for the end. */
  private end(): void {
    if (this.filled > 0) this.post()
    this.out?.postMessage(null)
    this.out = null
    this.port.postMessage('ended')
  }
}
registerProcessor('recorder', Recorder)
