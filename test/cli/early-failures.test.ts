/** Failures that are told before any feature is taken, and leave nothing behind. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { encodeWav } from '../../src/audio/wav-encode.ts'
import { syntheticCorpus } from '../../src/corpora/synthetic.ts'
import { reportResults } from '../support/report.ts'
import { type Finished, root, runNode } from '../support/run.ts'

const folder = mkdtempSync(join(tmpdir(), 'ser-early-'))
afterAll(() => rmSync(folder, { recursive: true }))
const ser = (...args: string[]): Promise<Finished> => runNode([`${root}dist/cli.js`, ...args], folder)
const write = (name: string, content: string | Uint8Array): void => writeFileSync(join(folder, name), content)

const voices = syntheticCorpus({ speakers: 2, sentences: 1, emotions: ['sadness', 'anger'] })
for (const { id, samples, sampleRate } of voices) write(`${id}.wav`, encodeWav({ sampleRate, channels: [samples()] }))
const list = (keep: (voice: (typeof voices)[number]) => boolean, speakerOf = (name: string) => name): string =>
  [
    'path,label,speaker',
    ...voices.filter(keep).map(({ id, label, speaker }) => `${id}.wav,${label},${speakerOf(speaker)}`),
  ].join('\n')
write(
  'list.csv',
  list(() => true),
)
write(
  'one-speaker.csv',
  list(({ speaker }) => speaker === 's01'),
)
write(
  'one-class.csv',
  list(({ label }) => label === 'anger'),
)
write(
  'unknown.csv',
  list(
    () => true,
    (name) => (name === 's01' ? name : ''),
  ),
)
write('answers.csv', 'file,label,oracle\nelsewhere.wav,anger,anger\n')
write('options.json', '{ "units": 0 }')
write('results.json', JSON.stringify(reportResults()))
write('a-file', '')
// A folder that is a file and cannot be made one. Permissions do not bind root.
const below = 'a-file/below'
const [wav] = voices.map(({ id }) => `${id}.wav`)

const corpus = (name: string): string[] => ['--corpus', 'manifest', '--data', name]
const experiment = (name: string, ...more: string[]): string[] => [
  'experiment',
  ...corpus(name),
  '--out',
  'out',
  ...more,
]
const train = (name: string, ...more: string[]): string[] => ['train', ...corpus(name), '-o', 'new/model.st', ...more]
const ensemble = JSON.stringify({ members: [{ system: 'lstm', options: { validationSpeakers: 2 } }] })
write('ensemble.json', ensemble)

describe('told before any feature is taken', () => {
  beforeEach(() => rmSync(join(folder, '.ser-cache'), { recursive: true, force: true }))

  it.each<[string, string[], RegExp]>([
    ['one speaker', experiment('one-speaker.csv'), /at least 2 speakers and 2 classes, got 2 recordings of 1 and 2$/m],
    ['one class', experiment('one-class.csv'), /at least 2 speakers and 2 classes, got 2 recordings of 2 and 1$/m],
    [
      'one known speaker',
      experiment('unknown.csv'),
      /\(which a column .* utt2spk, .*\) and 2 classes, got 2 recordings of 1 and 2; of 2 others the speaker is not known$/m,
    ],
    [
      'speakers that cannot be held out',
      experiment('list.csv', '--validation-speakers', '1'),
      /^error: fold lstm\/strict\/seed-1\/s01: holdOutGroups: "count" expected at most 0 /m,
    ],
    [
      'speakers that a member of an ensemble cannot hold out',
      experiment('list.csv', '--systems', 'ensemble', '--config', 'ensemble.json'),
      /^error: fold ensemble\/strict\/seed-1\/s01: holdOutGroups: "count" expected at most 0 /m,
    ],
    [
      'answers of other recordings',
      experiment('list.csv', '--compare', 'a=answers.csv'),
      /no answer is of a recording/,
    ],
    ['an option of the system', experiment('list.csv', '--config', 'options.json'), /"units" expected an integer >= 1/],
    [
      'an output folder that is a file',
      experiment('list.csv', '--out', 'a-file'),
      /cannot write into "a-file": ENOTDIR: "a-file" is no folder/,
    ],
    [
      'an output folder below a file',
      experiment('list.csv', '--out', below),
      /cannot write into ".*": ENOTDIR: "a-file" is no folder/,
    ],
    [
      'a cache below a file',
      experiment('list.csv', '--cache', below),
      /cannot keep features in "a-file\/below" .*no folder/,
    ],
    ['a class to train', train('list.csv', '--classes', 'anger'), /"classes" expected at least 2 items, got 1/],
    ['one class to train', train('one-class.csv'), /"classes" expected at least 2 items, got 1/],
    [
      'speakers to hold out',
      train('list.csv', '--validation-speakers', '2'),
      /holdOutGroups: "count" expected at most 1 /,
    ],
    ['an option of what is trained', train('list.csv', '--config', 'options.json'), /"units" expected an integer >= 1/],
    [
      'a model below a file',
      train('list.csv', '-o', below),
      /cannot write "a-file\/below": ENOTDIR: "a-file" is no folder/,
    ],
    ['a cache to train', train('list.csv', '--cache', below), /cannot keep features in "a-file\/below" .*no folder/],
    [
      'an evaluation below a file',
      ['evaluate', ...corpus('list.csv'), '--out', below],
      /cannot write "a-file\/below": ENOTDIR: "a-file" is no folder/,
    ],
    [
      'an evaluation of unknown classes',
      ['evaluate', '--corpus', 'synthetic', '--classes', 'rage'],
      /"rage" is none of joy/,
    ],
    [
      'features below a file',
      ['features', wav, '-o', below],
      /cannot write "a-file\/below": ENOTDIR: "a-file" is no folder/,
    ],
    ['features that are a folder', ['features', wav, '-o', '.'], /cannot write ".": it is a folder/],
    [
      'a page below a file',
      ['report', '.', '--markdown', below],
      /cannot write "a-file\/below": ENOTDIR: "a-file" is no folder/,
    ],
  ])('%s', async (_, args, message) => {
    const before = readdirSync(folder)
    const { code, stdout, stderr } = await ser(...args)
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/features \d|recordings \d|begins|epoch/)
    expect(stderr).not.toMatch(/\n\s+at /)
    expect([code === 1 || code === 2, stdout]).toEqual([true, ''])
    expect(readdirSync(folder)).toEqual(before)
  })

  it('merging into what is no folder', async () => {
    const made = await ser(...experiment('list.csv', '--epochs', '1', '--shard', '1/1', '--no-cache'))
    expect(made.code).toBe(0)
    const { code, stderr } = await ser('merge', 'out', '--out', below)
    expect([code, stderr]).toEqual([1, 'error: cannot write into "a-file/below": ENOTDIR: "a-file" is no folder\n'])
    rmSync(join(folder, 'out'), { recursive: true })
  })

  it.each([
    [['experiment', '--out', '']],
    [['experiment', '--cache', '']],
    [['train', '--corpus', 'manifest', '--data', '', '-o', 'model.st']],
    [['train', '--corpus', 'manifest', '--data', 'list.csv', '-o', '']],
    [['evaluate', '--corpus', 'manifest', '--data', 'list.csv', '--out', '']],
    [['features', wav, '-o', '']],
    [['features', '']],
    [['predict', wav, '']],
    [['merge', '', '--out', 'out']],
    [['merge', '.', '--out', '']],
    [['report', '']],
    [['report', '.', '--markdown', '']],
  ])('an empty path, which would be the current folder: %j', async (args) => {
    const { code, stderr, stdout } = await ser(...args)
    expect(code).toBe(2)
    expect(stderr).toContain('expected a path, got an empty text')
    expect(stdout).toBe('')
  })

  it('a folder with files of others that --fresh would remove', async () => {
    mkdirSync(join(folder, 'mine', 'folds'), { recursive: true })
    write('mine/folds/a.txt', 'mine')
    const { code, stderr } = await ser('experiment', ...corpus('list.csv'), '--fresh', '--out', 'mine')
    expect(code).toBe(1)
    expect(stderr).toContain('has "folds" but no plan of an experiment')
    expect(existsSync(join(folder, 'mine/folds/a.txt'))).toBe(true)
    rmSync(join(folder, 'mine'), { recursive: true })
  })

  it('a class that nobody speaks', async () => {
    const { stderr } = await ser(
      'experiment',
      '--corpus',
      'folder',
      '--data',
      '.',
      '--speaker',
      '(s\\d+)',
      '--classes',
      'joy',
    )
    expect(stderr).toMatch(/^error: loadCorpus: "classes" expected one of/m)
    // In a folder of their own: among more files of other names they would be refused.
    mkdirSync(join(folder, 'speech'))
    write('speech/03a01Fa.wav', encodeWav({ sampleRate: 16000, channels: [voices[0].samples()] }))
    write('speech/08a01Wa.wav', encodeWav({ sampleRate: 16000, channels: [voices[0].samples()] }))
    const emodb = await ser('experiment', '--corpus', 'emodb', '--data', 'speech', '--validation-speakers', '1')
    expect(emodb.stderr).toMatch(/^warning {3}no recording of neutral\nwarning {3}no recording of sadness$/m)
    expect(emodb.stderr).not.toMatch(/features/)
    rmSync(join(folder, 'speech'), { recursive: true })
  })
})

describe('something is said at once', () => {
  /** Lines in their order. */
  const said = ({ stderr }: Finished): string[] => stderr.trimEnd().split('\n')
  const small = ['--epochs', '2', '--no-cache']

  it('by an experiment: before recordings are looked for, and before the first fold', async () => {
    const finished = await ser(...experiment('list.csv', ...small, '--no-report'))
    expect(finished.code).toBe(0)
    const lines = said(finished)
    expect(lines.slice(0, 2)).toEqual([
      'reading   manifest in list.csv',
      'corpus    manifest: 4 utterances of 2 speakers (anger 2, sadness 2)',
    ])
    const features = lines.indexOf('100 %  features 4/4')
    expect(lines[features + 1]).toBe('  0 %  fold 1/2 (speaker s01) begins')
    rmSync(join(folder, 'out'), { recursive: true })
  })

  it('by a training: before recordings are looked for, and before the first epoch', async () => {
    const finished = await ser(...train('list.csv', ...small))
    expect(finished.code).toBe(0)
    const lines = said(finished)
    expect(lines[0]).toBe('reading   manifest in list.csv')
    const recordings = lines.indexOf('100 %  recordings 4/4')
    expect(lines[recordings + 1]).toBe('  0 %  training of at most 2 epochs begins')
    rmSync(join(folder, 'new'), { recursive: true })
  })

  it('by an evaluation', async () => {
    expect(said(await ser('evaluate', '--corpus', 'synthetic'))[0]).toMatch(/^corpus {4}synthetic: 128 utterances/)
    expect(said(await ser('evaluate', ...corpus('list.csv')))[0]).toBe('reading   manifest in list.csv')
  })

  it('by a worker of a queue that is not there', async () => {
    const { code, stderr } = await ser('worker', '--allow', '--queue', 'redis://user:secret@127.0.0.1:1')
    expect(code).toBe(1)
    expect(stderr).toMatch(/^queue {5}connecting to redis:\/\/.*127\.0\.0\.1:1\nerror: /)
    expect(stderr).not.toContain('secret')
  })
})

describe('a fold that cannot be kept', () => {
  it('is told, with those that stay', async () => {
    const args = experiment('list.csv', '--epochs', '1', '--no-cache', '--no-report')
    expect((await ser(...args)).code).toBe(0)
    const second = join(folder, 'out', 'folds', 'lstm', 'strict', 'seed-1', 's02.json')
    rmSync(second)
    mkdirSync(second)
    const { code, stderr } = await ser(...args)
    expect(stderr).toMatch(
      /^finished folds stay in out: .*\nerror: fold lstm\/strict\/seed-1\/s02 is done and lost: cannot write ".*": EISDIR/m,
    )
    expect(code).toBe(1)
    rmSync(join(folder, 'out'), { recursive: true })
  })
})

const full = '/dev/full'
/** Everything but what is gone: nowhere to keep anything. */
const nowhere = { TMPDIR: join(folder, below), HOME: join(folder, below) }

describe.skipIf(!existsSync(full))(
  `where the disk is full${existsSync(full) ? '' : ' (skipped: no /dev/full)'}`,
  () => {
    const system = ['--system', 'functionals-mlp', '--no-cache', '--epochs', '1']
    const kept = /^error: cannot write "\/dev\/full": ENOSPC: .*\n(.*) is kept in "(.*)"$/m
    const lost = /^error: cannot write "\/dev\/full": ENOSPC: .*\n(.*) is lost: nothing else takes it \(.*\)$/m
    const withEnv = async (env: NodeJS.ProcessEnv, ...args: string[]): Promise<Finished> =>
      await runNode([`${root}dist/cli.js`, ...args], folder, env)

    it.each<[string, string[], string]>([
      ['train', ['train', ...corpus('list.csv'), '-o', full, ...system], 'the trained model'],
      ['evaluate', ['evaluate', '--corpus', 'synthetic', '--out', full], 'the evaluation'],
      ['features', ['features', wav, '-o', full], 'the matrix of features'],
    ])('ser %s keeps what it made elsewhere and says where, or that it is lost', async (_, args, what) => {
      const home = mkdtempSync(join(folder, 'home-'))
      const { code, stderr } = await withEnv({ ...nowhere, HOME: home }, ...args)
      const [, name, path] = kept.exec(stderr) ?? expect.fail(stderr)
      expect([code, name]).toEqual([1, what])
      expect(path.startsWith(home)).toBe(true)
      expect(existsSync(path)).toBe(true)
      if (args[0] === 'train') {
        const asked = await ser('predict', '--model', path, wav)
        expect([asked.code, asked.stdout]).toEqual([0, expect.stringContaining(`${wav}\t`)])
      }
      rmSync(home, { recursive: true })
      const without = await withEnv(nowhere, ...args)
      expect([without.code, lost.exec(without.stderr)?.[1]]).toEqual([1, what])
    })

    it('a page goes there, and says why it cannot', async () => {
      const { code, stderr } = await ser('report', '.', '--markdown', full)
      expect([code, stderr]).toEqual([1, expect.stringMatching(/^error: .*ENOSPC/)])
      for (const name of ['report.md', 'report.html']) rmSync(join(folder, name), { force: true })
    })

    it('an experiment prints what it found before it cannot write it, and its folds stay', async () => {
      const args = experiment('list.csv', '--epochs', '1', '--no-cache', '--no-report')
      expect((await ser(...args)).code).toBe(0)
      rmSync(join(folder, 'out', 'results.json'))
      symlinkSync(full, join(folder, 'out', 'results.json'))
      const { code, stdout, stderr } = await ser(...args)
      expect(stdout).toMatch(/^true \\ said .*accuracy \(WAR\)/ms)
      expect(stderr).toMatch(/^finished folds stay in out: .*\nerror: cannot write "out\/results\.json": ENOSPC/m)
      expect(code).toBe(1)
      rmSync(join(folder, 'out', 'results.json'))
      expect(await ser(...args)).toMatchObject({ code: 0, stdout: expect.stringContaining('out/results.json') })
      rmSync(join(folder, 'out'), { recursive: true })
    })

    it('a report that cannot be written leaves the results on the screen and says how to make it again', async () => {
      const args = experiment('list.csv', '--epochs', '1', '--no-cache')
      expect((await ser(...args)).code).toBe(0)
      rmSync(join(folder, 'out', 'report.md'))
      symlinkSync(full, join(folder, 'out', 'report.md'))
      const { code, stdout, stderr } = await ser(...args)
      expect(stdout).toMatch(/^true \\ said /m)
      expect(stderr).toMatch(/^error: no report: ENOSPC.*\nthe results are in out, ser report out makes it again$/m)
      expect(code).toBe(1)
      rmSync(join(folder, 'out'), { recursive: true })
    })
  },
)
