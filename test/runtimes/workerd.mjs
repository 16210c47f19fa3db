/** The suite in workerd, as the answer to a request: no files, no code from text or bytes. */

import recognizer from 'recognizer.safetensors'
import * as lib from 'ser-core'
import { runSuite } from './suite.mjs'
import { noThreads } from './threads.mjs'

export default {
  async fetch() {
    try {
      const results = await runSuite(lib, { recognizer: new Uint8Array(recognizer) })
      return Response.json({ results: { ...results, threads: { 'are refused': await noThreads(lib) } } })
    } catch (error) {
      return Response.json({ failure: String(error.stack ?? error) })
    }
  },
}
