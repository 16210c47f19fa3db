/**
 * Recognisers trained on some recordings of the corpora of models/corpora.json and asked about the others: the recordings are read
 * once for all of them. Uses the sources, bundled when it is imported.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const exported = {
  'node/training-set': ['readTrainingSet'],
  'node/feature-cache': ['cacheIn'],
  'node/source': ['openSource'],
  'pipelines/training-data': ['subset'],
  'pipelines/recognizer': ['Recognizer'],
  'pipelines/adaptation-protocol': ['AdaptationProtocol'],
  'pipelines/speech-presence': ['speechPresence'],
  'pipelines/systems': ['systemFrom'],
  'audio/mono': ['toMono'],
  'core/array': ['floatView'],
  'evaluation/recall-interval': ['unweightedRecallInterval'],
}

/** The library's modules as one, in a file beside the dependencies that is gone once it is loaded. */
async function sources() {
  mkdirSync(join(root, 'node_modules/.cache'), { recursive: true })
  const folder = mkdtempSync(join(root, 'node_modules/.cache/left-out-'))
  const outfile = join(folder, 'sources.mjs')
  const contents = Object.entries(exported).map(
    ([path, names]) => `export { ${names.join(', ')} } from './src/${path}.ts'`,
  )
  await build({
    stdin: { contents: contents.join('\n'), resolveDir: root },
    ...{ bundle: true, platform: 'node', format: 'esm', packages: 'external', outfile },
  })
  const modules = await import(pathToFileURL(outfile).href)
  rmSync(folder, { recursive: true })
  return modules
}

const {
  readTrainingSet,
  cacheIn,
  openSource,
  subset,
  Recognizer,
  AdaptationProtocol,
  speechPresence,
  systemFrom,
  toMono,
  floatView,
  unweightedRecallInterval,
} = await sources()

export { unweightedRecallInterval }

export const classes = ['joy', 'neutral', 'sadness', 'anger']

/** Corpora that are asked about, each left out in turn; the others are always known. */
export const asked = ['emodb', 'banglaser', 'cremad']

let opened
/** All recordings of the corpora, opened once. */
export async function allRecordings() {
  opened ??= await open()
  return opened
}

async function open() {
  const list = JSON.parse(readFileSync(join(root, 'models/corpora.json'), 'utf8'))
  const corpora = list.map((one) => ({ ...one, path: join(root, 'models', one.path) }))
  return await openSource({ kind: 'several', corpora, classes })
}

const known = new Map()
/** The recordings as training data of a system, read once, and whether there is speech in each. */
export async function readAll(config, cache) {
  const key = JSON.stringify([config, cache])
  if (!known.has(key)) known.set(key, readAnew(config, cache))
  return await known.get(key)
}

async function readAnew(config, cache) {
  const source = await allRecordings()
  const [speech, kept] = [new Map(), cacheIn('readAll', cache)]
  const utterances = source.utterances.map((one) => ({
    ...one,
    read: async () => {
      const audio = await one.read()
      const found = await kept.kept(audio, { presence: 1 }, () => {
        const { probability, speech } = speechPresence(toMono(audio), { sampleRate: audio.sampleRate })
        return floatView(Float64Array.of(probability, Number(speech)), [2])
      })
      speech.set(one.path, found.data[1] === 1)
      return audio
    },
  }))
  const system = systemFrom('readAll', 'config', config)
  const { frontEnd, degradations } = system
  const started = Date.now()
  const data = await readTrainingSet('readAll', { ...source, utterances }, frontEnd, { cache }, degradations)
  if (data.sequences.length !== utterances.length) throw new Error('recordings were left out')
  console.error(`${utterances.length} recordings read in ${Math.round((Date.now() - started) / 1000)} s`)
  return {
    system,
    config,
    data,
    utterances: source.utterances,
    speech: source.utterances.map(({ path }) => speech.get(path)),
  }
}

/** The system as trained on the recordings that pass. */
export async function trainedOn({ system, data, utterances }, passes, seed = 1) {
  const members = Int32Array.from(utterances.keys()).filter((i) => passes(utterances[i], i))
  return await system.train(subset(data, members), classes.length, seed, {})
}

/** The recogniser of a trained system. */
export function recognizerOf({ config }, trained, card) {
  return new Recognizer({ system: config, classes, state: trained.state(), card })
}

/**
 * Answers of a trained system for the recordings that pass, by each way of adaptation to others of them: recordings with `said`,
 * null where no speech is heard.
 */
export function answers({ adaptation }, { data, utterances, speech }, passes, ways) {
  const members = [...utterances.keys()].filter((i) => passes(utterances[i], i))
  const rows = members.map((i) => adaptation.rows(data.sequences[i]))
  const list = members.map((i) => utterances[i])
  const heard = {
    rows,
    speakers: list.map(({ speaker }) => speaker),
    corpora: list.map(({ corpus }) => corpus),
  }
  return ways.map(({ mix, adapt, recordings = null, seed = 1 }) => {
    const among = mix === undefined ? undefined : (i) => list[i].label === mix
    const protocol = new AdaptationProtocol(adaptation, heard, { adapt, recordings, seed, among })
    return list.map((utterance, i) => {
      const { voice } = protocol.voiceFor(i)
      const posterior = adaptation.adapted(voice).adaptation.predictRows(rows[i])
      const best = classes[posterior.indexOf(Math.max(...posterior))]
      return { ...utterance, most: best, said: speech[members[i]] ? best : null }
    })
  })
}
