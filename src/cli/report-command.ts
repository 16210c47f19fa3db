import { type Command, Option } from 'commander'
import { checkStudyTask } from '../experiments/study.ts'
import { checkWritable, checkWritableFolder, writeWhole } from '../node/files.ts'
import { readResults, writeReport } from '../node/report.ts'
import { openSource } from '../node/source.ts'
import { resultsMarkdown } from '../report/markdown.ts'
import { place } from './arguments.ts'
import { terminal } from './terminal.ts'

interface ReportFlags {
  data?: string
  markdown?: string
  compare?: 'study'
}

async function run(folder: string, { data, markdown, compare }: ReportFlags): Promise<void> {
  const read = await readResults(folder)
  if (compare === 'study') checkStudyTask('--compare study', read.corpus)
  const results = compare === 'study' ? { ...read, study: true } : read
  await checkWritableFolder(folder)
  if (markdown !== undefined) await checkWritable(markdown)
  terminal.status(`drawing the report of ${folder}`)
  const { corpus } = results.plan
  const reference = data === undefined ? corpus : { ...corpus, path: data }
  // Only one recording is drawn, so that the others need no inspection.
  const { files, notes } = await writeReport(results, folder, {
    openSource: () => openSource(reference, { inspect: false }),
  })
  if (markdown !== undefined) {
    await writeWhole(markdown, resultsMarkdown(results))
    files.push(markdown)
  }
  terminal.end()
  for (const note of notes) terminal.line(`note: ${note}`)
  terminal.tell(`written to ${files.join(' and ')}`)
}

/** Defines `ser report`. */
export function defineReport(command: Command): void {
  command
    .argument('<folder>', "the experiment's output folder", place)
    .option('--data <path>', 'path of the corpus, if it has moved since the experiment', place)
    .addOption(
      new Option('--compare <name>', 'shows the published rates and matrices of the study, for emodb').choices([
        'study',
      ]),
    )
    .option('--markdown <file>', 'also writes the Markdown page to this file', place)
    .action(run)
}
