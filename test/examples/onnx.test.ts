import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { bytesOf, textsOf } from '../onnx/support/wire.ts'
import { root, runNode } from '../support/run.ts'

const folder = mkdtempSync(join(tmpdir(), 'ser-onnx-'))
afterAll(() => rmSync(folder, { recursive: true }))

it('onnx.mjs trains a network and writes its file', async () => {
  const file = join(folder, 'net.onnx')
  const { code, stdout } = await runNode([`${root}examples/onnx.mjs`, file])
  expect(code).toBe(0)
  expect(stdout).toMatch(/bytes, x \[B, T, 39\] and lengths \[B\] to y \[B, 2\] \(anger,sadness\)\n$/)
  const metadata = bytesOf(readFileSync(file), 14).map((entry) => [textsOf(entry, 1)[0], textsOf(entry, 2)[0]])
  expect(Number(Object.fromEntries(metadata).loss)).toBeGreaterThan(0)
})
