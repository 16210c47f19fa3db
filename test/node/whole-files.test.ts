import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { writeWhole } from '../../src/node/files.ts'
import { runPlan } from '../../src/node/run-plan.ts'
import { root } from '../support/run.ts'
import { smallPlan, voices } from '../support/small-plan.ts'
import { withoutTimes } from '../support/times.ts'

/** Steps of the file system so far, and the one that fails, counted from 1. */
const steps = vi.hoisted(() => ({ names: [] as string[], failing: 0 }))

vi.mock('node:fs/promises', async (original) => {
  const fs = await original<typeof import('node:fs/promises')>()
  const step = <A extends unknown[], R>(name: string, call: (...args: A) => Promise<R>) => {
    return async (...args: A): Promise<R> => {
      if (steps.names.push(name) === steps.failing) {
        throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
      }
      return await call(...args)
    }
  }
  const open = async (path: string, ...rest: []): Promise<unknown> => {
    const handle = await fs.open(path, ...rest)
    const [write, sync] = [handle.writeFile.bind(handle), handle.sync.bind(handle)]
    return Object.assign(handle, { writeFile: step('write', write), sync: step('flush', sync) })
  }
  return { ...fs, open: step('open', open), rename: step('rename', fs.rename) }
})

const folder = mkdtempSync(join(tmpdir(), 'ser-whole-'))
afterAll(() => rmSync(folder, { recursive: true }))
beforeEach(() => Object.assign(steps, { names: [], failing: 0 }))

const source = voices(1)
async function experiment(out: string): Promise<unknown> {
  const { results } = await runPlan(smallPlan, { folder: out, source })
  return { ...(withoutTimes(results) as object), run: null }
}
/** Names under which files are written first. */
const drafts = (out: string): string[] => {
  return readdirSync(out, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.tmp'))
}

describe('a file', () => {
  it('is written under another name, flushed, renamed, and its folder flushed; new folders too', async () => {
    await writeWhole(join(folder, 'file'), 'old')
    expect(steps.names).toEqual(['open', 'write', 'flush', 'rename', 'open', 'flush'])
    steps.names = []
    await writeWhole(join(folder, 'a', 'b', 'file'), 'new')
    expect(steps.names.slice(4)).toEqual(['open', 'flush', 'open', 'flush', 'open', 'flush'])
    steps.names = []
    await writeWhole(join(folder, 'file'), 'old', { flush: false })
    expect(steps.names).toEqual(['open', 'write', 'rename'])
  })

  it.each([1, 2, 3, 4, 5, 6])('is the old or the new one where step %i fails, and leaves no draft', async (failing) => {
    await writeWhole(join(folder, 'file'), 'old')
    Object.assign(steps, { names: [], failing })
    await expect(writeWhole(join(folder, 'file'), 'new')).rejects.toThrow('ENOSPC')
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe(failing > 4 ? 'new' : 'old')
    expect(drafts(folder)).toEqual([])
  })
})

describe('an experiment on a disk that is full', () => {
  it('at any of its writes goes on to the same results once there is space', async () => {
    const undisturbed = await experiment(join(folder, 'calm'))
    const writes = steps.names.flatMap((name, i) => (name === 'write' ? [i + 1] : []))
    expect(writes.length).toBeGreaterThanOrEqual(10)
    for (const failing of writes) {
      const out = join(folder, `full-${failing}`)
      Object.assign(steps, { names: [], failing })
      // A start that is not recorded loses its time and nothing else.
      const told = await experiment(out).then(String, ({ message }: Error) => message)
      expect(told).toMatch(/ENOSPC|\[object Object\]/)
      if (existsSync(out)) expect(drafts(out)).toEqual([])
      steps.failing = 0
      expect(await experiment(out)).toEqual(undisturbed)
    }
  })

  const disk = join(folder, 'disk')
  mkdirSync(disk)
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk]).status === 0
  afterAll(() => {
    if (isMounted) spawnSync('umount', ['-l', disk])
  })

  it.skipIf(!isMounted)(`of its own${isMounted ? '' : ' (skipped: only root may mount a tmpfs)'}`, async () => {
    const undisturbed = await experiment(join(folder, 'calm-too'))
    const filler = join(disk, 'filler')
    // From nothing left to all that is needed.
    const outcomes: string[] = []
    for (let kilobytes = 256; kilobytes >= 0; kilobytes -= 16) {
      try {
        writeFileSync(filler, new Uint8Array(1024 * kilobytes))
      } catch {} // it takes what there is
      outcomes.push(
        await experiment(join(disk, 'out')).then(
          () => 'done',
          ({ message }: Error) => message,
        ),
      )
      rmSync(filler)
      if (existsSync(join(disk, 'out'))) expect(drafts(join(disk, 'out'))).toEqual([])
    }
    expect(outcomes[0]).toMatch(/cannot write .*ENOSPC/)
    expect(outcomes.at(-1)).toBe('done')
    expect(await experiment(join(disk, 'out'))).toEqual(undisturbed)
  })
})

describe('a process that is killed', () => {
  const script = join(folder, 'writer.mjs')
  beforeAll(async () => {
    const contents = `
      import { writeWhole } from '${root}src/node/files.ts'
      for (let i = 0; i < 10; i++) await writeWhole(process.argv[2] + '/sub-' + i + '/file', String(i).repeat(100_000))
      for (let i = 0; i < 10; i++) await writeWhole(process.argv[2] + '/sub-' + i + '/file', 'new ' + i)
    `
    const stdin = { contents, resolveDir: root, loader: 'ts' as const }
    await build({ stdin, outfile: script, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' })
  })

  it('between any two steps leaves whole files', async () => {
    // New files in new folders take 12 steps each, the second ones 9.
    const moments = Array.from({ length: 50 }, (_, i) => (i < 25 ? 1 + i : 96 + i))
    let written = 0
    for (const killAt of moments) {
      const out = join(folder, `killed-${killAt}`)
      mkdirSync(out)
      const child = spawn(process.execPath, ['--import', `${root}test/support/kill-at.mjs`, script, out], {
        ...{ stdio: 'ignore', env: { ...process.env, KILL_AT: String(killAt) } },
      })
      expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
      for (const name of readdirSync(out)) {
        const file = join(out, name, 'file')
        const i = name.slice('sub-'.length)
        if (existsSync(file)) expect([i.repeat(100_000), `new ${i}`]).toContain(readFileSync(file, 'utf8'))
        if (existsSync(file)) written++
      }
      rmSync(out, { recursive: true })
    }
    expect(written).toBeGreaterThan(250)
  }, 300_000)
})
