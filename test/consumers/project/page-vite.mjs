import { createWorkerPool } from 'ser-core'
import script from 'ser-core/worker?url'
import { check } from './train.mjs'

const pools = [1, 2].map((workers) => createWorkerPool({ workers, script }))
check(pools).then((result) => fetch('/result', { method: 'POST', body: JSON.stringify(result) }))
