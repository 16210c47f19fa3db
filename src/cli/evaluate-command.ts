import type { Command } from 'commander'
import { ConfusionMatrix } from '../evaluation/confusion-matrix.ts'
import { percent } from '../evaluation/confusion-table.ts'
import { type Evaluation, evaluateRecognizer } from '../runtime/node/evaluate.ts'
import { checkWritable, writeWhole } from '../runtime/node/files.ts'
import { loadRecognizer } from '../runtime/node/recognizer.ts'
import { openSource } from '../runtime/node/source.ts'
import {
  abortOnInterrupt,
  addCorpusFlags,
  type CorpusFlags,
  corpusOf,
  describeCorpus,
  readingHooks,
} from './corpus-flags.ts'
import { createProgress } from './display.ts'

interface EvaluateFlags extends CorpusFlags {
  model?: string
  json: boolean
  out?: string
}

/** Whether the rates are about speakers that the model never heard. */
function provenance({ heard, corpus: { name, speakers } }: Evaluation): string {
  if (heard === null)
    return 'Whom the model was trained on cannot be told from its file: these may be the same speakers.'
  if (heard.length === 0) return `The model was trained on no speaker of ${name}.`
  return (
    `The model was trained on recordings of ${heard.length} of these ${speakers.length} speakers of ${name}: ` +
    'these rates say nothing about speakers that it never heard.'
  )
}

function asText(evaluation: Evaluation): string {
  const { low, high } = evaluation.unweightedRecallInterval
  const others = Object.entries(evaluation.otherClasses).map(([label, n]) => `${label} ${n}`)
  return [
    String(ConfusionMatrix.fromJSON(evaluation.confusion)),
    `UAR, 95 % interval       ${percent(low)} to ${percent(high)}`,
    '',
    provenance(evaluation),
    ...(others.length === 0 ? [] : [`Not asked of classes that the model does not know: ${others.join(', ')}.`]),
  ].join('\n')
}

async function run(flags: EvaluateFlags): Promise<void> {
  const signal = abortOnInterrupt()
  if (flags.out !== undefined) await checkWritable(flags.out)
  const recognizer = await loadRecognizer(flags.model)
  const progress = createProgress()
  try {
    const source = await openSource(corpusOf(flags))
    describeCorpus(source, progress)
    const evaluation = await evaluateRecognizer(recognizer, source, readingHooks(progress, signal))
    progress.stop()
    const json = `${JSON.stringify(evaluation, null, 2)}\n`
    if (flags.out !== undefined) await writeWhole(flags.out, json)
    process.stdout.write(flags.json ? json : `${asText(evaluation)}\n`)
  } finally {
    progress.stop()
  }
}

/** Adds `ser evaluate`. */
export function addEvaluateCommand(program: Command): void {
  addCorpusFlags(
    program
      .command('evaluate')
      .description('asks a recogniser of a labelled corpus: confusion matrix and rates with their 95 % intervals'),
  )
    .option('--model <file>', 'a recogniser of `ser train` (default: the one in the package)')
    .option('--json', 'everything as JSON, with what was said of each recording', false)
    .option('--out <file>', 'where that JSON goes too')
    .action(run)
}
