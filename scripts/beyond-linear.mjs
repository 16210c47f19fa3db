// Tracks and measures of the four corpora, for scripts/beyond-linear.py. Needs `npm run build` first.
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { measuresOfTracks, speechTracks, toMono } from '../dist/index.js'
import { openSource } from '../dist/node.js'

const HELP = `usage: node scripts/beyond-linear.mjs FOLDER

Writes, of the recordings of the corpora of models/corpora.json:

  FOLDER/recordings.json   corpus, path, speaker, class and number of rows of each
  FOLDER/tracks.f32        speechTracks with the level, 54 numbers for each row
  FOLDER/measures.f64      measuresOfTracks, 168 numbers for each recording`

const classes = ['joy', 'neutral', 'sadness', 'anger']

async function write(folder) {
  const list = JSON.parse(readFileSync('models/corpora.json', 'utf8'))
  const corpora = list.map((one) => ({ ...one, path: one.path.slice(3) }))
  const { utterances } = await openSource({ kind: 'several', corpora, classes })
  mkdirSync(folder, { recursive: true })
  const files = ['tracks.f32', 'measures.f64'].map((name) => openSync(`${folder}/${name}`, 'w'))
  const recordings = []
  for (const { corpus, path, speaker, label, read } of utterances) {
    const audio = await read()
    const tracks = speechTracks(toMono(audio), { sampleRate: audio.sampleRate, level: true })
    writeSync(files[0], Float32Array.from(tracks.data))
    writeSync(files[1], Float64Array.from(measuresOfTracks(tracks).data))
    recordings.push({ corpus, path, speaker, label, rows: tracks.shape[0] })
    if (recordings.length % 500 === 0) console.error(`${recordings.length} of ${utterances.length}`)
  }
  for (const file of files) closeSync(file)
  writeFileSync(`${folder}/recordings.json`, JSON.stringify(recordings))
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { help: { type: 'boolean' } } })
if (values.help || positionals.length !== 1) console.log(HELP)
else await write(positionals[0])
