/** What corpora tell of their speakers, on disk, in evaluations, experiments and cards; never in trainings. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { encodeWav } from '../../src/audio/wav-encode.ts'
import { syntheticCorpus } from '../../src/corpora/synthetic.ts'
import type { CorpusPerson } from '../../src/experiments/corpus-person.ts'
import { checkPlan } from '../../src/experiments/plan.ts'
import { loadCorpus } from '../../src/node/corpus.ts'
import { evaluateRecognizer } from '../../src/node/corpus-evaluation.ts'
import { runExperiment } from '../../src/node/experiment.ts'
import { permittedCorpus } from '../../src/node/queue/permitted.ts'
import { readResults } from '../../src/node/report.ts'
import { runPlan } from '../../src/node/run-plan.ts'
import { openSource, syntheticSource } from '../../src/node/source.ts'
import { trainOnCorpus } from '../../src/node/train.ts'
import type { CardGroups } from '../../src/node/training-facts.ts'
import { createSystem } from '../../src/pipelines/systems.ts'
import { resultsMarkdown } from '../../src/report/markdown.ts'
import { systems } from '../support/recognizer.ts'

const folder = mkdtempSync(join(tmpdir(), 'ser-people-'))
afterAll(() => rmSync(folder, { recursive: true }))

const sampleRate = 8000
const voices = syntheticCorpus({ speakers: 2, sentences: 3 }).map((voice) => voice.samples())
let made = 0

function put(name: string, content?: string): string {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  const sound = voices[made % voices.length].subarray(0, sampleRate)
  if (content === undefined) made++
  writeFileSync(path, content ?? encodeWav({ sampleRate, channels: [sound] }))
  return path
}

const factsOf = (utterances: readonly object[]): unknown[] =>
  utterances.map((one) => {
    const { gender, age, language } = one as CorpusPerson
    return [gender, age, language]
  })

const cremad = ['1001_DFA_ANG_XX.wav', '1002_DFA_HAP_XX.wav']

describe('tables of speakers', () => {
  it('of CREMA-D are read where they are in its folder, and no other column of them', async () => {
    for (const name of cremad) put(`cremad/AudioWAV/${name}`)
    const at = join(folder, 'cremad')
    expect(factsOf((await loadCorpus('cremad', at)).utterances)).toEqual([
      ['male', undefined, 'en'],
      ['female', undefined, 'en'],
    ])
    put('cremad/VideoDemographics.csv', '"ActorID","Age","Sex","Race"\n1001,51,"Male","X"\n1002,21,"Female","Y"\n')
    const { utterances, problems } = await loadCorpus('cremad', at)
    expect(factsOf(utterances)).toEqual([
      ['male', 51, 'en'],
      ['female', 21, 'en'],
    ])
    expect(JSON.stringify(utterances)).not.toMatch(/X"|Y"|Race/)
    expect(problems).toEqual([])
  })

  it('that are published and damaged are told, and no reason to refuse the recordings', async () => {
    for (const name of cremad) put(`damaged/${name}`)
    put('damaged/VideoDemographics.csv', 'x,y\n')
    const { utterances, problems } = await loadCorpus('cremad', join(folder, 'damaged'))
    expect(utterances).toHaveLength(2)
    expect(problems).toMatchObject([{ path: 'VideoDemographics.csv', kept: true }])
  })

  it('may be given for any corpus, by its speakers', async () => {
    for (const name of ['joy/a_1.wav', 'anger/b_2.wav']) put(`own/${name}`)
    const table = put('own.csv', 'Speaker;Gender;Age;Language\na;F;33;deu\nb;other;;bn\n')
    const reference = { kind: 'folder', path: join(folder, 'own'), speaker: '([ab])_', speakerTable: table }
    const facts = factsOf((await openSource(reference)).utterances)
    expect(facts).toEqual([
      ['other', undefined, 'bn'],
      ['female', 33, 'de'],
    ])
    const wrong = put('wrong.csv', 'speaker,age\nc,3\n')
    await expect(openSource({ ...reference, speakerTable: wrong })).rejects.toThrow(
      /table of speakers ".*wrong\.csv": none is of the corpus, such as "b"/,
    )
    await expect(openSource({ ...reference, speakerTable: join(folder, 'none.csv') })).rejects.toThrow(/none\.csv/)
  })

  it('are opened by no worker of a queue', async () => {
    const corpus = { kind: 'emodb', path: 'x', speakerTable: '/etc/passwd' }
    const request = { corpus } as Parameters<typeof permittedCorpus>[0]
    expect(await permittedCorpus(request, { data: folder })).toEqual({ kind: 'emodb', path: folder })
  })
})

describe('speakers in the corpora of other tools', () => {
  it('of audformat are in the labels of their scheme, or in a table of them', async () => {
    const vectors = fileURLToPath(new URL('../vectors/foreign/', import.meta.url))
    const from = join(vectors, 'audformat-csv')
    const yaml = readFileSync(join(from, 'db.yaml'), 'utf8')
    const place = (name: string, header: string): string => {
      cpSync(from, join(folder, name), { recursive: true })
      for (const letter of 'abcd') put(`${name}/wav/${letter}.wav`)
      put(`${name}/db.yaml`, header)
      return join(folder, name)
    }
    expect(yaml).toContain('speaker:')
    // Genders in columns stay those of the columns.
    const plain = await loadCorpus('audformat', place('aud', `${yaml}\n`))
    const scheme = (labels: string): string =>
      yaml.replace(/^( {2}speaker:).*\n( {4}.*\n)*/m, `$1\n    dtype: str\n    labels: ${labels}\n`)
    const labels = "{'1e5': {age: 31, gender: male, language: deu}, '02': {age: 44}}"
    const inLabels = await loadCorpus('audformat', place('aud-labels', scheme(labels)))
    const facts = (list: typeof plain.utterances): Record<string, unknown> =>
      Object.fromEntries(list.map(({ speaker, gender, age, language }) => [speaker, [gender, age, language]]))
    const [told, before] = [facts(inLabels.utterances), facts(plain.utterances)] as Record<string, unknown[]>[]
    expect(told['02'].slice(1)).toEqual([44, before['02'][2]])
    expect(told['1e5'].slice(1)).toEqual([31, 'de'])
    const header = `${scheme('who')}misc_tables:\n  who:\n    levels: {who: str}\n    columns: {}\n`
    const misc = place('aud-misc', header)
    put('aud-misc/db.who.csv', 'who,age,sex\n1e5,50,m\n02,,f\n')
    const inTable = facts((await loadCorpus('audformat', misc)).utterances) as Record<string, unknown[]>
    expect(inTable['1e5'][1]).toBe(50)
    expect(inTable['02'][1]).toBeUndefined()
    put('aud-misc/db.yaml', header.replace('misc_tables:\n  who:', 'misc_tables:\n  others:'))
    await expect(loadCorpus('audformat', misc)).rejects.toThrow('no misc table "who", which has the speakers')
  })

  it('of Kaldi and nkululeko are in their tables', async () => {
    for (const name of ['a', 'b']) put(`kaldi/${name}.wav`)
    put('kaldi/wav.scp', 'u1 a.wav\nu2 b.wav\n')
    put('kaldi/utt2spk', 'u1 s1\nu2 s2\n')
    put('kaldi/utt2emo', 'u1 joy\nu2 anger\n')
    put('kaldi/spk2gender', 's1 f\ns2 m\n')
    put('kaldi/spk2age', 's1 30\n')
    put('kaldi/utt2lang', 'u2 eng\n')
    expect(factsOf((await loadCorpus('kaldi', join(folder, 'kaldi'))).utterances)).toEqual([
      ['female', 30, undefined],
      ['male', undefined, 'en'],
    ])
    const list = put('kaldi/list.csv', 'file,emotion,speaker,gender,age,language\na.wav,joy,1,female,20,de\n')
    expect(factsOf((await loadCorpus('nkululeko', list)).utterances)).toEqual([['female', 20, 'de']])
  })
})

const [config] = systems
const source = syntheticSource({ speakers: 4, sentences: 1, emotions: ['sadness', 'anger'] })
const aged = {
  ...source,
  utterances: source.utterances.map((one, i) => ({
    ...one,
    age: one.speaker === 's01' ? 20 : 50,
    language: i ? 'de' : 'en',
  })),
}
const bare = {
  ...source,
  utterances: source.utterances.map(({ gender: _, ...one }) => one),
}

describe('rates by groups', () => {
  it('are in the card of a training with recordings left out, and change nothing that is learnt', async () => {
    const [one, other] = [aged, bare].map((each) => trainOnCorpus(each, config, { calibrate: 'speakers' }))
    const [told, plain] = [(await one).recognizer, (await other).recognizer]
    const { groups, ...card } = told.card as unknown as { groups: CardGroups }
    expect(card).toEqual(plain.card)
    expect(told.trainedState()).toEqual(plain.trainedState())
    expect(groups.protocol).toBe('folds of speakers')
    expect(groups.rates.map(({ by }) => by)).toEqual(['gender', 'age', 'language'])
    const [gender] = groups.rates
    expect(gender.groups.map(({ group, speakers, recordings, small }) => [group, speakers, recordings, small])).toEqual(
      [
        ['female', 2, 4, true],
        ['male', 2, 4, true],
      ],
    )
    expect(JSON.stringify(told.card)).not.toMatch(/"age":\s*\d/)
  })

  it('are in evaluations, as counted there', async () => {
    const { recognizer } = await trainOnCorpus(source, config)
    const { groups, predictions } = await evaluateRecognizer(recognizer, aged)
    const [gender, age] = groups
    expect(age.groups.map(({ group, speakers }) => [group, speakers])).toEqual([
      ['18 to 29', 1],
      ['45 to 59', 3],
    ])
    const women = predictions.filter(({ speaker }) => ['s02', 's04'].includes(speaker))
    const right = women.filter(({ label, said }) => label === said).length / women.length
    expect(gender.groups.find(({ group }) => group === 'female')?.accuracy).toBe(right)
    expect((await evaluateRecognizer(recognizer, bare)).groups).toEqual([])
  })

  it('are in the results of experiments and their reports, ages as groups only', async () => {
    const run = await runExperiment(aged, createSystem('functionals-mlp', { epochs: 2 }))
    expect(run.groups?.map(({ by }) => by)).toEqual(['gender', 'age', 'language'])
    expect(run.corpus.people).toContainEqual({
      ...{ speaker: 's01', gender: 'male', age: '18 to 29', language: 'en' },
      paths: [aged.utterances[0].path],
    })
    const plan = checkPlan({
      ...{ format: 'ser-core/plan', version: 1, seeds: [1, 2], protocols: ['strict'], combinations: [] },
      corpus: { kind: 'synthetic', synthetic: { speakers: 2, sentences: 1 } },
      systems: [{ name: 'mlp', system: 'functionals-mlp', options: { epochs: 2 } }],
    } as never)
    const at = join(folder, 'results')
    await runPlan(plan, { folder: at })
    const results = await readResults(at)
    const [{ groups, accuracy }] = results.summary
    expect(groups?.map(({ by }) => by)).toEqual(['gender'])
    const [female, male] = groups?.[0].groups ?? []
    expect([female.recordings, male.recordings]).toEqual([4, 4])
    expect((female.accuracy + male.accuracy) / 2).toBeCloseTo(accuracy.mean, 12)
    const page = resultsMarkdown(results)
    expect(page).toContain('## Groups of speakers')
    expect(page).toMatch(/\| gender \| female \\\* \| 4 of 1 \|/)
    expect(page).toContain('fewer than 10 speakers or 100 recordings')
    const { groups: _, ...old } = results.summary[0]
    expect(resultsMarkdown({ ...results, summary: [old] })).not.toContain('## Groups of speakers')
  })
})
