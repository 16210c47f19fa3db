import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { encodeWav } from '../../src/audio/wav-encode.ts'
import { openSource } from '../../src/node/source.ts'

it('a speaker that is told by no regular expression is refused', async () => {
  const call = openSource({ kind: 'folder', path: 'nowhere', speaker: '(' })
  await expect(call).rejects.toThrow(RangeError)
  await expect(call).rejects.toThrow('openSource: "speaker" expected a regular expression, got "("')
  const without = openSource({ kind: 'folder', path: 'nowhere', speaker: '^..' })
  await expect(without).rejects.toThrow(
    'openSource: "speaker" expected an expression with a group, such as ^(..), got "^.."',
  )
  const number = openSource({ kind: 'folder', path: 'nowhere', speaker: 3 as never })
  await expect(number).rejects.toThrow('openSource: "speaker" expected a string, got 3')
})

it('a plan tells which recordings beside the speech are included', async () => {
  const path = await mkdtemp(join(tmpdir(), 'source-'))
  try {
    const names = ['03-01-06-01-02-01-12.wav', '03-02-06-01-02-01-12.wav']
    for (const [i, name] of names.entries()) {
      await writeFile(join(path, name), encodeWav({ sampleRate: 8000, channels: [Float32Array.of(i, 0.5)] }))
    }
    const paths = async (include?: string[]) =>
      (await openSource({ kind: 'ravdess', path, include })).utterances.map((utterance) => utterance.path)
    expect(await paths()).toEqual(names.slice(0, 1))
    expect(await paths(['song'])).toEqual(names)
    await expect(paths(['dance'])).rejects.toThrow('"include" expected one of "song", "video", got "dance"')
  } finally {
    await rm(path, { recursive: true })
  }
})
