/** The package as npm installs it: from the tarball, not from the checkout. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { checkBuilt } from './built.ts'
import { root } from './run.ts'

/** Facts of a tarball, as `npm pack` prints them. */
export interface Packed {
  filename: string
  /** Bytes of the tarball, and of what is in it. */
  size: number
  unpackedSize: number
  files: { path: string; size: number }[]
}

/** `npm pack`: into a folder, or as a dry run. */
export function pack(destination?: string): Packed {
  checkBuilt()
  const where = destination === undefined ? ['--dry-run'] : ['--pack-destination', destination]
  const text = execFileSync('npm', ['pack', '--json', '--ignore-scripts', ...where], {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return JSON.parse(text)[0]
}

/**
 * Puts the package into a project's `node_modules` as the tarball has it, and beside it links to what it depends on, but for
 * the optional packages.
 *
 * @param folders - of projects, made where they are missing
 */
export function installInto(...folders: string[]): void {
  const temporary = mkdtempSync(join(tmpdir(), 'ser-pack-'))
  const { filename } = pack(temporary)
  execFileSync('tar', ['-xzf', join(temporary, filename), '-C', temporary])
  const { dependencies } = JSON.parse(readFileSync(join(temporary, 'package', 'package.json'), 'utf8'))
  for (const folder of folders) {
    const modules = join(folder, 'node_modules')
    mkdirSync(modules, { recursive: true })
    cpSync(join(temporary, 'package'), join(modules, 'ser-core'), { recursive: true })
    for (const name of Object.keys(dependencies)) {
      mkdirSync(dirname(join(modules, name)), { recursive: true })
      symlinkSync(join(root, 'node_modules', name), join(modules, name))
    }
  }
  rmSync(temporary, { recursive: true })
}
