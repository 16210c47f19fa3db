import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { SegmentFiles } from '../../src/node/segment-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'ser-segments-'))
afterAll(() => rmSync(folder, { recursive: true }))
const [first, second] = ['a.wav', 'b.wav'].map((name) => join(folder, name))

/** Segments of two files, the first of three, and the files that were decoded. */
function filesOf(): { files: SegmentFiles; decoded: string[] } {
  for (const file of [first, second]) writeFileSync(file, 'sound')
  const decoded: string[] = []
  const files = new SegmentFiles(async (file) => {
    decoded.push(file)
    return { sampleRate: 10, channels: [Float32Array.from({ length: 100 }, (_, i) => i)], warnings: [] }
  })
  for (const start of [0, 1, 2]) files.expect({ file: first, start })
  files.expect({ file: second, start: 0 })
  return { files, decoded }
}

it('a file is decoded once for all of its segments, and let go after the last', async () => {
  const { files, decoded } = filesOf()
  for (const start of [0, 1, 2]) {
    const { channels } = await files.read({ file: first, start, end: start + 1 })
    expect([...channels[0]]).toEqual(Array.from({ length: 10 }, (_, i) => 10 * start + i))
    channels[0].fill(7) // a copy
  }
  await files.read({ file: second, start: 0 })
  expect(decoded).toEqual([first, second])
  await files.read({ file: first, start: 1 })
  expect(decoded).toEqual([first, second, first])
})

it('a file that has changed is decoded anew', async () => {
  const { files, decoded } = filesOf()
  await files.read({ file: first, start: 0 })
  writeFileSync(first, 'another sound')
  await files.read({ file: first, start: 1 })
  expect(decoded).toEqual([first, first])
})

it('segments that are read at the same time share the decoding', async () => {
  const { files, decoded } = filesOf()
  await Promise.all([0, 1, 2].map((start) => files.read({ file: first, start })))
  expect(decoded).toEqual([first])
})
