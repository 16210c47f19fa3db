import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { expandSounds } from '../../src/cli/sound-arguments.ts'

const folder = mkdtempSync(join(tmpdir(), 'ser-sounds-'))
afterAll(() => rmSync(folder, { recursive: true }))
for (const name of ['a', 'b/deep', '.hidden', 'empty', 'a[1]']) mkdirSync(join(folder, name), { recursive: true })
for (const name of [
  'a/1.wav',
  'a/2.FLAC',
  'a/10.wav',
  'a/text.txt',
  'b/3.wav',
  'b/deep/4.mp3',
  '.hidden/5.wav',
  'a[1]/6.wav',
]) {
  writeFileSync(join(folder, name), 'x')
}
symlinkSync(tmpdir(), join(folder, 'b/link'))
mkdirSync(join(folder, '.more'))
symlinkSync(join(folder, 'a'), join(folder, '.more/link'))

/** Paths from the folder, with the error behind a colon. */
async function expanded(...names: string[]): Promise<string[]> {
  const sounds = await expandSounds(names.map((name) => (name === '-' ? name : `${folder}/${name}`)))
  return sounds.map(({ path, error }) => path.replace(`${folder}/`, '') + (error === undefined ? '' : `: ${error}`))
}

describe('recordings on the command line', () => {
  it.each<[string[], string[]]>([
    [
      ['a/1.wav', 'a/text.txt', 'nowhere.wav'],
      ['a/1.wav', 'a/text.txt', 'nowhere.wav'],
    ],
    [['a'], ['a/1.wav', 'a/10.wav', 'a/2.FLAC']],
    [['b/'], ['b/3.wav', 'b/deep/4.mp3', 'b/link: a link to a folder is not followed']],
    [['empty'], ['empty: no sound file in this folder']],
    [['a/*.wav'], ['a/1.wav', 'a/10.wav']],
    [['a/?.*'], ['a/1.wav', 'a/2.FLAC']],
    [['a/[!1]*'], ['a/2.FLAC', 'a/text.txt']],
    [['*/*.wav'], ['a/1.wav', 'a/10.wav', 'a[1]/6.wav', 'b/3.wav']],
    [['**/*.mp3'], ['b/deep/4.mp3']],
    [['.h*/*'], ['.hidden/5.wav']],
    [['{b,a}/*.wav'], ['a/1.wav', 'a/10.wav', 'b/3.wav']],
    [['.more/l*/*.wav'], ['.more/link/1.wav', '.more/link/10.wav']],
    [['.more/**/*.wav'], ['.more/**/*.wav: no file matches']],
    [['b/d*'], ['b/deep/4.mp3']],
    [
      ['[ab]/[b-a]*', '*.ogg'],
      ['[ab]/[b-a]*: no file matches', '*.ogg: no file matches'],
    ],
    [['a[1]/6.wav'], ['a[1]/6.wav']],
    [['a[1]'], ['a[1]/6.wav']],
    [
      ['-', 'a/1.wav', '-'],
      ['-', 'a/1.wav', '-: standard input is read once'],
    ],
  ])('%j', async (names, wanted) => {
    expect(await expanded(...names)).toEqual(wanted)
  })
})
