/** The suite in an AudioWorklet, which has ECMAScript, WebAssembly and a console. */
import * as lib from 'ser-core'
import { runSuite } from './suite.mjs'
import { noThreads } from './threads.mjs'

async function run(files) {
  return { ...(await runSuite(lib, files)), threads: { 'are refused': await noThreads(lib) } }
}

class Processor extends AudioWorkletProcessor {
  constructor({ processorOptions: { recognizer } }) {
    super()
    this.port.onmessage = () => {
      run({ recognizer: new Uint8Array(recognizer) }).then(
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
