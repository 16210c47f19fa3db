/**
 * Trains the model of `speechPresence` and measures it: writes src/features/presence/weights.ts and
 * docs/results/speech-presence.md. Run it on a fresh build, and build again afterwards.
 *
 *     node scripts/speech-presence.mjs --data ../shared [--sounds 50] [--every 1] [--rows FILE] [--check]
 *
 * Speech: the corpora under --data, one of `every`, each recording under a distortion drawn for it, and the synthetic
 * voices. Pieces of recordings, as short as words, are asked about more often than they train: many have hardly a sound. No speech: --sounds of each family of test/support/no-speech. --rows keeps
 * the cues in a file, and takes them from there where it exists. --check only measures the model of the build.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { resample, speechPresence, syntheticCorpus, toMono } from '../dist/index.js'
import { loadCorpus } from '../dist/node.js'
import { draws } from '../test/support/no-speech/draw.mjs'
import { familyNames, heldOutNames, soundWithoutSpeech } from '../test/support/no-speech/index.mjs'
import { boost, probabilityOf } from './boost-steps.mjs'
import { distortions } from './distortions.mjs'

const { values: flags } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared' },
    sounds: { type: 'string', default: '50' },
    every: { type: 'string', default: '1' },
    rows: { type: 'string' },
    check: { type: 'boolean', default: false },
  },
})
const [perFamily, every] = [Number(flags.sounds), Number(flags.every)]
const corpora = [
  ['emodb', 'emodb'],
  ['emodb', 'corpora/emodb-other'],
  ['banglaser', 'corpora/banglaser'],
  ['cremad', 'corpora/cremad'],
  ['resd', 'corpora/resd'],
]
/** Those of speech in training; MP3 takes a process each. */
const kinds = [
  'as it is',
  ...Object.keys(distortions).filter((name) => !name.startsWith('MP3')),
  'a word',
  'a word',
  'a word',
]

function aWord(x, d) {
  const length = Math.min(x.length, Math.round(d.uniform(0.6, 1.2) * 16000))
  const first = Math.floor(d.uniform(0, x.length - length))
  return { samples: x.slice(first, first + length), sampleRate: 16000 }
}

function distorted(kind, x, id) {
  if (kind === 'as it is') return { samples: x, sampleRate: 16000 }
  if (kind === 'a word') return aWord(x, draws(id))
  return distortions[kind](x, id)
}

const told = ({ samples, sampleRate }) => speechPresence(Float32Array.from(samples), { sampleRate })

/** Rows of speech: { corpus, kind, id, cues, probability }. */
async function speechRows() {
  const rows = []
  const add = (corpus, id, x) => {
    const kind = draws(`${corpus} ${id}`).pick(kinds)
    rows.push({ corpus, kind, id, ...told(distorted(kind, x, id)) })
  }
  for (const [name, folder] of corpora) {
    const { utterances } = await loadCorpus(name, `${flags.data}/${folder}`, { inspect: false })
    for (const [i, utterance] of utterances.entries()) {
      if (i % every !== 0) continue
      const audio = await utterance.read()
      add(name, utterance.path, resample(Float64Array.from(toMono(audio)), audio.sampleRate, 16000))
    }
    console.error(`${folder}: ${rows.length} recordings`)
  }
  for (const seed of [1, 2, 3, 4, 6]) {
    for (const voice of syntheticCorpus({ speakers: 8, sentences: 3, seed })) {
      add('synthetic', `${seed} ${voice.id}`, Float64Array.from(voice.samples()))
    }
  }
  return rows
}

function soundRows(names, from) {
  return names.flatMap((family) =>
    Array.from({ length: perFamily }, (_, i) => {
      return { family, id: `${family} ${from + i}`, ...told(soundWithoutSpeech(family, from + i)) }
    }),
  )
}

/** Probabilities of rows by models that know neither their corpus nor their family. */
function crossed(speech, sounds, names) {
  const groups = [...new Set(speech.map(({ corpus }) => corpus))]
  const ofSpeech = (row) => groups.indexOf(row.corpus)
  const ofSound = (row) => familyNames.indexOf(row.family) % groups.length
  return groups.flatMap((_, k) => {
    const model = boost(
      training(speech.filter((row) => ofSpeech(row) !== k)),
      training(sounds.filter((row) => ofSound(row) !== k)),
      names,
    )
    const asked = [...speech.filter((row) => ofSpeech(row) === k), ...sounds.filter((row) => ofSound(row) === k)]
    return asked.map((row) => ({ ...row, probability: probabilityOf(model, row.cues) }))
  })
}

const percent = (part, whole) => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(2)} %`)
const wrongOf = (rows, threshold, isSpeech) => rows.filter(({ probability }) => probability > threshold !== isSpeech)

function table(rows, key, threshold, isSpeech) {
  const names = [...new Set(rows.map((row) => row[key]))]
  return names.map((name) => {
    const some = rows.filter((row) => row[key] === name)
    const wrong = wrongOf(some, threshold, isSpeech).length
    return { name, all: some.length, wrong }
  })
}

function lines(title, counts, onlyWrong = false) {
  const shown = counts.filter(({ wrong }) => !onlyWrong || wrong > 0)
  return [
    `| ${title} | sounds | wrong | |`,
    '| --- | --- | --- | --- |',
    ...shown.map(({ name, all, wrong }) => `| ${name} | ${all} | ${wrong} | ${percent(wrong, all)} |`),
  ]
}

function all(name, rows, threshold, isSpeech) {
  return { name, all: rows.length, wrong: wrongOf(rows, threshold, isSpeech).length }
}

const threshold = 0.4
const weightsFile = new URL('../src/features/presence/weights.ts', import.meta.url)

function writeWeights({ bias, steps }) {
  const round = (x) => Number(x.toPrecision(5))
  const entries = Object.entries(steps).map(([name, list]) => `    ${name}: [${list.map(round).join(', ')}],`)
  const text = `// biome-ignore-all lint/suspicious/noApproximativeNumericConstant: values of cues
import type { CueName } from './cues.ts'
import { showHelp } from './show-help.mjs'

showHelp(import.meta.url)

/** An additive logistic model; written by scripts/speech-presence.mjs. */
export interface PresenceWeights {
  bias: number
  /** Probability above which a sound counts as speech. */
  threshold: number
  /** Steps of each cue: a value, what is added above it, the next value, and so on, ascending. */
  steps: Record<CueName, readonly number[]>
}

export const presenceWeights: PresenceWeights = {
  bias: ${round(bias)},
  threshold: ${threshold},
  steps: {
${entries.join('\n')}
  },
}
`
  writeFileSync(weightsFile, text)
}

async function allRows() {
  if (flags.rows !== undefined && existsSync(flags.rows)) return JSON.parse(readFileSync(flags.rows, 'utf8'))
  const parts = {
    speech: await speechRows(),
    sounds: soundRows(familyNames, 0),
    unknown: soundRows(heldOutNames, 0),
  }
  if (flags.rows !== undefined) writeFileSync(flags.rows, JSON.stringify(parts))
  return parts
}

/** Rows that train: those with cues, of words one in five. */
function training(rows) {
  let word = 0
  return rows.filter(({ cues, kind }) => cues !== null && (kind !== 'a word' || word++ % 5 === 0))
}

const parts = await allRows()
if (!flags.check) {
  const { speech, sounds, unknown } = parts
  const names = Object.keys(speech[0].cues)
  const model = boost(training(speech), training(sounds), names)
  writeWeights(model)
  const asked = (row) => ({ ...row, probability: row.cues === null ? 0 : probabilityOf(model, row.cues) })
  const [knownSpeech, knownSounds] = [speech, sounds].map((rows) => rows.filter(({ cues }) => cues !== null))
  const left = crossed(knownSpeech, knownSounds, names)
  Object.assign(parts, { speech: speech.map(asked), sounds: sounds.map(asked), unknown: unknown.map(asked) })
  parts.crossedSpeech = left.filter(({ corpus }) => corpus !== undefined)
  parts.crossedSounds = left.filter(({ family }) => family !== undefined)
}
if (flags.check) parts.fresh = soundRows(familyNames, 100000)
function page() {
  const { speech, sounds, unknown, fresh, crossedSpeech, crossedSounds } = parts
  return [
    '# Speech or not',
    '',
    'Errors of `speechPresence`: speech that is called none, and sounds without speech that are called speech. The model of additive steps',
    'was trained on recordings, each under a distortion drawn for it (`scripts/distortions.mjs`; a word is a piece of 0.6 to 1.2 s anywhere,',
    'often of little but a pause: one in five of them trains),',
    'on synthetic voices, and on synthesised sounds of many families, mixed, in noise and clipped (`test/support/no-speech`).',
    '',
    `    node scripts/speech-presence.mjs ${process.argv
      .slice(2)
      .join(' ')
      .replace(/ --rows \S+/, '')}`,
    '',
    ...lines('part', [
      all('speech, trained on', speech, threshold, true),
      all('families, trained on', sounds, threshold, false),
      all('families that never serve for training', unknown, threshold, false),
      ...(fresh ? [all('families trained on, other sounds of them', fresh, threshold, false)] : []),
      ...(crossedSpeech ? [all('speech, its corpus left out', crossedSpeech, threshold, true)] : []),
      ...(crossedSounds ? [all('sounds, their family left out', crossedSounds, threshold, false)] : []),
    ]),
    '',
    ...(crossedSpeech
      ? [
          ...lines(
            'corpus left out, words aside',
            table(
              crossedSpeech.filter(({ kind }) => kind !== 'a word'),
              'corpus',
              threshold,
              true,
            ),
          ),
          '',
        ]
      : []),
    ...lines('speech under', table(speech, 'kind', threshold, true)),
    '',
    ...lines('corpus', table(speech, 'corpus', threshold, true)),
    '',
    ...lines('family that never serves for training', table(unknown, 'family', threshold, false)),
    '',
    ...lines('family, those with errors', table([...sounds, ...(fresh ?? [])], 'family', threshold, false), true),
    '',
  ].join('\n')
}

const text = page()
console.log(text)
if (!flags.check) writeFileSync(new URL('../docs/results/speech-presence.md', import.meta.url), text)
