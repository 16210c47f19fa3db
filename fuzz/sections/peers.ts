/** Decoders beside those of other programs, on right files of many seeds. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compare, knownDifferences, tools, writeFiles } from '../peers.ts'
import type { Section, Settings, Tried } from './section.ts'

const ROUNDS = 5

async function run(settings: Settings): Promise<Tried> {
  const installed = tools()
  const counts = new Map([...installed.keys()].map((name) => [name, { files: 0, fell: 0 }]))
  for (let round = 1; round <= ROUNDS && !settings.signal.aborted; round++) {
    const folder = mkdtempSync(join(tmpdir(), 'ser-peers-'))
    try {
      const files = writeFiles(folder, `${settings.seed}/${round}`, installed)
      const { compared, differences } = compare(files, installed)
      for (const [name, count] of counts) count.files += compared.get(name) ?? 0
      for (const { reader, how, text } of differences) {
        const count = counts.get(reader)
        if (count !== undefined) count.fell++
        settings.onFinding({ section: 'peers', index: round, kind: 'wrong', text: `${reader}, ${how}: ${text}` })
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
    settings.onProgress('peers', round, ROUNDS)
    // Programs are waited for without a turn of the loop; Ctrl-C is heard here.
    await new Promise((resolve) => setImmediate(resolve))
  }
  const missing = ['sox', 'ffmpeg', 'libsndfile'].filter((name) => !installed.has(name))
  const known = knownDifferences.map(({ reader, why }) => `${reader}: ${why}`)
  const absent = missing.length === 0 ? '' : ` Not installed: ${missing.join(', ')}.`
  return {
    columns: ['decoder', 'version', 'files', 'fell'],
    rows: [...counts].map(([name, { files, fell }]) => [name, installed.get(name) ?? '', files, fell]),
    text:
      'WAV, Wave64 and AIFF in all encodings, written by sox and ffmpeg, sample by sample beside what other decoders give. ' +
      `Left out is what one tool reads otherwise than all others (${[...new Set(known)].join('; ')}).${absent}`,
  }
}

/** The section of other decoders. */
export const peerSection: Section = { name: 'peers', title: 'Other decoders', run }
