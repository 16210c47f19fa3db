import { syntheticCorpus } from 'ser-core'
import { loadRecognizer } from 'ser-core/node'
import { check } from './train.mjs'

/** The answer of the recogniser that ships to a voice, or why it is not found. */
async function recognise() {
  try {
    const [voice] = syntheticCorpus({ speakers: 1, sentences: 1 })
    return { label: (await loadRecognizer()).predict(voice.samples(), voice.sampleRate).label }
  } catch ({ message }) {
    return { missing: message }
  }
}

Promise.all([check(), recognise()]).then((results) => console.log(JSON.stringify(Object.assign({}, ...results))))
