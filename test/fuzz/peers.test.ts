/** The decoders beside those of sox, ffmpeg and libsndfile, on right files that sox and ffmpeg write, sample by sample. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compare, encodings, tools, writeFiles } from '../../fuzz/peers.ts'

const installed = tools()
const missing = ['sox', 'ffmpeg', 'libsndfile'].filter((name) => !installed.has(name))
const told =
  missing.length === 0
    ? ''
    : ` (without ${missing.join(', ')}: not installed; SER_PYTHON names a Python with soundfile)`
const writes = installed.has('sox') || installed.has('ffmpeg')

describe('decoders of other programs', () => {
  it.skipIf(!writes)(`give the same samples${told}`, { timeout: 120_000 }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'ser-peers-'))
    try {
      const files = writeFiles(folder, '1', installed)
      const wanted = encodings.filter(({ tool }) => installed.has(tool))
      expect(files.length).toBeGreaterThan(0.8 * wanted.length)
      const { compared, differences } = compare(files, installed)
      expect(differences).toEqual([])
      for (const name of installed.keys()) expect(compared.get(name), name).toBeGreaterThan(0.7 * files.length)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
