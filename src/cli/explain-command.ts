import { extname } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { signedText } from '../core/text.ts'
import { align } from '../core/text-table.ts'
import { percent } from '../evaluation/confusion-table.ts'
import { type CorpusImportance, corpusImportance } from '../node/corpus-importance.ts'
import { checkWritable, writeOrKeep } from '../node/files.ts'
import { loadRecognizer } from '../node/load-recognizer.ts'
import type { RateLoss } from '../pipelines/importance.ts'
import { importanceSpec } from '../report/importance-chart.ts'
import { importancePage } from '../report/importance-page.ts'
import { renderSvg } from '../report/render.ts'
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
import { forClasses } from './evaluate-command.ts'
import { addKernelsOption } from './kernels-option.ts'
import { checkNoInput } from './own-inputs.ts'
import { abortOnInterrupt } from './signals.ts'
import { terminal } from './terminal.ts'

interface ExplainFlags extends CorpusFlags {
  model?: string
  repeats: number
  seed: number | string
  json: boolean
  output: string[]
  cache: string | false
}

/** Writers of files, by the ends of their names. */
const writers: Readonly<Record<string, (importance: CorpusImportance) => string | Promise<string>>> = {
  '.json': (importance) => `${JSON.stringify(importance, null, 2)}\n`,
  '.svg': (importance) => renderSvg(importanceSpec(importance)),
  '.html': importancePage,
}

function writerOf(file: string): (importance: CorpusImportance) => string | Promise<string> {
  const ending = extname(file).toLowerCase()
  if (Object.hasOwn(writers, ending)) return writers[ending]
  throw new InvalidArgumentError(`${file}: expected a name that ends in ${Object.keys(writers).join(', ')}`)
}

const cells = ({ mean, sd, low, high }: RateLoss): string[] => [
  signedText(mean),
  sd.toFixed(3),
  `${signedText(low)} to ${signedText(high)}`,
]

function asText({ groups, accuracy, unweightedRecall }: CorpusImportance): string {
  const header = ['group', 'recall lost', 'sd', '95 % interval', 'accuracy lost', 'sd', '95 % interval']
  const rows = groups.map((one) => [one.group, ...cells(one.unweightedRecall), ...cells(one.accuracy)])
  return [
    `accuracy ${percent(accuracy)}, unweighted recall ${percent(unweightedRecall)}`,
    '',
    ...align([header, ...rows], 2),
  ].join('\n')
}

async function run(flags: ExplainFlags): Promise<void> {
  const signal = abortOnInterrupt()
  const { output: outputs, model, repeats, seed: from, json } = flags
  const files = outputs.map((file) => ({ file, write: writerOf(file) }))
  for (const file of outputs) await checkWritable(file)
  await checkNoInput(outputs, [model])
  await checkNoFlagFile(outputs, flags)
  const recognizer = await loadRecognizer(model)
  const corpus = forClasses(await readCorpus(flags), recognizer.classes)
  const source = await openCorpus(corpus, terminal, signal, outputs)
  describeCorpus(source, terminal)
  const importance = await corpusImportance(recognizer, source, {
    ...readingHooks(terminal, signal),
    ...{ repeats, seed: from, cache: flags.cache === false ? null : flags.cache },
    onPermutation: (done, all) => terminal.progress(done, all, `permutations ${done}/${all}`),
  })
  terminal.end()
  if (json) terminal.result(`${JSON.stringify(importance, null, 2)}\n`)
  else terminal.result(`${asText(importance)}\n`)
  // Written after the results are printed, so that they are not lost if writing fails.
  for (const { file, write } of files) {
    await writeOrKeep(file, await write(importance), { what: 'the importance', name: 'importance.json' })
  }
}

/** Defines `ser explain`. */
export function defineExplain(command: Command): void {
  addCorpusFlags(command)
    .option('--model <file>', 'a recogniser of `ser train` (default: the one in the package)', place)
    .option('--repeats <n>', 'permutations of each group', positiveInteger, 10)
    .option('--seed <seed>', 'seed of the permutations', seed, 0)
    .option('--json', 'the result as JSON', false)
    .option(
      '-o, --output <file>',
      'also write it: .json, a chart .svg, a page .html (npm install vega vega-lite); may be given several times',
      (file: string, before: string[]) => [...before, place(file)],
      [],
    )
    .option('--cache <folder>', 'folder in which features are cached between runs', place, '.ser-cache')
    .option('--no-cache', 'do not cache features')
    .addHelpText(
      'after',
      '\nEach group of measures in turn is exchanged among the recordings at random: the rates lost are what the group tells and no other does.' +
        '\nAsk about speakers, or corpora, that the recogniser was not trained on. For one recording: ser predict --explain.',
    )
    .action(run)
  addKernelsOption(command)
}
