/** Right arguments of the functions that need files, as `right.ts` has them for the others. */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkPlan, createSystem, encodeWav, foldJobs, Recognizer } from '../../src/index.ts'
import { createJobRunner, syntheticSource } from '../../src/node/index.ts'
import type { Knowledge } from './doors.ts'
import { reportResults } from './report.ts'

const small = readFileSync(new URL('../fixtures/0.1.0/recognizers/functionals-mlp.safetensors', import.meta.url))
const config = (): unknown => ({ system: 'functionals-mlp', options: { epochs: 1 } })
const source = syntheticSource({ speakers: 2, sentences: 1, emotions: ['joy', 'sadness'] })
const plan = checkPlan({
  ...{ format: 'ser-core/plan', version: 1, seeds: [1], protocols: ['strict'], combinations: [] },
  corpus: { kind: 'synthetic', synthetic: { speakers: 2, sentences: 1 } },
  systems: [config()],
} as never)
const [job] = foldJobs(plan, ['s01', 's02'])
/** Nothing listens there. */
const url = 'redis://127.0.0.1:1'

/** What calls may read and write lies in a folder. */
export async function nodeKnowledge(folder: string): Promise<Knowledge> {
  const at = (name: string): string => join(folder, name)
  writeFileSync(at('a.wav'), encodeWav({ sampleRate: 8000, channels: [new Float32Array(4000)] }))
  const runner = await createJobRunner(new Map(), { workers: 0 } as never).catch(() => createJobRunner(new Map()))
  return {
    rightArguments: {
      readAudioFile: () => [at('a.wav'), async () => ({ sampleRate: 8000, channelData: [] })],
      openAudioFile: () => [at('a.wav'), { channel: 1 }],
      readKaldiArchive: () => [at('none.ark'), {}],
      loadCorpus: () => ['folder', at('none'), {}],
      loadRecognizer: () => [{ edition: 1 }],
      evaluateRecognizer: () => [Recognizer.from(small), source, {}],
      evaluateAdaptations: () => [Recognizer.from(small), source, [{ adapt: 'none' }], {}],
      corpusImportance: () => [Recognizer.from(small), source, { repeats: 1 }],
      runExperiment: () => [source, createSystem('functionals-mlp', { epochs: 1 }), {}],
      createJobRunner: () => [new Map(), {}],
      mergeFolders: () => [[at('a')], { folder: at('merged') }],
      createQueueRunner: () => [new Map(), { url, plan }],
      serveQueue: () => [{ url, allow: [] }],
      readResults: () => [at('none')],
      writeReport: () => [reportResults(), at('report'), {}],
      runPlan: () => [plan, { folder: at('out'), source, cache: null, fresh: true }],
      openSource: () => [{ ...plan.corpus }, {}],
      withFeatures: () => [source, new Map(source.utterances.map(({ path }) => [path, [[1, 2]]])), {}],
      syntheticSource: () => [{ speakers: 1, sentences: 1 }],
      trainOnCorpus: () => [source, config(), {}],
      parseBaselines: () => ['x', 'file,label,SYSTEM\na,b,b\n'],
      reportHtml: () => [reportResults(), {}],
      renderSvg: () => [{ description: 'x' }, {}],
      FoldError: () => [job, new Error('x')],
      'JobRunner.run': () => [job, {}],
    },
    instances: { JobRunner: () => runner },
  }
}
