import { createWorkerPool } from 'ser-core'
import { check } from './train.mjs'

const pools = [1, 2].map((workers) => createWorkerPool({ workers, script: '/worker.js' }))
check(pools).then((result) => fetch('/result', { method: 'POST', body: JSON.stringify(result) }))
