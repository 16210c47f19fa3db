/** Arrays, signals and errors of another realm do what our own do: no bit differs. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import * as lib from '../../src/index.ts'
import { readAudioFile } from '../../src/node/audio-file.ts'
import { root } from '../support/run.ts'

type Realm = Record<string, unknown>

const { caseNames, runCase } = createRequire(import.meta.url)('./realm-cases.cjs') as {
  caseNames: string[]
  runCase(name: string, library: typeof lib, realm: Realm, files: { recognizer: Uint8Array }): Promise<string>
}
const files = { recognizer: readFileSync(`${root}models/recognizer.safetensors`) }
const other: Realm = runInNewContext('globalThis')

describe('arrays of a vm context', () => {
  it('are of other classes than ours', () => {
    expect(new (other.Float32Array as Float32ArrayConstructor)(1)).not.toBeInstanceOf(Float32Array)
  })

  it.each(caseNames)('%s: same bits as with arrays of our own', async (name) => {
    const expected = await runCase(name, lib, globalThis as unknown as Realm, files)
    expect(expected).not.toContain('another realm')
    expect(await runCase(name, lib, other, files)).toBe(expected)
  })
})

describe('errors of a vm context', () => {
  it('say why a recording cannot be decoded', async () => {
    const fail = (): Promise<never> => runInNewContext('throw new RangeError("no frames")')
    await expect(readAudioFile(`${root}package.json`, fail)).rejects.toThrow(/^cannot be decoded: no frames$/)
  })
})
