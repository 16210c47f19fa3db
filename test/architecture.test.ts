import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import {
  findApproximations,
  findCycles,
  findEagerPath,
  findHostUses,
  findLayerViolations,
  findRealmChecks,
  findWorkletFaults,
  order,
  readSource,
  readSources,
  type Sources,
} from './support/architecture.ts'

const src = readSources(fileURLToPath(new URL('../src', import.meta.url)))

/** Made-up sources: the text of each file. */
function sourcesOf(files: Record<string, string>): Sources {
  return new Map(Object.entries(files).map(([file, text]) => [file, readSource(file, text)]))
}

function imports(...targets: string[]): string {
  return targets.map((target) => `import { x } from '${target}'`).join('\n')
}

describe('the source', () => {
  it('is found', () => {
    expect(src.size).toBeGreaterThan(10)
    expect(src.get('core/check.ts')?.imports.map(({ target }) => target)).toEqual(['core/errors.ts'])
  })

  it('imports only itself and earlier folders', () => expect(findLayerViolations(src)).toEqual([]))

  it('has no cycle of imports', () => expect(findCycles(src)).toEqual([]))

  it('touches neither Node nor the browser nor the clock outside threads, node and cli', () => {
    expect(findHostUses(src)).toEqual([])
  })

  it('computes nothing with functions that engines round in different ways', () => {
    expect(findApproximations(src)).toEqual([])
  })

  it('uses nothing outside threads, node and cli that an AudioWorklet lacks', () => {
    expect(findWorkletFaults(src)).toEqual([])
  })

  it('asks no value for a class that every realm has its own of', () => {
    expect(findRealmChecks(src)).toEqual([])
  })

  const hasRoot = src.has('index.ts')
  it.skipIf(!hasRoot)(`loads ndarray-ops only when asked to${hasRoot ? '' : ' (no src/index.ts yet)'}`, () => {
    expect(findEagerPath(src, 'index.ts', 'ndarray-ops')).toBeNull()
  })

  it.each([
    ['vega', 'report/render.ts'],
    ['vega-lite', 'report/render.ts'],
    ['bullmq', 'node/queue/link.ts'],
    ['ioredis', 'node/queue/link.ts'],
    ['audio-decode', 'node/package-decoder.ts'],
    ['yaml', 'node/foreign/packages.ts'],
    ['hyparquet', 'node/foreign/packages.ts'],
    ['@rgrove/parse-xml', 'node/foreign/packages.ts'],
  ])('imports %s, which may be missing, only when it is needed, in %s', (name, file) => {
    for (const entry of ['index.ts', 'node/index.ts', 'cli/main.ts']) {
      expect(findEagerPath(src, entry, name)).toBeNull()
    }
    expect(src.get(file)?.imports).toContainEqual({ specifier: name, target: undefined, kind: 'lazy' })
  })
})

describe('docs/architecture.md', () => {
  const page = readFileSync(new URL('../docs/architecture.md', import.meta.url), 'utf8')

  it('has the folders on their floors, in the order that imports must keep', () => {
    const rows = [...page.matchAll(/^\| (\d+) \| (.*?) \|/gm)]
    const floors = new Map<string, string[]>()
    for (const [, floor, cell] of rows) {
      const folders = [...cell.matchAll(/`([\w-]+)(?:\/|\.ts)`/g)].map(([, name]) => (cell.includes('.ts') ? '' : name))
      floors.set(floor, [...new Set([...(floors.get(floor) ?? []), ...folders])].sort())
    }
    expect([...floors.values()]).toEqual(order.map((row) => [...row].sort()))
  })

  it('names files that are there', () => {
    const named = [...page.matchAll(/`([a-z][\w/-]*\/[\w-]+\.ts)`/g)]
      .map(([, file]) => file)
      .filter((file) => !file.includes('NAME'))
    expect(named.length).toBeGreaterThan(30)
    const missing = named.filter((file) => !src.has(file) && !existsSync(new URL(`../${file}`, import.meta.url)))
    expect(missing).toEqual([])
  })
})

describe('readSource', () => {
  const kindsOf = (text: string) =>
    readSource('core/a.ts', text).imports.map(({ kind, specifier }) => [kind, specifier])

  it('sees every form of import', () => {
    expect(kindsOf("import a from 'a'\nimport 'b'\nexport * from 'c'\nexport { d } from 'd'")).toEqual([
      ['eager', 'a'],
      ['eager', 'b'],
      ['eager', 'c'],
      ['eager', 'd'],
    ])
    expect(kindsOf("const a = await import('a')\nfunction f() { return import(`b`) }")).toEqual([
      ['lazy', 'a'],
      ['lazy', 'b'],
    ])
    expect(kindsOf("importUnbundled<A>('a')")).toEqual([['lazy', 'a']])
    expect(kindsOf("import type { a } from 'a'\nexport type { b } from 'b'\nlet c: import('c').C")).toEqual([
      ['type', 'a'],
      ['type', 'b'],
      ['type', 'c'],
    ])
    expect(kindsOf("const a = require('a')\nimport b = require('b')")).toEqual([
      ['eager', 'a'],
      ['eager', 'b'],
    ])
  })

  it('knows that an inline type keeps the import of its module', () => {
    expect(kindsOf("import { type A } from 'a'")).toEqual([['eager', 'a']])
  })

  it('does not read comments and strings', () => {
    expect(kindsOf("// import 'a'\nconst text = \"import 'b'\"")).toEqual([])
  })

  it('resolves relative paths', () => {
    const { imports: found } = readSource('node/queue/a.ts', imports('./b.ts', '../../core/c.ts', 'd'))
    expect(found.map(({ target }) => target)).toEqual(['node/queue/b.ts', 'core/c.ts', undefined])
  })

  it('tells free names from members, declarations and shadows', () => {
    const globalsOf = (text: string) => [...readSource('core/a.ts', text).globals]
    expect(globalsOf('process.exit(1)')).toEqual(['process'])
    expect(globalsOf('globalThis.process.exit(1)')).toEqual(['globalThis', 'process'])
    expect(globalsOf('const process = 1; process + 1')).toEqual([])
    expect(globalsOf('function f(document: number) { return document }')).toEqual([])
    expect(globalsOf('job.process; const a = { process: 1 }; interface B { process: string }')).toEqual(['job'])
    expect(globalsOf('const { process: p } = job')).toEqual(['job'])
    expect(globalsOf('const { process } = globalThis as { process?: number }')).toEqual(['globalThis', 'process'])
    expect(globalsOf("import { fetch as get } from 'a'; export { get as process }")).toEqual([])
    expect(globalsOf('class A { document = 1; fetch() { return this.document } }')).toEqual([])
    expect(globalsOf('class A { fetch() { return fetch(1) } }')).toEqual(['fetch'])
    expect(globalsOf('const a = { process }')).toEqual(['process'])
    expect(globalsOf('const a = { process: document }')).toEqual(['document'])
    expect(globalsOf('let a: HTMLElement')).toEqual(['HTMLElement'])
  })
})

describe('findLayerViolations', () => {
  it.each([
    ['core/a.ts', '../kernels/b.ts'],
    ['kernels/a.ts', '../numerics/b.ts'],
    ['numerics/a.ts', '../optim/b.ts'],
    ['numerics/a.ts', '../threads/b.ts'],
    ['threads/a.ts', '../layers/b.ts'],
    ['features/a.ts', '../layers/b.ts'],
    ['layers/a.ts', '../audio/b.ts'],
    ['layers/a.ts', '../training/b.ts'],
    ['energy/a.ts', '../training/b.ts'],
    ['training/a.ts', '../energy/b.ts'],
    ['training/a.ts', '../networks/b.ts'],
    ['energy/a.ts', '../networks/b.ts'],
    ['networks/a.ts', '../pipelines/b.ts'],
    ['optim/a.ts', '../features/b.ts'],
    ['audio/a.ts', '../evaluation/b.ts'],
    ['evaluation/a.ts', '../corpora/b.ts'],
    ['corpora/a.ts', '../pipelines/b.ts'],
    ['pipelines/a.ts', '../experiments/b.ts'],
    ['experiments/a.ts', '../report/b.ts'],
    ['experiments/a.ts', '../node/b.ts'],
    ['report/a.ts', '../node/b.ts'],
    ['experiments/a.ts', '../index.ts'],
    ['node/a.ts', '../cli/b.ts'],
    ['index.ts', './node/b.ts'],
    ['index.ts', './cli/b.ts'],
    ['core/a.ts', '../misc/b.ts'],
    ['core/a.ts', '../../test/b.ts'],
  ])('%s must not import %s', (file, specifier) => {
    expect(findLayerViolations(sourcesOf({ [file]: imports(specifier) }))).toHaveLength(1)
  })

  it('counts types and lazy imports', () => {
    const text = "import type { b } from '../cli/b.ts'\nconst c = () => import('../cli/c.ts')"
    expect(findLayerViolations(sourcesOf({ 'core/a.ts': text }))).toEqual([
      'core/a.ts must not import cli/b.ts',
      'core/a.ts must not import cli/c.ts',
    ])
  })

  it('names folders that are not in the order', () => {
    expect(findLayerViolations(sourcesOf({ 'utils/a.ts': '' }))).toEqual([
      'utils/a.ts: "utils" is not in the order of folders',
    ])
  })

  it('lets pass what is in order', () => {
    const files = {
      'core/a.ts': imports('./b.ts', 'ndarray'),
      'networks/a.ts': imports('../core/a.ts', '../layers/b.ts', './parts/c.ts'),
      'evaluation/a.ts': imports('../networks/a.ts', '../features/a.ts'),
      'node/queue/a.ts': imports('../../index.ts', '../web/b.ts', '../../corpora/c.ts'),
      'index.ts': imports('./core/a.ts', './experiments/b.ts'),
      'cli/a.ts': imports('../node/queue/a.ts', '../index.ts', '../../package.json'),
    }
    expect(findLayerViolations(sourcesOf(files))).toEqual([])
  })
})

describe('findCycles', () => {
  it('finds cycles of any length, types included', () => {
    const files = {
      'core/a.ts': imports('./b.ts'),
      'core/b.ts': imports('./c.ts'),
      'core/c.ts': "import type { x } from './a.ts'",
      'core/d.ts': imports('./d.ts', './a.ts'),
    }
    expect(findCycles(sourcesOf(files))).toEqual([
      'core/a.ts -> core/b.ts -> core/c.ts -> core/a.ts',
      'core/d.ts -> core/d.ts',
    ])
  })

  it('lets a diamond pass', () => {
    const files = {
      'core/a.ts': imports('./b.ts', './c.ts'),
      'core/b.ts': imports('./d.ts'),
      'core/c.ts': imports('./d.ts'),
      'core/d.ts': '',
    }
    expect(findCycles(sourcesOf(files))).toEqual([])
  })
})

describe('findHostUses', () => {
  const hostUses = (file: string, text: string) => findHostUses(sourcesOf({ [file]: text }))

  it('finds modules of Node, with and without the prefix', () => {
    expect(hostUses('io/a.ts', imports('node:fs'))).toEqual(['io/a.ts must not import node:fs'])
    expect(hostUses('io/a.ts', imports('fs/promises'))).toEqual(['io/a.ts must not import fs/promises'])
    expect(hostUses('io/a.ts', "import type { Stats } from 'fs'")).toEqual(['io/a.ts must not import fs'])
  })

  it('finds the globals of Node, of the browser and the clock', () => {
    expect(hostUses('io/a.ts', 'Buffer.from([1])')).toEqual(['io/a.ts must not use Buffer'])
    expect(hostUses('io/a.ts', 'window.document')).toEqual(['io/a.ts must not use window'])
    expect(hostUses('io/a.ts', 'const t = Date.now() + performance.now()')).toHaveLength(2)
    expect(hostUses('io/a.ts', 'let e: HTMLCanvasElement')).toEqual(['io/a.ts must not use HTMLCanvasElement'])
  })

  it('leaves threads, node, cli and the globals of the language alone', () => {
    expect(hostUses('node/a.ts', `${imports('node:fs')}\nprocess.exit()`)).toEqual([])
    expect(hostUses('cli/a.ts', 'process.argv')).toEqual([])
    expect(hostUses('threads/a.ts', "new Worker('a.js')")).toEqual([])
    expect(
      hostUses('core/a.ts', 'new Float32Array(1); WebAssembly.validate; new TextDecoder(); console.warn("")'),
    ).toEqual([])
    expect(hostUses('core/a.ts', imports('ndarray', 'seedrandom/lib/alea.js'))).toEqual([])
  })
})

describe('findApproximations', () => {
  const found = (text: string) => findApproximations(sourcesOf({ 'core/a.ts': text }))

  it('finds functions of Math, however they are reached, and powers', () => {
    expect(found('Math.exp(1)')).toEqual(['core/a.ts must not use Math.exp'])
    expect(found('[1].map(Math.log2)')).toHaveLength(1)
    expect(found("Math['tanh'](1)")).toHaveLength(1)
    expect(found('const { sin } = Math')).toHaveLength(1)
    expect(found('let x = 3; x **= 2; x = x ** 2 + 10 ** 3 + 2 ** x + 2 ** 0.5')).toHaveLength(5)
  })

  it('leaves what is exact alone', () => {
    expect(found('Math.sqrt(Math.max(1, Math.PI)) + 2 ** -52 + 2 ** 31')).toEqual([])
    expect(found("const text = 'Math.exp(1)' // x ** 2")).toEqual([])
  })
})

describe('findWorkletFaults', () => {
  const found = (file: string, text: string) => findWorkletFaults(sourcesOf({ [file]: text }))

  it('finds what worklets lack', () => {
    expect(found('io/a.ts', 'new TextDecoder().decode(x)')).toEqual(['io/a.ts must not use TextDecoder'])
    expect(found('layers/a.ts', 'structuredClone(x); globalThis.atob(y)')).toHaveLength(2)
  })

  it('leaves hosts alone, and what worklets have', () => {
    expect(found('node/a.ts', 'new TextDecoder()')).toEqual([])
    expect(found('core/yield.ts', 'setTimeout(f, 0)')).toEqual([])
    expect(found('core/a.ts', 'console.warn(new Float32Array(1), WebAssembly, new AbortController())')).toEqual([])
  })
})

describe('findRealmChecks', () => {
  const found = (text: string) => findRealmChecks(sourcesOf({ 'core/a.ts': text }))

  it('finds classes of the language and the host', () => {
    expect(found('x instanceof Float32Array')).toEqual(['core/a.ts must not use instanceof Float32Array'])
    expect(
      found('x instanceof globalThis.ArrayBuffer || !(y instanceof Error) || z instanceof AbortSignal'),
    ).toHaveLength(3)
  })

  it('leaves classes of the library and of packages alone', () => {
    expect(found("import { Layer } from './b.ts'; x instanceof Layer")).toEqual([])
    expect(found('class Own {} x instanceof Own // instanceof Error')).toEqual([])
  })
})

describe('findEagerPath', () => {
  const through = (text: string) =>
    sourcesOf({
      'index.ts': "export { a } from './core/a.ts'",
      'core/a.ts': text,
      'core/b.ts': "import ops from 'ndarray-ops'",
    })

  it('finds the chain of imports', () => {
    expect(findEagerPath(through(imports('./b.ts')), 'index.ts', 'ndarray-ops')).toEqual([
      'index.ts',
      'core/a.ts',
      'core/b.ts',
      'ndarray-ops',
    ])
    expect(findEagerPath(through(imports('ndarray-ops/lib.js')), 'index.ts', 'ndarray-ops')).toHaveLength(3)
  })

  it('does not follow lazy imports and types', () => {
    expect(findEagerPath(through("const b = () => import('./b.ts')"), 'index.ts', 'ndarray-ops')).toBeNull()
    expect(findEagerPath(through("import type { b } from './b.ts'"), 'index.ts', 'ndarray-ops')).toBeNull()
    expect(findEagerPath(through("import ndarray from 'ndarray'"), 'index.ts', 'ndarray-ops')).toBeNull()
  })
})
