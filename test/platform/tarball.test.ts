/** Contents of the package, as `npm pack` makes it: its size, and that everything that its pages name is in it. */
import { existsSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Packed, pack } from '../support/installed.ts'
import { root } from '../support/run.ts'

const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
const read = (path: string): string => readFileSync(root + path, 'utf8')
let packed: Packed
let paths: string[]
beforeAll(() => {
  packed = pack()
  paths = packed.files.map(({ path }) => path)
})

/** Whether the package has the file, or the folder. */
const has = (path: string): boolean =>
  path === '' || paths.some((one) => one === path || one.startsWith(path.endsWith('/') ? path : `${path}/`))

/** Targets of a page's links and pictures within the package. */
function linksOf(text: string): string[] {
  const prose = text.replace(/^ *```.*?^ *```$/gms, '').replace(/`[^`\n]*`/g, '')
  const targets = Array.from(prose.matchAll(/\]\(\s*<?([^)>\s]+)[^)]*\)|(?:src|href)="([^"]*)"/g), ([, a, b]) => a ?? b)
  return targets.filter((target) => !/^([a-z]+:|#|\/\/)/i.test(target)).map((target) => target.split('#')[0])
}

describe('the package', () => {
  it('is at most 1.7 MB packed and 5.5 MB unpacked, without the models', () => {
    const models = packed.files.filter(({ path }) => path.startsWith('models/'))
    const unpackedModels = models.reduce((sum, { size }) => sum + size, 0)
    const packedModels = models.reduce((sum, { path }) => sum + gzipSync(readFileSync(root + path)).length, 0)
    expect(packed.size - packedModels).toBeLessThan(1.7e6)
    expect(packed.unpackedSize - unpackedModels).toBeLessThan(5.5e6)
    // All that is asked for is there, so that it is not small for want of something.
    expect(packed.unpackedSize).toBeGreaterThan(2e6)
  })

  it('has the code of the library once for each format', () => {
    // A list of one module, minified or not.
    const once = /\[\s*['"]study['"],\s*['"]htk['"],\s*['"]oshaughnessy['"]/g
    const holders = paths.flatMap((path) =>
      /^dist\/.*js$/.test(path) ? (read(path).match(once) ?? []).map(() => path) : [],
    )
    expect(holders.map((path) => posix.extname(path)).sort()).toEqual(['.cjs', '.js'])
    const types = paths.filter((path) => /\.d\.c?ts$/.test(path) && read(path).includes('declare function hzToMel('))
    expect(types).toEqual(['dist/index.d.cts'])
  })

  it('has what its entries need, and no source maps', () => {
    const entries = JSON.stringify([manifest.exports, manifest.bin, manifest.main, manifest.types, manifest.module])
    const files = Array.from(entries.matchAll(/"(?:\.\/)?((?:dist|models)\/[^"]+)"/g), ([, path]) => path)
    expect(files.length).toBeGreaterThan(10)
    expect(files.filter((path) => !paths.includes(path))).toEqual([])
    const chunks = paths
      .filter((path) => /^dist\/.*js$/.test(path))
      .flatMap((path) =>
        Array.from(read(path).matchAll(/['"]\.\/(chunk-[\w-]+\.c?js)['"]/g), ([, name]) => `dist/${name}`),
      )
    expect(chunks.length).toBeGreaterThan(5)
    expect(chunks.filter((path) => !paths.includes(path))).toEqual([])
    expect(paths.filter((path) => path.endsWith('.map'))).toEqual([])
    expect(paths.filter((path) => /^dist\/.*js$/.test(path) && read(path).includes('sourceMappingURL'))).toEqual([])
  })

  it('runs nothing at a user’s: no script that npm starts at an install', () => {
    const started = ['preinstall', 'install', 'postinstall', 'preprepare', 'prepare', 'postprepare', 'dependencies']
    expect(Object.keys(manifest.scripts).filter((name) => started.includes(name))).toEqual([])
    expect(paths).not.toContain('binding.gyp')
  })
})

describe('its pages', () => {
  it('have no link that leads out of the package', () => {
    const pages = paths.filter((path) => path.endsWith('.md'))
    expect(pages).toEqual(
      expect.arrayContaining(['README.md', 'models/README.md', 'docs/guide/README.md', 'docs/math/lstm.md']),
    )
    const links = pages.flatMap((page) =>
      linksOf(read(page)).map((target) => ({ page, target, file: posix.join(posix.dirname(page), decodeURI(target)) })),
    )
    expect(links.length).toBeGreaterThan(50)
    // Drawings stay in the repository.
    const isThere = (file: string): boolean =>
      has(file.replace(/\/$/, '')) || (file.endsWith('.svg') && existsSync(root + file))
    expect(links.filter(({ file }) => !isThere(file))).toEqual([])
  })

  // npm shows the README at an address of its own, where a relative link is dead unless it knows the repository.
  it('have a README without relative links as long as npm knows no repository', () => {
    expect(linksOf('[a](docs/a.md) [b](https://b.c/d)')).toEqual(['docs/a.md'])
    if (manifest.repository === undefined) expect(linksOf(read('README.md'))).toEqual([])
  })

  it('come with every file and folder that the README names', () => {
    const named = Array.from(
      read('README.md').matchAll(/`((?:docs|examples|models)\/[\w./-]*|[A-Z]+\.md)`/g),
      ([, path]) => path,
    )
    expect(named).toEqual(
      expect.arrayContaining(['docs/guide/README.md', 'examples/', 'models/README.md', 'CONTRIBUTING.md']),
    )
    // Made by a command that the README names beside it.
    expect(named.filter((path) => !has(path) && path !== 'docs/api')).toEqual([])
  })
})
