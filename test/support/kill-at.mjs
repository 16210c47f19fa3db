/**
 * Loaded before a program (`--import`). Kills it before the KILL_ATth step of the file system, as SIGKILL does at any moment;
 * the FAIL_ATth step fails as on a full disk; the names of all steps go into the file STEPS.
 */
import { writeFileSync } from 'node:fs'
import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'

const { KILL_AT, FAIL_AT, STEPS } = process.env
const taken = []

/** The function, before which the process may end, or which may fail. */
function step(name, call) {
  return function (...args) {
    const at = taken.push(name)
    if (at === Number(KILL_AT)) process.kill(process.pid, 'SIGKILL')
    if (at !== Number(FAIL_AT)) return call.apply(this, args)
    return Promise.reject(Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }))
  }
}

const handle = await fs.open(process.execPath)
const methods = Object.getPrototypeOf(handle)
await handle.close()
for (const name of ['writeFile', 'sync', 'close']) methods[name] = step(name, methods[name])
for (const name of ['open', 'rename', 'mkdir', 'rm']) fs[name] = step(name, fs[name])
syncBuiltinESMExports()
if (STEPS !== undefined) process.on('exit', () => writeFileSync(STEPS, taken.join(' ')))
