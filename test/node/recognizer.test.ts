import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { toMono } from '../../src/audio/mono.ts'
import { decodeWav } from '../../src/audio/wav-decode.ts'
import { FormatError, StateError } from '../../src/core/errors.ts'
import type { Json } from '../../src/core/types.ts'
import { evaluateRecognizer } from '../../src/node/corpus-evaluation.ts'
import { type ExperimentSource, syntheticSource } from '../../src/node/index.ts'
import { loadRecognizer } from '../../src/node/load-recognizer.ts'
import type { SourceCorpus } from '../../src/node/several.ts'
import { trainOnCorpus } from '../../src/node/train.ts'
import { Recognizer } from '../../src/pipelines/recognizer.ts'
import { createSystem, type SystemConfig } from '../../src/pipelines/systems.ts'
import { emodbFolder, emodbTitle, hasEmodb } from '../support/emodb.ts'
import { systems, voices } from '../support/recognizer.ts'
import { root } from '../support/run.ts'

type Facts = Record<string, unknown>

const folder = mkdtempSync(join(tmpdir(), 'ser-recognizer-'))
afterAll(() => rmSync(folder, { recursive: true }))
const [voice] = voices
const [config] = systems
const source = syntheticSource({ speakers: 2, sentences: 1, emotions: ['sadness', 'anger'] })

describe('the recogniser that ships', () => {
  const file = join(root, 'models/recognizer.safetensors')

  it('is small, and the same from its file, from bytes and by default', async () => {
    const bytes = readFileSync(file)
    expect(bytes.length).toBeLessThan(300_000)
    const all = [await loadRecognizer(), await loadRecognizer(file), Recognizer.from(bytes)]
    const [first, ...others] = all.map((one) => one.predict(voice.samples(), voice.sampleRate))
    for (const other of others) expect(other).toEqual(first)
    expect(all[0].classes).toEqual(['joy', 'neutral', 'sadness', 'anger'])
  })

  it('carries its card, and the pages say the same', async () => {
    const { card, system } = await loadRecognizer()
    const facts = JSON.parse(readFileSync(join(root, 'models/card.json'), 'utf8'))
    expect(card).toMatchObject(facts)
    expect(Object.keys((card.training as Facts).corpora as Facts)).toEqual(['emodb', 'banglaser', 'cremad', 'resd'])
    const pages = ['models/README.md', 'docs/results/second-edition.md'].map((path) =>
      readFileSync(join(root, path), 'utf8'),
    )
    for (const rate of Object.values<number[]>(facts.rates.unheardCorpora).flat()) {
      for (const page of pages) expect(page).toContain((100 * rate).toFixed(1))
    }
    const { temperature, threshold } = card.calibration as { temperature: number; threshold: number }
    expect(pages[0]).toContain(threshold.toFixed(2))
    expect(pages[1]).toContain(temperature.toFixed(3))
    expect(pages[0]).toContain(`\`${system.system}\`, default settings`)
    expect(system.options).toEqual(createSystem('measures-lda').settings)
  })

  it('has its first edition, whose card and page say the same', async () => {
    const { card, system } = await loadRecognizer({ edition: 1 })
    const facts = JSON.parse(readFileSync(join(root, 'models/card-1.json'), 'utf8'))
    expect(card).toMatchObject(facts)
    expect(card.training).toMatchObject({ corpus: 'emodb', recordings: 339 })
    const page = readFileSync(join(root, 'models/edition-1.md'), 'utf8')
    const percents = [facts.accuracy.war, facts.accuracy.uar, ...Object.values<number>(facts.accuracy.recall)]
    for (const rate of percents) expect(page).toContain(`${(100 * rate).toFixed(1)} %`)
    expect(page).toContain(`\`${system.system}\`, default settings`)
    expect(system.options).toEqual(createSystem('blstm').settings)
    const results = readFileSync(join(root, facts.accuracy.protocol.split('; ')[1]), 'utf8')
    expect(results).toContain((100 * facts.accuracy.war).toFixed(1))
  })

  it.skipIf(!hasEmodb)(
    emodbTitle('recognises recordings that it was trained on: this checks what ships, not how good it is'),
    async () => {
      const recognizer = await loadRecognizer()
      const letters = { F: 'joy', N: 'neutral', T: 'sadness', W: 'anger' }
      const names = ['03a01Fa', '03a01Nc', '03a02Ta', '03a01Wa', '08a01Na', '08a01Wa', '16a01Wb', '16a01Tb']
      const right = names.filter((name) => {
        const audio = decodeWav(readFileSync(join(emodbFolder, 'wav', `${name}.wav`)))
        const { label } = recognizer.predict(toMono(audio), audio.sampleRate, { timeline: false })
        return label === letters[name[5] as keyof typeof letters]
      })
      expect(right.length).toBeGreaterThanOrEqual(7)
    },
  )
})

describe('loadRecognizer', () => {
  it('names the file that it cannot read', async () => {
    const text = join(folder, 'text.safetensors')
    writeFileSync(text, 'hello, this is text')
    await expect(loadRecognizer(text)).rejects.toThrow(/loadRecognizer: ".*text\.safetensors": decodeSafetensors: /)
    await expect(loadRecognizer(text)).rejects.toThrow(FormatError)
    await expect(loadRecognizer(join(folder, 'nowhere'))).rejects.toThrow(/nowhere": ENOENT/)
    await expect(loadRecognizer(3 as never)).rejects.toThrow(/"path" expected a string/)
    await expect(loadRecognizer({ edition: 3 as never })).rejects.toThrow(
      /"edition" expected an integer >= 1 and <= 2, got 3/,
    )
    await expect(loadRecognizer({ editon: 1 } as never)).rejects.toThrow(/unknown option "editon"/)
  })
})

describe('trainOnCorpus', () => {
  it('gives the same bytes for the same seed, with the facts of the training', async () => {
    const told: string[] = []
    const broken = { ...source.utterances[0], path: 'broken', read: () => Promise.reject(new Error('no such sound')) }
    const mixed: ExperimentSource = { ...source, utterances: [...source.utterances, broken] }
    const options = { seed: 3, dtype: 'float16' as const, card: { note: 'a test' } }
    const trained = await trainOnCorpus(mixed, config, {
      ...options,
      onProblem: (path, reason, leftOut) => told.push(`${path} ${reason} ${leftOut}`),
    })
    expect(told).toEqual(['broken no such sound true'])
    expect(trained).toMatchObject({ recordings: 4, recognised: 4 })
    expect(trained.rounding.largestChange).toBeGreaterThan(0)
    expect(trained.recognizer.card).toMatchObject({
      note: 'a test',
      training: { corpus: 'synthetic', perClass: { sadness: 2, anger: 2 }, speakers: ['s01', 's02'], seed: 3 },
      storage: { dtype: 'float16', ...trained.rounding },
    })
    expect((await trainOnCorpus(source, config, { ...options, cache: join(folder, 'cache') })).bytes).toEqual(
      trained.bytes,
    )
    expect((await trainOnCorpus(source, config, { ...options, seed: 4 })).bytes).not.toEqual(trained.bytes)
  })

  it('learns features from recordings without labels too, where the system does', async () => {
    const options = { ...{ hidden: 4, crbmEpochs: 2, epochs: 2, rectifiers: [4] } }
    const learning: SystemConfig = { system: 'crbm-dnn', options }
    const more = syntheticSource({ speakers: 1, sentences: 2, seed: 5 })
    const alone = await trainOnCorpus(source, learning)
    const both = await trainOnCorpus(source, learning, { unlabelled: more })
    expect(both.recognizer.card.training).toMatchObject({ recordings: 4, unlabelled: { synthetic: 8 } })
    const { unlabelled: _, ...facts } = both.recognizer.card.training as Facts
    expect(alone.recognizer.card.training).toEqual(facts)
    const posterior = ({ recognizer }: typeof both) =>
      recognizer.predict(voice.samples(), voice.sampleRate).probabilities
    expect(posterior(both)).not.toEqual(posterior(alone))
    // Their labels tell nothing.
    const utterances = more.utterances.map((one) => ({ ...one, label: 'joy', speaker: '' }))
    expect((await trainOnCorpus(source, learning, { unlabelled: { ...more, utterances } })).bytes).toEqual(both.bytes)
    await expect(trainOnCorpus(source, config, { unlabelled: more })).rejects.toThrow(
      `trainOnCorpus: "unlabelled" expected a system that learns from it, such as crbm-lstm, got ${config.system}`,
    )
    await expect(trainOnCorpus(source, learning, { unlabelled: more, start: both.recognizer })).rejects.toThrow(
      'trainOnCorpus: "unlabelled" expected no "start" beside it, whose CRBM is taken as it is',
    )
    await expect(trainOnCorpus(source, learning, { unlabelled: 'more' } as never)).rejects.toThrow(
      '"unlabelled" expected',
    )
  })

  it('trains where speakers are not known, and refuses a corpus of one class', async () => {
    const nobody = { ...source, utterances: source.utterances.map((utterance) => ({ ...utterance, speaker: '' })) }
    expect((await trainOnCorpus(nobody, config)).recordings).toBe(4)
    const calm = { ...source, classes: ['sadness'], utterances: source.utterances.filter((u) => u.label === 'sadness') }
    await expect(trainOnCorpus(calm, config)).rejects.toThrow(/"classes" expected at least 2 items, got 1/)
    const without = { ...source, utterances: calm.utterances }
    await expect(trainOnCorpus(without, config)).rejects.toThrow(/no recording of "anger"/)
    await expect(trainOnCorpus(source, config, { sede: 1 } as never)).rejects.toThrow(/unknown option "sede"/)
  })

  it.each<[object, string]>([
    [{ seed: {} }, '"seed" expected'],
    [{ dtype: 'float64' }, '"dtype" expected one of "float16", "float32", got "float64"'],
    [{ dtype: null }, '"dtype" expected one of "float16", "float32", got null'],
    [{ card: 'good' }, '"card" expected an object, got "good"'],
    [{ card: [] }, '"card" expected an object, got an array of length 0'],
    [{ card: { n: 1n } }, '"card" expected JSON: '],
    [{ cache: 5 }, '"cache" expected a string, got 5'],
    [{ onProblem: 'x' }, '"onProblem" expected a function, got "x"'],
    [{ onEpoch: 'x' }, '"onEpoch" expected a function, got "x"'],
    [{ signal: 'x' }, '"signal" expected an AbortSignal, got "x"'],
  ])('refuses %o before a recording is read', async (options, message) => {
    const unread = source.utterances.map((one) => ({ ...one, read: () => expect.fail('read') }))
    const call = trainOnCorpus({ ...source, utterances: unread }, config, options)
    await expect(call).rejects.toThrow(`trainOnCorpus: ${message}`)
  })

  it('refuses what is no corpus and what is no system', async () => {
    await expect(trainOnCorpus('x' as never, config)).rejects.toThrow('trainOnCorpus: "source" expected a corpus')
    await expect(trainOnCorpus(source, undefined as never)).rejects.toThrow(
      'trainOnCorpus: "config" expected an object, got undefined',
    )
  })

  it('gives the first reason where no recording can be used', async () => {
    const many = { system: 'lstm', options: { frontEnd: { filters: 128 } } } as const
    const call = trainOnCorpus(source, many)
    await expect(call).rejects.toThrow(StateError)
    await expect(call).rejects.toThrow(/^trainOnCorpus: none of 4 recordings can be used; ".+": logMel: /)
  })
})

describe('evaluateRecognizer', async () => {
  const { recognizer } = await trainOnCorpus(source, config)

  it('counts what was right, with intervals, and says whom the model has heard', async () => {
    const wider = syntheticSource({ speakers: 3, sentences: 1, emotions: ['joy', 'sadness', 'anger'] })
    const evaluation = await evaluateRecognizer(recognizer, wider)
    expect(evaluation).toMatchObject({
      corpus: { name: 'synthetic', recordings: 6, speakers: ['s01', 's02', 's03'] },
      system: 'functionals-mlp',
      heard: ['s01', 's02'],
      otherClasses: { joy: 3 },
      confusion: { classes: ['sadness', 'anger'] },
    })
    const right = evaluation.predictions.filter(({ label, said }) => label === said).length
    expect(evaluation.accuracy).toBe(right / 6)
    const { low, high } = evaluation.unweightedRecallInterval
    expect(low).toBeLessThan(evaluation.unweightedRecall + 1e-12)
    expect(high).toBeGreaterThanOrEqual(evaluation.unweightedRecall)
    const [{ path, said, probabilities }] = evaluation.predictions
    const utterance = wider.utterances.find((candidate) => candidate.path === path)
    const audio = await utterance?.read()
    const alone = recognizer.predict(toMono(audio as never), 16000)
    expect([said, probabilities]).toEqual([alone.label, alone.probabilities])
  })

  it('knows of no speaker of another corpus, nor of any without a card', async () => {
    const elsewhere = { ...source, name: 'emodb' }
    expect((await evaluateRecognizer(recognizer, elsewhere)).heard).toEqual([])
    expect((await evaluateRecognizer(recognizer.withCard({}), source)).heard).toBeNull()
  })

  it('knows speakers of a corpus that is called otherwise than its kind, there or in the training', async () => {
    const named = (name: string, kind = 'emodb'): typeof source & { corpora: SourceCorpus[] } => {
      const utterances = source.utterances.map((one) => ({ ...one, corpus: name, speaker: `${name}/${one.speaker}` }))
      return { ...source, name, utterances, corpora: [{ name, kind, otherClasses: {} }] }
    }
    const heardIn = async (training: Json, asked: string, kind?: string): Promise<string[] | null> =>
      (await evaluateRecognizer(recognizer.withCard({ training }), named(asked, kind))).heard
    const usual = { corpus: 'emodb', corpora: { emodb: {} }, speakers: ['emodb/s01'] }
    expect(await heardIn(usual, 'berlin')).toEqual(['berlin/s01'])
    expect(await heardIn({ corpus: 'emodb', speakers: ['s01'] }, 'berlin')).toEqual(['berlin/s01'])
    expect(await heardIn(usual, 'berlin', 'savee')).toEqual([])
    const own = (await trainOnCorpus(named('mine'), config)).recognizer.card.training as { corpora: Json }
    expect(own.corpora).toMatchObject({ mine: { kind: 'emodb' } })
    expect(await heardIn(own, 'emodb')).toEqual(['emodb/s01', 'emodb/s02'])
    expect(await heardIn(own, 'berlin')).toEqual(['berlin/s01', 'berlin/s02'])
  })

  it('does not know whom it has heard where names of corpora or speakers do not tell', async () => {
    const heardIn = async (trained: string, asked: string, speaker?: string): Promise<string[] | null> => {
      const training = { corpus: trained, speakers: [speaker ?? 's01'] }
      const utterances = source.utterances.map((one) => ({ ...one, speaker: speaker ?? one.speaker }))
      const evaluation = await evaluateRecognizer(recognizer.withCard({ training }), {
        ...source,
        name: asked,
        utterances,
      })
      return evaluation.heard
    }
    expect(await heardIn('emodb', 'manifest')).toBeNull()
    expect(await heardIn('folder', 'synthetic')).toBeNull()
    expect(await heardIn('folder', 'folder', '')).toBeNull()
    expect(await heardIn('folder', 'folder')).toEqual(['s01'])
  })

  it('refuses paths of a recogniser and of a corpus', async () => {
    const where = 'evaluateRecognizer: '
    await expect(evaluateRecognizer('a.safetensors' as never, source)).rejects.toThrow(
      `${where}"recognizer" expected a Recognizer, such as of loadRecognizer, got "a.safetensors"`,
    )
    await expect(evaluateRecognizer(recognizer, 'x' as never)).rejects.toThrow(`${where}"source" expected a corpus`)
  })

  it('refuses a corpus without its classes', async () => {
    const joy = syntheticSource({ speakers: 1, sentences: 1, emotions: ['joy'] })
    await expect(evaluateRecognizer(recognizer, joy)).rejects.toThrow(/no recording of sadness, anger to ask of/)
  })
})
