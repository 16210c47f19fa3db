/**
 * Loaded before a program (`--import`). Kills it before the KILL_ATth step of the file system, as SIGKILL does at any moment;
 * the FAIL_ATth step fails as on a full disk; the names of all steps go into the file STEPS, and
 * at once, a line for each with its path, into the file KILL_LOG.
 */
import { appendFileSync, writeFileSync } from 'node:fs'
import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'

const { KILL_AT, FAIL_AT, STEPS, KILL_LOG } = process.env
/** Paths of open files. */
const paths = new WeakMap()
const taken = []

/** The function, before which the process may end, or which may fail. */
function step(name, call) {
  return async function (...args) {
    const at = taken.push(name)
    if (KILL_LOG !== undefined) appendFileSync(KILL_LOG, `${name} ${paths.get(this) ?? args[0]}\n`)
    if (at === Number(KILL_AT)) process.kill(process.pid, 'SIGKILL')
    if (at === Number(FAIL_AT)) {
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
    }
    const result = await call.apply(this, args)
    if (name === 'open') paths.set(result, args[0])
    return result
  }
}

const handle = await fs.open(process.execPath)
const methods = Object.getPrototypeOf(handle)
await handle.close()
for (const name of ['writeFile', 'sync', 'close']) methods[name] = step(name, methods[name])
for (const name of ['open', 'rename', 'mkdir', 'rm']) fs[name] = step(name, fs[name])
syncBuiltinESMExports()
if (STEPS !== undefined) process.on('exit', () => writeFileSync(STEPS, taken.join(' ')))
