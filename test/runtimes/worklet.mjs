/** The suite in an AudioWorklet, which has ECMAScript, WebAssembly and a console. */
import * as lib from 'ser-core'
import { runSuite } from './suite.mjs'

class Processor extends AudioWorkletProcessor {
  constructor({ processorOptions: { recognizer } }) {
    super()
    this.port.onmessage = () => {
      runSuite(lib, { recognizer: new Uint8Array(recognizer) }).then(
        (results) => this.port.postMessage({ results }),
        (error) => this.port.postMessage({ failure: String(error.stack ?? error) }),
      )
    }
  }
  process() {
    return true
  }
}
registerProcessor('suite', Processor)
