/** A user's project with the package in it, and the tools that it is tried with. */
import { execFile, execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** This folder, whose `node_modules` has the tools. */
export const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '../..')
const shell = process.platform === 'win32'

/** Whether a registry must be there: in continuous integration nothing is skipped for want of one. */
const mustInstall = !['', '0', 'false'].includes(process.env.CI ?? '')
/** Limits of a command, and of one that may download, ms. */
const [MOST, MOST_FOR_INSTALLS] = [120_000, 900_000]

/** Why npm, or Deno, has installed nothing, where that is no fault of ours: it found no registry, nor what it needs in its cache. */
export function noRegistry(output) {
  const code =
    /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED)\b|error sending request/.exec(
      output,
    )?.[0]
  return code === undefined || mustInstall ? undefined : `there is no registry (${code}); with CI=1 this is a failure`
}

/** Installs the tools as the lock file has them, unless they are there; gives why they cannot be had. */
export async function installTools() {
  const mark = join(here, 'node_modules', '.ser-lock.json')
  const lock = readFileSync(join(here, 'package-lock.json'), 'utf8')
  if (existsSync(mark) && readFileSync(mark, 'utf8') === lock) return undefined
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline']
  const { code, output } = await run('npm', ['ci', ...flags], here, MOST_FOR_INSTALLS)
  if (code !== 0) {
    const reason = noRegistry(output)
    if (reason === undefined) throw new Error(output)
    return reason
  }
  writeFileSync(mark, lock)
  return undefined
}

/** Packs the package and installs the tarball, as a user does; throws where npm warns of it, gives why nothing can be installed. */
export async function installProject(project, home) {
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', home]
  const [{ filename }] = JSON.parse(execFileSync('npm', pack, { cwd: root, encoding: 'utf8', shell, stdio: 'pipe' }))
  cpSync(join(here, 'project'), project, { recursive: true })
  // One text, compiled as a module and as CommonJS.
  cpSync(join(project, 'types.mts'), join(project, 'types.cts'))
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'user', private: true, type: 'module' }))
  const flags = ['--no-audit', '--no-fund', '--prefer-offline']
  const { code, output } = await run('npm', ['install', ...flags, join(home, filename)], project, MOST_FOR_INSTALLS)
  const reason = code === 0 ? undefined : noRegistry(output)
  if (reason !== undefined) return reason
  if (code !== 0 || /ser-core|install-scripts|deprecated/.test(output)) throw new Error(output)
  return undefined
}

/** Runs a command; its exit code and all that it printed. */
export function run(command, args, cwd, timeout = MOST) {
  return new Promise((resolve) => {
    const options = { cwd, encoding: 'utf8', shell: shell && command === 'npm', timeout }
    execFile(command, args, { ...options, maxBuffer: 1e8 }, (error, stdout, stderr) => {
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

/**
 * The binary of a tool that runs here, among the packages of a scope: npm installs one for each kind of processor and of C library that
 * may be this machine's.
 */
async function findBinary(scope, name) {
  const packages = join(here, 'node_modules', scope)
  const file = process.platform === 'win32' ? `${name}.exe` : name
  for (const folder of existsSync(packages) ? readdirSync(packages).sort() : []) {
    for (const command of [join(packages, folder, 'bin', file), join(packages, folder, file)])
      if (existsSync(command) && (await run(command, ['--version'], here)).code === 0) return command
  }
  return undefined
}

export const findBun = () => findBinary('@oven', 'bun')
export const findDeno = () => findBinary('@deno', 'deno')
export const findWorkerd = () => findBinary('@cloudflare', 'workerd')
