/** The suite in Node, Deno or Bun, from an installed package; the last line of the output is the result. `node host.mjs KERNELS...` */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import * as lib from 'ser-core'
import { useWideKernels } from 'ser-core/node'
import { runSuite } from './suite.mjs'
import { threads } from './threads.mjs'

const recognizer = readFileSync(createRequire(resolve('program.mjs')).resolve('ser-core/models/recognizer.safetensors'))
const wide = useWideKernels()
const wanted = process.argv.slice(2)
const results = await runSuite(lib, { recognizer }, wanted.length > 0 ? wanted : ['js', 'simd', 'wide'])
results.threads = { 'fit on two threads': await threads(lib) }
console.log(JSON.stringify({ results, notes: wide.inUse ? [] : [`no wide kernels: ${wide.reason}`] }))
