import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { zipSync } from 'fflate'
import { afterAll, describe, expect, it } from 'vitest'
import { floatView } from '../../../src/core/array.ts'
import { encodeKaldiArk } from '../../../src/io/kaldi-ark.ts'
import { encodeNpy } from '../../../src/io/npy.ts'
import type { CorpusUtterance } from '../../../src/node/corpus.ts'
import { withFeatures } from '../../../src/node/given/with-features.ts'
import type { LabelledSource } from '../../../src/node/training-set.ts'

const folder = mkdtempSync(join(tmpdir(), 'ser-given-'))
afterAll(() => rmSync(folder, { recursive: true }))

const paths = ['wav/a.wav', 'wav/b.wav', 'wav/c.wav']

/** A corpus whose sound nobody may read. */
function sourceOf(utterances: Partial<CorpusUtterance>[] = paths.map((path) => ({ path }))): LabelledSource {
  const read = (): Promise<never> => Promise.reject(new Error('sound was read'))
  return {
    name: 'folder',
    classes: ['joy', 'anger'],
    utterances: utterances.map((one, i) => ({
      path: '',
      speaker: `s${i}`,
      label: i % 2 ? 'anger' : 'joy',
      read,
      ...one,
    })),
    problems: [],
  } as LabelledSource
}

let made = 0
/** A new folder with these files. */
function folderOf(files: Record<string, Uint8Array | string>): string {
  const place = join(folder, `f${made++}`)
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(place, name)), { recursive: true })
    writeFileSync(join(place, name), content)
  }
  mkdirSync(place, { recursive: true })
  return place
}

const vector = (...values: number[]): Uint8Array => encodeNpy(values)
const matrix = (rows: number, value: number): Uint8Array =>
  encodeNpy(floatView(new Float32Array(2 * rows).fill(value), [rows, 2]))
const sha256 = (content: Uint8Array | string): string => createHash('sha256').update(content).digest('hex')

async function featuresOf(source: LabelledSource): Promise<number[][]> {
  const all = await Promise.all(source.utterances.map((one) => one.features?.()))
  return all.map((x) => [...(x?.shape ?? []), ...(x?.data ?? [])])
}

describe('withFeatures', () => {
  it('takes a folder of .npy, .npz and .csv files of vectors', async () => {
    const place = folderOf({
      'wav/a.npy': vector(1, 2),
      'b.npz': zipSync({ 'embedding.npy': vector(3, 4) }),
      'deep/er/c.csv': 'x,y\n5,6\n',
      'more.npy': vector(7),
      '.hidden.npy': 'none',
      'readme.txt': 'none',
    })
    const source = await withFeatures(sourceOf(), place)
    expect(await featuresOf(source)).toEqual([
      [1, 2, 1, 2],
      [1, 2, 3, 4],
      [1, 2, 5, 6],
    ])
    const used = ['b.npz', 'deep/er/c.csv', 'wav/a.npy']
    const list = used.map((name) => `${sha256(readFileSync(join(place, name)))}  ${name}\n`).join('')
    expect(source.features).toEqual({
      columns: { columns: 2, form: 'vector', names: ['x', 'y'] },
      sources: [{ from: place.slice(folder.length + 1), sha256: sha256(list), recordings: 3 }],
    })
  })

  it('takes sequences, from batches of one too', async () => {
    const batch = encodeNpy([1, 2, 3, 4])
    const text = new TextDecoder('latin1').decode(batch).replace("'shape': (4,), }  ", "'shape': (1,2,2),}")
    const place = folderOf({
      'a.npy': matrix(3, 1),
      'b.npy': Uint8Array.from(text, (c) => c.charCodeAt(0)),
      'c.npy': matrix(1, 2),
    })
    const source = await withFeatures(sourceOf(), place, { stepSeconds: 0.02 })
    expect(source.features.columns).toEqual({ columns: 2, form: 'sequence', stepSeconds: 0.02 })
    expect((await featuresOf(source)).map(([rows]) => rows)).toEqual([3, 2, 1])
  })

  it('takes one table, with rows over time in the order of their times', async () => {
    const table = join(folder, 'table.csv')
    const content =
      'file,start,end,speaker,x\n/data/wav/a.wav,0.02,0.04,s,2\n/data/wav/a.wav,0,0.02,s,1\nb.wav,0,0.02,s,3\nb.wav,0.02,1,s,4\nc.wav,0,1,s,5\n'
    writeFileSync(table, content)
    const source = await withFeatures(sourceOf(), table)
    expect(source.features).toEqual({
      columns: { columns: 1, form: 'sequence', names: ['x'], stepSeconds: 0.02 },
      sources: [{ from: 'table.csv', sha256: sha256(content), recordings: 3, otherColumns: ['speaker'] }],
    })
    expect(await featuresOf(source)).toEqual([
      [2, 1, 1, 2],
      [2, 1, 3, 4],
      [1, 1, 5],
    ])
  })

  it('gives parts of files the rows of their times', async () => {
    const table = join(folder, 'parts.csv')
    writeFileSync(table, 'file,start,end,x\na.wav,0,1.4999,1\na.wav,1.5,2.5,2\na.wav,2.5,3,3\n')
    const part = (start: number, end: number): Partial<CorpusUtterance> => {
      return { path: `a.wav#t=${start},${end}`, segment: { file: 'a.wav', start, end } }
    }
    const vectors = await withFeatures(sourceOf([part(0, 1.5), part(1.5, 2.5)]), table)
    expect(await featuresOf(vectors)).toEqual([
      [1, 1, 1],
      [1, 1, 2],
    ])
    const within = await withFeatures(sourceOf([part(0, 1.5), part(1.5, 3)]), table)
    expect(within.features.columns.form).toBe('sequence')
    expect((await featuresOf(within))[1]).toEqual([2, 1, 2, 3])
    await expect(withFeatures(sourceOf([part(0, 1.5), part(5, 6)]), table)).rejects.toThrow(
      /1 of 2 recordings have no features: "a.wav#t=5,6"/,
    )
  })

  it('takes archives of NumPy and Kaldi, and matrices in memory', async () => {
    const archive = { 'wav/a': [[1, 2]], b: [[3, 4]], c: [[5, 6]] }
    const npz = join(folder, 'all.npz')
    writeFileSync(
      npz,
      zipSync(Object.fromEntries(Object.entries(archive).map(([key, x]) => [`${key}.npy`, encodeNpy(x)]))),
    )
    const ark = join(folder, 'all.ark')
    writeFileSync(ark, encodeKaldiArk(archive))
    const wanted = [
      [1, 2, 1, 2],
      [1, 2, 3, 4],
      [1, 2, 5, 6],
    ]
    for (const features of [npz, ark, new Map(Object.entries(archive))]) {
      const source = await withFeatures(sourceOf(), features)
      expect(await featuresOf(source)).toEqual(wanted)
      expect(source.features.columns).toEqual({ columns: 2, form: 'vector' })
    }
  })

  it('keeps no names of more than 1024 columns', async () => {
    const table = join(folder, 'wide.csv')
    const columns = Array.from({ length: 1025 }, (_, j) => j)
    writeFileSync(table, `file,${columns.map((j) => `f${j}`)}\n${paths.map((path) => `${path},${columns}\n`).join('')}`)
    const { features } = await withFeatures(sourceOf(), table)
    expect(features.columns).toEqual({ columns: 1025, form: 'vector' })
  })

  it.each<[string, () => string, RegExp]>([
    [
      'recordings without features',
      () => folderOf({ 'a.npy': vector(1) }),
      /2 of 3 recordings have no features: "wav\/b.wav", "wav\/c.wav"$/,
    ],
    [
      'features of none',
      () => folderOf({ 'x.npy': vector(1) }),
      /none of 3 recordings has features: .*features are there of "x"/,
    ],
    [
      'other numbers of columns',
      () => folderOf({ 'a.npy': vector(1, 2), 'b.npy': vector(1), 'c.npy': vector(3, 4) }),
      /expected one number of columns, got 2 columns in 2 recordings, the first "wav\/a.wav"; 1 column in 1 recording, the first "wav\/b.wav"/,
    ],
    [
      'numbers that are not finite',
      () => folderOf({ 'a.csv': 'x,y\n1,2\n3,nan\n', 'b.csv': 'x,y\n1,2\n', 'c.csv': 'x,y\n-inf,inf\n' }),
      /expected finite numbers, got NaN in ".*a.csv", row 3, column 2, "y", of "wav\/a.wav"; 3 numbers of 2 recordings are not finite/,
    ],
    [
      'gaps of a table',
      () => table('file,x\na.wav,1\nb.wav,\nc.wav,2\n'),
      /got NaN in ".*csv", row 3, column 1, "x", of "wav\/b.wav"; 1 number of 1 recording is/,
    ],
    ['numbers beyond float32', () => table('file,x\na.wav,1\nb.wav,1e39\nc.wav,2\n'), /got Infinity in ".*csv", row 3/],
    [
      'columns in another order',
      () => folderOf({ 'a.csv': 'x,y\n1,2\n', 'b.csv': 'y,x\n1,2\n', 'c.csv': 'x,y\n1,2\n' }),
      /column 1 of "wav\/b.wav" is "y", of others "x"/,
    ],
    [
      'two files of one name',
      () => folderOf({ 'a.npy': vector(1), 'a.csv': 'x\n1\n' }),
      /both "a.csv" and "a.npy" are of "a"/,
    ],
    [
      'two features of a recording',
      () => folderOf({ 'x/a.npy': vector(1), 'y/a.npy': vector(1) }),
      /two features fit the recording "wav\/a.wav"/,
    ],
    ['an empty folder', () => folderOf({}), /no .npy, .npz or .csv file in the folder/],
    ['a folder that is not there', () => join(folder, 'nowhere'), /features ".*nowhere": .*ENOENT/],
    ['a damaged file', () => folderOf({ 'a.npy': 'hello' }), /features ".*a.npy": /],
    [
      'several arrays of one recording',
      () => folderOf({ 'a.npz': zipSync({ 'x.npy': vector(1), 'y.npy': vector(1) }) }),
      /expected one array, got 2: "x", "y"/,
    ],
    ['a number', () => folderOf({ 'a.npz': zipSync({}) }), /expected one array, got 0/],
    ['a table without names of recordings', () => table('x,y\n1,2\n'), /no column "file"/],
    [
      'names that openSMILE leaves out',
      () => table("name;x\n'unknown';1\n"),
      /SMILExtract names recordings by its option -instname/,
    ],
    [
      'one matrix',
      () => join(folderOf({ 'all.npy': matrix(3, 0) }), 'all.npy'),
      /one .npy file has no names of recordings/,
    ],
  ])('refuses %s', async (what, place, message) => {
    const one = sourceOf([{ path: 'wav/a.wav' }])
    const source = /damaged|several arrays|two features|a number/.test(what) ? one : sourceOf()
    await expect(withFeatures(source, place())).rejects.toThrow(
      expect.objectContaining({ name: 'FormatError', message: expect.stringMatching(message) }),
    )
  })

  it('refuses wrong kinds', async () => {
    await expect(withFeatures(sourceOf(), 3 as never)).rejects.toThrow(
      /"features" expected a path or a Map of matrices, got 3/,
    )
    await expect(withFeatures(sourceOf(), '')).rejects.toThrow(RangeError)
    await expect(withFeatures({} as never, folder)).rejects.toThrow(TypeError)
    await expect(withFeatures(sourceOf(), folder, { stepSeconds: 0 })).rejects.toThrow(RangeError)
    await expect(withFeatures(sourceOf(), new Map([['a', 'x']]) as never)).rejects.toThrow(TypeError)
  })
})

function table(content: string): string {
  const place = join(folder, `t${made++}.csv`)
  writeFileSync(place, content)
  return place
}
