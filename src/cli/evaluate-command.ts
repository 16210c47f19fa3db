import { type Command, InvalidArgumentError, Option } from 'commander'
import { ConfusionMatrix } from '../evaluation/confusion-matrix.ts'
import { percent } from '../evaluation/confusion-table.ts'
import { type CorpusReference, partsOf, SEVERAL } from '../experiments/corpora.ts'
import { type Evaluation, evaluateRecognizer } from '../node/corpus-evaluation.ts'
import { standInsOf } from '../node/corpus-labels.ts'
import { checkWritable, writeOrKeep } from '../node/files.ts'
import { loadRecognizer } from '../node/load-recognizer.ts'
import { type AdaptTo, adaptTos } from '../pipelines/adaptation-protocol.ts'
import { place, positiveInteger, seed } from './arguments.ts'
import { describeCorpus } from './corpus-description.ts'
import {
  addCorpusFlags,
  type CorpusFlags,
  checkNoFlagFile,
  openCorpus,
  readCorpus,
  readingHooks,
} from './corpus-flags.ts'
import { corpusTable } from './corpus-table.ts'
import { groupLines } from './group-table.ts'
import { addKernelsOption } from './kernels-option.ts'
import { checkNoInput } from './own-inputs.ts'
import { abortOnInterrupt } from './signals.ts'
import { terminal } from './terminal.ts'

interface EvaluateFlags extends CorpusFlags {
  model?: string
  json: boolean
  out?: string
  adapt: AdaptTo
  recordings?: number
  seed: number | string
}

/** Whether the test speakers are new to the model, in words. */
function provenance({ heard, corpus: { name, speakers } }: Evaluation): string {
  if (heard === null)
    return 'Whom the model was trained on cannot be told from its file: these may be the same speakers.'
  if (heard.length === 0) return `The model was trained on no speaker of ${name}.`
  return (
    `The model was trained on recordings of ${heard.length} of these ${speakers.length} speakers of ${name}: ` +
    'these rates say nothing about speakers that it never heard.'
  )
}

function asText(evaluation: Evaluation, width: number): string {
  const groups = groupLines(evaluation.groups, evaluation.confusion.classes, width)
  const { low, high } = evaluation.unweightedRecallInterval
  return [
    ConfusionMatrix.fromJSON(evaluation.confusion).toString({ width }),
    `UAR, 95 % interval       ${percent(low)} to ${percent(high)}`,
    `calibration error        ${percent(evaluation.calibrationError)}`,
    ...(evaluation.corpora.some(({ speakers }) => speakers > 1) ? ['', corpusTable(evaluation.corpora, width)] : []),
    ...(groups.length === 0 ? [] : ['', ...groups]),
  ].join('\n')
}

/** How often the model did not know. */
function doubts({ noSpeech, unsure, corpus }: Evaluation): string[] {
  const { recordings, accuracyOfSure } = unsure
  const others = accuracyOfSure === null ? '' : `; of the others ${percent(accuracyOfSure)} are right`
  return [
    ...(noSpeech === 0
      ? []
      : [`In ${noSpeech} of ${corpus.recordings} recordings no speech was heard: these count as errors.`]),
    ...(recordings === 0
      ? []
      : [`The model is not sure of ${recordings} of ${corpus.recordings} answers, which count as they are${others}.`]),
  ]
}

/** To whom it was adapted, in words. */
function adapting({ adaptation: { adapt, protocol, sources } }: Evaluation): string[] {
  if (adapt === 'none') return []
  const whose = [
    ...(sources.speaker > 0 ? [`${sources.speaker} by the speaker's`] : []),
    ...(sources.corpus > 0 ? [`${sources.corpus} by the corpus'`] : []),
    ...(sources.none > 0 ? [`${sources.none} by none, for lack of others`] : []),
  ]
  return [`${protocol[0].toUpperCase()}${protocol.slice(1)}; recordings asked about: ${whose.join(', ')}.`]
}

/** Caveats of the rates, one sentence each. */
function remarks(evaluation: Evaluation): string {
  const others = Object.entries(evaluation.otherClasses).map(([label, n]) => `${label} ${n}`)
  return [
    provenance(evaluation),
    ...doubts(evaluation),
    ...adapting(evaluation),
    ...(others.length === 0 ? [] : [`Not asked of classes that the model does not know: ${others.join(', ')}.`]),
  ].join('\n')
}

/** The corpus with the labels that stand for classes of the recogniser, such as the calm of TurEV for neutral. */
export function forClasses(reference: CorpusReference, classes: readonly string[]): CorpusReference {
  const parts = partsOf(reference).map((part) => {
    const used = standInsOf(part.kind, classes)
    return used.length === 0 ? part : { ...part, labels: { ...Object.fromEntries(used), ...part.labels } }
  })
  return reference.kind === SEVERAL ? { ...reference, corpora: parts } : parts[0]
}

async function run(flags: EvaluateFlags): Promise<void> {
  const signal = abortOnInterrupt()
  const { adapt, recordings, seed: from } = flags
  if (recordings !== undefined && adapt === 'none') {
    throw new InvalidArgumentError('--recordings chooses what to adapt to: it needs --adapt speaker or --adapt corpus')
  }
  const outputs = flags.out === undefined ? [] : [flags.out]
  for (const file of outputs) await checkWritable(file)
  await checkNoInput(outputs, [flags.model])
  await checkNoFlagFile(outputs, flags)
  const recognizer = await loadRecognizer(flags.model)
  const corpus = forClasses(await readCorpus(flags), recognizer.classes)
  const source = await openCorpus(corpus, terminal, signal, outputs)
  describeCorpus(source, terminal)
  const evaluation = await evaluateRecognizer(recognizer, source, {
    ...readingHooks(terminal, signal),
    ...{ adapt, recordings, seed: from },
  })
  terminal.end()
  const json = `${JSON.stringify(evaluation, null, 2)}\n`
  if (flags.json) terminal.result(json)
  else {
    terminal.result(`${asText(evaluation, terminal.width)}\n\n`)
    terminal.tell(remarks(evaluation))
  }
  // Written after the results are printed, so that they are not lost if writing fails.
  if (flags.out !== undefined) await writeOrKeep(flags.out, json, { what: 'the evaluation', name: 'evaluation.json' })
}

/** Defines `ser evaluate`. */
export function defineEvaluate(command: Command): void {
  addCorpusFlags(command)
    .option('--model <file>', 'a recogniser of `ser train` (default: the one in the package)', place)
    .addOption(
      new Option(
        '--adapt <to>',
        'adapt without labels to other recordings than the one asked about: of its corpus or of its speaker',
      )
        .choices(adaptTos)
        .default('none'),
    )
    .option('--recordings <n>', 'most of these recordings, drawn at random (default: all)', positiveInteger)
    .option('--seed <seed>', 'seed of the draw', seed, 1)
    .option('--json', 'all results as JSON, with the prediction for each recording', false)
    .option('--out <file>', 'also write this JSON to a file', place)
    .action(run)
  addKernelsOption(command)
}
