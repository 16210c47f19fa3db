import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { staleSource } from '../support/built.ts'

describe('the build that tests run', () => {
  let folder = ''
  const write = (path: string, seconds: number): void => {
    writeFileSync(join(folder, path), '')
    utimesSync(join(folder, path), seconds, seconds)
  }

  beforeAll(() => {
    folder = `${mkdtempSync(join(tmpdir(), 'ser-built-'))}/`
    mkdirSync(join(folder, 'src/core'), { recursive: true })
    mkdirSync(join(folder, 'dist'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('is asked for where there is none', () => {
    write('src/core/a.ts', 1000)
    expect(() => staleSource(folder, ['src'])).toThrow('npm run build')
  })

  it('is refused where a source is newer, which is named', () => {
    write('dist/cli.js', 2000)
    expect(staleSource(folder, ['src'])).toBeNull()
    write('src/core/b.ts', 3000)
    expect(staleSource(folder, ['src'])).toBe('src/core/b.ts')
  })
})
