/**
 * Changes by distortions: the answers of a recogniser for recordings as they are and for the same recordings amplified,
 * clipped, coded, in noise and in a room. Writes docs/results/robustness.md. Run it on a fresh build.
 *
 *     node scripts/robustness.mjs --data ../shared/emodb                       the recogniser that ships, or --model FILE
 *     node scripts/robustness.mjs --data ../shared/emodb --folds 5             and as it is trained without a fifth of the speakers,
 *         [--cache FOLDER]                                                     on the others and on the other corpora of models/corpora.json
 *     node scripts/robustness.mjs --data ../shared/emodb --system blstm        trained anew for each speaker, without him or her
 *         [--config OPTIONS.json] [--seed 1] [--also banglaser=../shared/corpora/banglaser ...]     training corpora beside
 *     [--every 1] [--out docs/results/robustness.md | -]
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import {
  createSystem,
  extractFeatures,
  groupKFold,
  resample,
  toMono,
  trainRecognizer,
  unweightedRecall,
} from '../dist/index.js'
import { loadCorpus, loadRecognizer } from '../dist/node.js'
import { distortions, hasMp3 } from './distortions.mjs'
import { showHelp } from './show-help.mjs'

showHelp(import.meta.url)

const { values: flags } = parseArgs({
  options: {
    corpus: { type: 'string', default: 'emodb' },
    data: { type: 'string', default: '../shared/emodb' },
    model: { type: 'string' },
    system: { type: 'string' },
    config: { type: 'string' },
    also: { type: 'string', multiple: true, default: [] },
    seed: { type: 'string', default: '1' },
    folds: { type: 'string' },
    cache: { type: 'string', default: '.ser-cache' },
    every: { type: 'string', default: '1' },
    out: { type: 'string', default: 'docs/results/robustness.md' },
  },
})

/** Distortions that may change 10 % of the answers; the others may cost 5 points of recall. */
const keepsAnswers = (name) => /^gain|^offset|clipping x4$|noise 20/.test(name)
const known = Object.keys(distortions).filter((name) => !name.startsWith('MP3') || hasMp3())
const skipped = Object.keys(distortions).filter((name) => !known.includes(name))
const classes = ['joy', 'neutral', 'sadness', 'anger']

const open = (name, folder) => loadCorpus(name, folder, { classes, inspect: false })

/** The recording as samples at 16 kHz. */
async function soundOf(utterance) {
  const audio = await utterance.read()
  return resample(Float64Array.from(toMono(audio)), audio.sampleRate, 16000)
}

/** Answers by distortion for each of the utterances, by each recogniser that the functions give for its speaker. */
async function answersFor(utterances, recognizersFor) {
  const rows = recognizersFor.map(() => [])
  for (const [i, utterance] of utterances.entries()) {
    const recognizers = await Promise.all(recognizersFor.map((one) => one(utterance.speaker)))
    const x = await soundOf(utterance)
    const ask = ({ samples, sampleRate }) => {
      return recognizers.map((recognizer) => {
        const { label, sure } = recognizer.predict(Float32Array.from(samples), sampleRate, { timeline: false })
        return { label, sure }
      })
    }
    const all = { plain: ask({ samples: x, sampleRate: 16000 }) }
    for (const name of known) all[name] = ask(distortions[name](x, utterance.path))
    for (const [r, list] of rows.entries()) {
      const own = Object.entries(all).map(([name, answers]) => [name, answers[r]])
      list.push({ truth: utterance.label, ...Object.fromEntries(own) })
    }
    if ((i + 1) % 20 === 0) console.error(`${i + 1} of ${utterances.length} recordings`)
  }
  return rows
}

/** For each speaker the recogniser that was trained without his or her fold, with the card of the one that ships. */
async function byFolds({ system: { system }, card }) {
  const { readAll, recognizerOf, trainedOn } = await import('./left-out.mjs')
  const data = await readAll({ system }, flags.cache)
  const speakers = data.utterances.filter(({ corpus }) => corpus === flags.corpus).map(({ speaker }) => speaker)
  const folds = groupKFold(speakers, { folds: Number(flags.folds) })
  const bySpeaker = new Map()
  for (const { test } of folds) {
    const held = new Set(Array.from(test, (i) => speakers[i]))
    const trained = await trainedOn(data, ({ speaker }) => !held.has(speaker), Number(flags.seed))
    const recognizer = recognizerOf(data, trained, card)
    for (const speaker of held) bySpeaker.set(speaker, recognizer)
  }
  return async (speaker) => bySpeaker.get(`${flags.corpus}/${speaker}`)
}

/** A system's recogniser for each speaker, trained on all other speakers and on the corpora beside. */
async function trainedWithout(utterances) {
  const options = flags.config === undefined ? {} : JSON.parse(readFileSync(flags.config, 'utf8'))
  const config = { system: flags.system, options }
  const { frontEnd } = createSystem(config.system, options)
  const others = await Promise.all(flags.also.map((one) => open(...one.split('='))))
  const sources = [{ name: flags.corpus, utterances }, ...others]
  const rows = []
  for (const { name, utterances: list } of sources) {
    for (const { read, label, speaker } of list) {
      const audio = await read()
      rows.push({ features: extractFeatures(audio, frontEnd), label, speaker: `${name}:${speaker}`, corpus: name })
    }
  }
  let last = {}
  return async (speaker) => {
    if (last.speaker === speaker) return last.recognizer
    const kept = rows.filter((row) => row.speaker !== `${flags.corpus}:${speaker}`)
    const data = {
      sequences: kept.map(({ features }) => features),
      labels: Int32Array.from(kept, ({ label }) => classes.indexOf(label)),
      speakers: kept.map((row) => row.speaker),
      ...(sources.length > 1 ? { corpora: kept.map(({ corpus }) => corpus) } : {}),
    }
    console.error(`training without speaker ${speaker}`)
    last = { speaker, recognizer: await trainRecognizer(data, config, { classes, seed: Number(flags.seed) }) }
    return last.recognizer
  }
}

const percent = (x) => `${(100 * x).toFixed(1)} %`
/** Mean recall, in which no speech is an error. */
const recallOf = (rows, name) =>
  unweightedRecall(
    rows.map(({ truth }) => truth),
    rows.map((row) => row[name].label ?? ''),
  )
const share = (rows, passes) => rows.filter(passes).length / rows.length

function line(rows, name) {
  const changed = share(rows, (row) => row[name].label !== row.plain.label)
  const lost = recallOf(rows, 'plain') - recallOf(rows, name)
  const met = keepsAnswers(name) ? changed <= 0.1 : lost <= 0.05
  const cells = [
    name,
    percent(changed),
    percent(recallOf(rows, name)),
    (100 * lost).toFixed(1),
    percent(share(rows, (row) => row[name].label === null)),
    percent(share(rows, (row) => row[name].sure)),
    keepsAnswers(name) ? 'at most 10 % changed' : 'at most 5 points lost',
    met ? 'yes' : 'no',
  ]
  return `| ${cells.join(' | ')} |`
}

const { utterances: all } = await open(flags.corpus, flags.data)
const asked = [...all]
  .sort((a, b) => (a.speaker < b.speaker ? -1 : a.speaker > b.speaker ? 1 : 0))
  .filter((_, i) => i % Number(flags.every) === 0)
const trained = flags.system !== undefined
const single = trained ? null : await loadRecognizer(flags.model)
const subjects = trained
  ? [
      {
        title: `System \`${flags.system}\`, trained for each speaker on the other speakers${flags.also.length > 0 ? ` and ${flags.also.join(', ')}` : ''}, seed ${flags.seed}`,
        recognizerFor: await trainedWithout(all),
      },
    ]
  : [
      {
        title: `${flags.model === undefined ? 'The recogniser that ships' : `\`${flags.model}\``}, system \`${single.system.system}\`: it may know these recordings, so that its recall is no estimate for other speakers`,
        recognizerFor: async () => single,
      },
    ]
if (flags.folds !== undefined && !trained) {
  subjects.unshift({
    title: `Speakers that it never heard: system \`${single.system.system}\`, trained without each fold of ${flags.folds} of the speakers, on the others and the other corpora, seed ${flags.seed}`,
    recognizerFor: await byFolds(single),
  })
}
const answersOf = await answersFor(
  asked,
  subjects.map(({ recognizerFor }) => recognizerFor),
)
const shown = process.argv
  .slice(2)
  .join(' ')
  .replace(/ ?--cache \S+/, '')

const sectionOf = ({ title }, rows) => `## ${title.split(':')[0]}

${title}. As the recordings are: mean recall ${percent(recallOf(rows, 'plain'))}, no speech heard in ${percent(share(rows, ({ plain }) => plain.label === null))}, sure of ${percent(share(rows, ({ plain }) => plain.sure))}.

| distortion | answers changed | mean recall | points lost | no speech | sure | target | met |
| --- | --- | --- | --- | --- | --- | --- | --- |
${known.map((name) => line(rows, name)).join('\n')}`

const text = `# Robustness

Recordings of ${flags.corpus} (${asked.length}), asked about as they are and distorted, without adaptation.

    node scripts/robustness.mjs ${shown}

${subjects.map((subject, r) => sectionOf(subject, answersOf[r])).join('\n\n')}
${skipped.length > 0 ? `\nLeft out, for ffmpeg with libmp3lame is not installed: ${skipped.join(', ')}.\n` : ''}
No speech counts as an error, and as a changed answer. Gain and offset are of samples as floats, beyond full scale as well;
clipping brings the peak to 4 or 10 times full scale and cuts it off there; noise is white, its level relative to the recording's
mean power; the telephone is 300 to 3400 Hz at 8 kHz; mu-law is that of G.711 at 16 kHz; the room measures 4.2 x 3.4 x 2.6 m, by images of the source
(Allen & Berkley 1979), a metre and a half from the speaker, 0.4 s of reverberation (\`scripts/distortions.mjs\`).
`
if (flags.out === '-') console.log(text)
else writeFileSync(flags.out, text)
