import { ConfusionMatrix, leaveOneGroupOut, mfcc, Standardizer } from 'ser-core'
import { loadCorpus } from 'ser-core/node'
import { show } from './show.mjs'

const corpus = await loadCorpus('emodb', 'emodb', { classes: ['joy', 'neutral', 'sadness', 'anger'] })
const { path, speaker, label, text } = corpus.utterances[0]
console.log(corpus.utterances.length, path, speaker, label, text)
const audio = await corpus.utterances[0].read()
const scaler = new Standardizer()
for (const { train, test, group } of leaveOneGroupOut(corpus.utterances.map((u) => u.speaker)))
  console.log(train.length, test.length, group)
show('features', scaler.fitTransform([mfcc(audio.channels[0], { sampleRate: audio.sampleRate })]))
const cm = new ConfusionMatrix(['joy', 'neutral', 'sadness', 'anger'])
cm.add('joy', 'anger')
console.log(cm.accuracy, cm.unweightedRecall, cm.counts.get(0, 3), String(cm).includes('anger'))
