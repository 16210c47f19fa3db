/** A user's project with the package in it, and the tools that it is tried with. */
import { execFile, execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** This folder, whose `node_modules` has the tools. */
export const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '../..')
const shell = process.platform === 'win32'

/** Installs the tools as the lock file has them, unless they are there. */
export function installTools() {
  const mark = join(here, 'node_modules', '.ser-lock.json')
  const lock = readFileSync(join(here, 'package-lock.json'), 'utf8')
  if (existsSync(mark) && readFileSync(mark, 'utf8') === lock) return
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: here, stdio: 'inherit', shell })
  writeFileSync(mark, lock)
}

/** Packs the package and installs the tarball, as a user does; throws where npm warns of it. */
export async function installProject(project, home) {
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', home]
  const [{ filename }] = JSON.parse(execFileSync('npm', pack, { cwd: root, encoding: 'utf8', shell, stdio: 'pipe' }))
  cpSync(join(here, 'project'), project, { recursive: true })
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'user', private: true, type: 'module' }))
  const flags = ['--no-audit', '--no-fund', '--prefer-offline']
  const { code, output } = await run('npm', ['install', ...flags, join(home, filename)], project)
  if (code !== 0 || /ser-core|install-scripts|deprecated/.test(output)) throw new Error(output)
}

/** Runs a command; its exit code and all that it printed. */
export function run(command, args, cwd, env = {}) {
  return new Promise((resolve) => {
    const options = { cwd, encoding: 'utf8', shell: shell && command === 'npm', env: { ...process.env, ...env } }
    execFile(command, args, { ...options, maxBuffer: 1e8, timeout: 120_000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : (error.code ?? error.signal)
      resolve({ code, stdout, stderr, output: `${stdout}${stderr}`.slice(-2000) })
    })
  })
}

/** Runs a script of a tool's package by Node. */
export function runTool(path, args, cwd) {
  return run(process.execPath, [join(here, 'node_modules', path), ...args], cwd)
}

/** Links packages of the tools into the project, where they are looked for from there. */
export function link(project, ...names) {
  for (const name of names) {
    const place = join(project, 'node_modules', name)
    mkdirSync(dirname(place), { recursive: true })
    if (!existsSync(place)) symlinkSync(join(here, 'node_modules', name), place, 'junction')
  }
}
