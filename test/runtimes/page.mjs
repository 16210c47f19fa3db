/** The suite in a page or a worker of Chromium, and trainings on threads where the page has them. */
import * as lib from 'ser-core'
import { runSuite } from './suite.mjs'
import { threads } from './threads.mjs'

const isWorker = typeof document === 'undefined'

async function run() {
  const recognizer = new Uint8Array(await (await fetch('recognizer.safetensors')).arrayBuffer())
  const results = await runSuite(lib, { recognizer })
  results.threads = { 'fit on two threads': await threads(lib, 'worker.js') }
  return { results }
}

const tell = (result) => fetch('result', { method: 'POST', body: JSON.stringify(result) })
run().then(tell, (error) => tell({ failure: String(error.stack ?? error), isWorker }))
