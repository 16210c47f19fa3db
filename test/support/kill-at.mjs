/** Loaded before a program (`--import`): kills it before the KILL_ATth step of the file system, as SIGKILL does at any moment. */
import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'

let left = Number(process.env.KILL_AT)

/** The function, before which the process may end. */
function step(call) {
  return function (...args) {
    if (--left === 0) process.kill(process.pid, 'SIGKILL')
    return call.apply(this, args)
  }
}

const handle = await fs.open(process.execPath)
const methods = Object.getPrototypeOf(handle)
await handle.close()
for (const name of ['writeFile', 'sync', 'close']) methods[name] = step(methods[name])
for (const name of ['open', 'rename', 'mkdir', 'rm']) fs[name] = step(fs[name])
syncBuiltinESMExports()
