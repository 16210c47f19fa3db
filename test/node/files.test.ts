import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { loadCorpus } from '../../src/node/corpus.ts'
import {
  checkWritable,
  checkWritableFolder,
  readNamed,
  readWhole,
  writeOrKeep,
  writeWhole,
} from '../../src/node/files.ts'
import { loadRecognizer } from '../../src/node/load-recognizer.ts'

const folder = mkdtempSync(join(tmpdir(), 'ser-files-'))
afterAll(() => rmSync(folder, { recursive: true }))
const at = (name: string): string => join(folder, name)
writeFileSync(at('file'), 'old')
/** Nothing but what was there, and no drafts. */
const names = (): string[] => readdirSync(folder, { recursive: true }).map(String).sort()

describe('writeWhole', () => {
  it('replaces the file that a link leads to, with the permissions that it had', async () => {
    writeFileSync(at('private'), 'old')
    chmodSync(at('private'), 0o600)
    symlinkSync(at('private'), at('link'))
    await writeWhole(at('link'), 'new')
    expect([readFileSync(at('private'), 'utf8'), statSync(at('private')).mode & 0o777]).toEqual(['new', 0o600])
    rmSync(at('link'))
    rmSync(at('private'))
  })

  it.skipIf(process.platform === 'win32')('writes to a pipe, which stays one', async () => {
    execFileSync('mkfifo', [at('pipe')])
    const read = readFile(at('pipe'), 'utf8')
    await writeWhole(at('pipe'), 'through')
    expect(await read).toBe('through')
    expect(statSync(at('pipe')).isFIFO()).toBe(true)
    rmSync(at('pipe'))
  })

  it('leaves the old file and no draft where it fails', async () => {
    mkdirSync(at('folder'))
    await expect(writeWhole(at('folder'), 'new')).rejects.toThrow('EISDIR')
    await expect(writeWhole(at('file/below'), 'new')).rejects.toThrow(/EEXIST|ENOTDIR/)
    expect([names(), readFileSync(at('file'), 'utf8')]).toEqual([['file', 'folder'], 'old'])
    rmSync(at('folder'), { recursive: true })
  })
})

describe.skipIf(process.platform === 'win32')('what is no file', () => {
  it('is refused: devices, which do not end, and pipes but those that a user named', async () => {
    execFileSync('mkfifo', [at('pipe')])
    for (const path of ['/dev/zero', at('pipe')])
      await expect(readWhole(path)).rejects.toThrow('no file but a pipe, device')
    await expect(readNamed('/dev/zero')).rejects.toThrow('no file but a device')
    await expect(loadRecognizer('/dev/zero')).rejects.toThrow('no file but a device')
    await expect(loadCorpus('manifest', at('pipe'))).rejects.toThrow('no file but a pipe, device')
    const [read] = await Promise.all([readNamed(at('pipe')), writeFile(at('pipe'), 'secret')])
    expect(read.toString()).toBe('secret')
    rmSync(at('pipe'))
  })
})

describe('checkWritable', () => {
  it('makes nothing where all is well', async () => {
    await checkWritable(at('file'))
    await checkWritable(at('not/there/yet'))
    await checkWritableFolder(at('not/there/yet'))
    await checkWritableFolder(folder)
    expect([names(), readFileSync(at('file'), 'utf8')]).toEqual([['file'], 'old'])
  })

  it('says why not', async () => {
    await expect(checkWritable(folder)).rejects.toThrow(`cannot write "${folder}": it is a folder`)
    await expect(checkWritable(at('file/a/b'))).rejects.toThrow(
      `cannot write "${at('file/a/b')}": ENOTDIR: "${at('file')}" is no folder`,
    )
    await expect(checkWritableFolder(at('file'))).rejects.toThrow(
      `cannot write into "${at('file')}": ENOTDIR: "${at('file')}" is no folder`,
    )
  })

  it.skipIf(!existsSync('/proc/version'))(
    'tries it: permissions do not bind root, and tell nothing of a disk',
    async () => {
      await expect(checkWritableFolder('/proc')).rejects.toThrow('cannot write into "/proc": ENOENT')
    },
  )
})

describe('writeOrKeep', () => {
  it('writes where it is told to', async () => {
    await writeOrKeep(at('new'), 'text', { what: 'the text', name: 'a.txt' })
    expect(readFileSync(at('new'), 'utf8')).toBe('text')
    rmSync(at('new'))
  })

  it('else keeps it in the temporary folder and says where', async () => {
    const failed = writeOrKeep(at('file/mine.txt'), 'text', { what: 'the text', name: 'a.txt' })
    const message = await failed.then(String, ({ message }: Error) => message)
    const [, kept] =
      /^cannot write ".*mine\.txt": .*\nthe text is kept in "(.*)"$/.exec(message) ?? expect.fail(message)
    expect([kept.endsWith('mine.txt'), readFileSync(kept, 'utf8')]).toEqual([true, 'text'])
    rmSync(join(kept, '..'), { recursive: true })
  })
})
