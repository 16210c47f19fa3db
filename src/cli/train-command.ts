import { type Command, Option } from 'commander'
import type { Json } from '../core/types.ts'
import { percent } from '../evaluation/confusion-table.ts'
import { studyClasses } from '../experiments/study.ts'
import type { StorageDtype } from '../io/state.ts'
import type { CardCalibration } from '../node/calibration.ts'
import { checkWritable, writeOrKeep } from '../node/files.ts'
import { loadRecognizer } from '../node/load-recognizer.ts'
import { trainOnCorpus } from '../node/train.ts'
import type { CardGroups, TrainedRecognizer } from '../node/training-facts.ts'
import { type SystemConfig, type SystemName, systemFrom, systemNames } from '../pipelines/systems.ts'
import { naturalNumber, place, positiveInteger, seed } from './arguments.ts'
import { describeCorpus } from './corpus-description.ts'
import {
  addCorpusFlags,
  type CorpusFlags,
  checkNoFlagFile,
  isSynthetic,
  openCorpus,
  readCorpora,
  readingHooks,
} from './corpus-flags.ts'
import { addTuningFlags, INCLUDED, type TuningFlags, tuningLines, tuningOf } from './fine-tuning-flags.ts'
import { groupLines } from './group-table.ts'
import { readJson } from './json-file.ts'
import { addKernelsOption } from './kernels-option.ts'
import { checkNoInput } from './own-inputs.ts'
import { abortOnInterrupt } from './signals.ts'
import {
  checkTakesGiven,
  defaultSystem,
  type Options,
  partFor,
  speakerWeightsOption,
  withFlags,
} from './system-options.ts'
import { terminal } from './terminal.ts'

interface TrainFlags extends CorpusFlags, TuningFlags {
  system?: SystemName
  config?: string
  epochs?: number
  validationSpeakers?: number
  speakerWeights?: number
  seed: number | string
  dtype?: StorageDtype
  calibrate?: 'corpora' | 'speakers' | 'none'
  card?: string
  startFrom?: string
  output: string
  cache: string | false
}

/** How far probabilities of recordings left out are from the share of right answers. */
function calibrationText({ card }: TrainedRecognizer['recognizer']): string[] {
  const { calibration } = card as unknown as { calibration?: CardCalibration }
  if (calibration?.protocol === undefined) return []
  const { protocol, recordings, error, temperature, threshold } = calibration
  const errors = `${percent(error.before)}, at temperature ${temperature.toFixed(2)} ${percent(error.after)}`
  return [
    `calibrated by ${protocol} on ${recordings} recordings: calibration error ${errors}; sure from ${threshold.toFixed(2)} on`,
  ]
}

/** Rates by groups of speakers of recordings left out. */
function groupText({ card, classes }: TrainedRecognizer['recognizer'], width: number): string[] {
  const { groups } = card as unknown as { groups?: CardGroups }
  if (groups?.rates === undefined) return []
  return [`by groups of speakers, ${groups.protocol}:`, ...groupLines(groups.rates, classes, width)]
}

function summary(path: string, trained: TrainedRecognizer): string {
  const { bytes, recordings, recognised, rounding } = trained
  const { changedLabels, largestChange } = rounding
  return [
    `recognises ${recognised} of the ${recordings} recordings that it was trained on; how good it is on speakers that it`,
    'never heard, ser experiment tells',
    ...(largestChange === 0
      ? []
      : [
          `rounded weights change ${changedLabels} classes and no probability by more than ${largestChange.toFixed(4)}`,
        ]),
    ...tuningLines(trained),
    ...calibrationText(trained.recognizer),
    ...groupText(trained.recognizer, terminal.width),
    `written to ${path}, ${bytes.length} bytes`,
  ].join('\n')
}

function configOf(system: SystemName, options: Options): SystemConfig {
  return { system, options } as SystemConfig
}

async function run(flags: TrainFlags): Promise<void> {
  const signal = abortOnInterrupt()
  await checkWritable(flags.output)
  const outputs = [flags.output]
  await checkNoInput(outputs, [flags.config, flags.card, flags.from, flags.startFrom])
  await checkNoFlagFile(outputs, flags)
  const config = flags.config === undefined ? {} : await readJson('--config', flags.config)
  const card = flags.card === undefined ? {} : await readJson('--card', flags.card)
  const { seed: from, dtype, cache, validationSpeakers, ...others } = flags
  const startFrom = flags.startFrom ?? flags.from
  const start =
    startFrom === undefined ? undefined : await loadRecognizer(startFrom === INCLUDED ? undefined : startFrom)
  const tuning = tuningOf(flags, start)
  const { corpus, unlabelled } = await readCorpora(flags, studyClasses)
  const synthetic = isSynthetic(corpus)
  const source = await openCorpus(corpus, terminal, signal, outputs)
  const given = source.features?.columns
  const name = tuning?.system ?? flags.system ?? defaultSystem(given)
  // Of a fine-tuning options are the start's, and its held-out speakers do more than end it.
  const chosen = tuning === null ? { ...flags, synthetic } : { ...others, synthetic: false }
  const system = configOf(name, withFlags(name, partFor(name, config), { ...chosen, given }))
  if (given !== undefined) checkTakesGiven([systemFrom('train', 'config', system).frontEnd])
  describeCorpus(source, terminal)
  const more = unlabelled && (await openCorpus(unlabelled, terminal, signal, outputs))
  if (more !== undefined) terminal.line(`unlabelled ${more.utterances.length} recordings of ${more.name}`)
  terminal.line(
    `system    ${name}, seed ${from}, ${tuning ? `fine-tuned: ${tuning.tune}` : 'trained on all recordings'}`,
  )
  if (start !== undefined) terminal.line(`start     from ${startFrom}`)
  const trained = await trainOnCorpus(source, system, {
    ...readingHooks(terminal, signal),
    calibrate: flags.calibrate,
    unlabelled: more,
    start,
    ...(tuning && { tune: tuning.tune, heldOut: validationSpeakers, keepTuned: flags.force }),
    onFold: (fold, folds) => terminal.progress(fold - 1, folds, `calibration: training ${fold}/${folds}`),
    ...{ seed: from, dtype, card: card as { [key: string]: Json }, cache: cache === false ? null : cache },
    onStart: (epochs) => {
      terminal.end()
      terminal.progress(0, epochs, `training of at most ${epochs} epochs begins`)
    },
    onEpoch: ({ epoch, epochs: all, loss }) =>
      terminal.progress(epoch, all, `epoch ${epoch}/${all}, loss ${loss.toFixed(3)}`),
  })
  terminal.end()
  await writeOrKeep(flags.output, trained.bytes, { what: 'the trained model', name: 'model.safetensors' })
  terminal.tell(summary(flags.output, trained))
}

/** Defines `ser train`. */
export function defineTrain(command: Command): void {
  addCorpusFlags(
    command.requiredOption('-o, --output <file>', 'output file, such as model.safetensors', place),
    `all, of emodb and of several corpora ${studyClasses}`,
    { unlabelled: true },
  )
    .addOption(
      new Option(
        '--system <name>',
        'system to train (default: lstm, of features of one row a recording functionals-mlp)',
      ).choices(systemNames),
    )
    .option('--config <file>', "the system's options as JSON", place)
    .option('--epochs <n>', 'epochs of the training', positiveInteger)
    .option(
      '--validation-speakers <n>',
      'speakers held out for early stopping; with --from to compare with the start as well (then by default a quarter)',
      naturalNumber,
    )
    .addOption(speakerWeightsOption())
    .option('--seed <seed>', 'seed of weights, order, dropout and noise', seed, 1)
    .option(
      '--start-from <file>',
      'recogniser of the same system, as by -o, with whose weights the training begins',
      place,
    )
    .addOption(new Option('--dtype <type>', 'element type of the stored weights').choices(['float32', 'float16']))
    .addOption(
      new Option(
        '--calibrate <groups>',
        'temperature and threshold by posteriors of corpora or speakers left out in turn (default: of several corpora each, else none)',
      ).choices(['corpora', 'speakers', 'none']),
    )
    .option('--card <file>', 'facts for the model card as JSON, stored in the file', place)
    .option('--cache <folder>', 'folder in which features are cached between runs', place, '.ser-cache')
    .option('--no-cache', 'do not cache features')
    .action(run)
  addTuningFlags(command)
  addKernelsOption(command)
}
