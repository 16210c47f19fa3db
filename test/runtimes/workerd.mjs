/** The suite in workerd, as the answer to a request: no files, no code from text or bytes. */

import recognizer from 'recognizer.safetensors'
import * as lib from 'ser-core'
import { runSuite } from './suite.mjs'

export default {
  async fetch() {
    try {
      return Response.json({ results: await runSuite(lib, { recognizer: new Uint8Array(recognizer) }) })
    } catch (error) {
      return Response.json({ failure: String(error.stack ?? error) })
    }
  },
}
