/** Programs and commands of a host with a file system: what they print, and the files that they leave, as tests of one host against another. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { here } from './project.mjs'

/** ms after which a program counts as one that does not end. */
const PATIENCE = 600_000

const commands = JSON.parse(readFileSync(join(here, 'programs/commands.json'), 'utf8'))
export const programs = readdirSync(join(here, 'programs')).filter((name) => /^\d/.test(name))

/** Runs a program with a recording on its standard input. */
export function start([command, ...args], cwd, input) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, NO_COLOR: '1' }, timeout: PATIENCE })
    const texts = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'])
      child[name].setEncoding('utf8').on('data', (text) => {
        texts[name] += text
      })
    child.on('error', (error) => resolve({ code: String(error), ...texts }))
    child.on('close', (code, signal) => resolve({ code: code ?? signal, ...texts }))
    child.stdin.on('error', () => {}) // a program that reads nothing closes it
    child.stdin.end(input)
  })
}

/** A text without what differs from run to run: times, and the name of the command. */
const steady = (text) => text.replace(/\d+(\.\d+)? ?(ms|s|min)\b/g, 'TIME')

const hashOfFile = (path) => createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16)

/** A result to be compared: exit code, output, and the file after `-o`. */
async function resultOf(words, folder, args = []) {
  const { code, stdout, stderr } = await start(words, folder, readFileSync(join(folder, '03a01Fa.wav')))
  const output = args.includes('-o') ? join(folder, args[args.indexOf('-o') + 1]) : undefined
  const file = output !== undefined && existsSync(output) ? hashOfFile(output) : 'none'
  if (code !== 0) return { error: `ended with ${code}: ${stderr.slice(-1500)}${stdout.slice(-300)}` }
  // Progress, on the other output, comes as it happens.
  return { text: `${steady(stdout)}\n${file}` }
}

/** Every program of this folder and every command, by name. */
export async function runPrograms(words, folder) {
  const results = {}
  for (const name of programs) results[name] = await resultOf([...words, name], folder)
  const cli = join(folder, '../../node_modules/ser-core/dist/cli.js')
  for (const args of commands) results[`ser ${args.join(' ')}`] = await resultOf([...words, cli, ...args], folder, args)
  return results
}
