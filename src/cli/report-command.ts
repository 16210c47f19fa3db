import { join } from 'node:path'
import { type Command, Option } from 'commander'
import { checkStudyTask } from '../experiments/study.ts'
import { checkWritable, checkWritableFolder, writeWhole } from '../node/files.ts'
import { pageOf, readAnyResults, writeReport } from '../node/report.ts'
import { areDimensions } from '../report/dimension-facts.ts'
import { place } from './arguments.ts'
import { checkNoInput } from './own-inputs.ts'
import { addReportData, reportSource } from './report-source.ts'
import { terminal } from './terminal.ts'

interface ReportFlags {
  data?: string | true
  markdown?: string
  compare?: 'study'
}

async function run(folder: string, { data, markdown, compare }: ReportFlags): Promise<void> {
  const read = await readAnyResults(folder)
  if (compare === 'study') checkStudyTask('--compare study', read.corpus)
  const results = compare === 'study' && !areDimensions(read) ? { ...read, study: true } : read
  await checkWritableFolder(folder)
  if (markdown !== undefined) await checkWritable(markdown)
  await checkNoInput([markdown], [join(folder, 'results.json'), join(folder, 'plan.json')])
  terminal.status(`drawing the report of ${folder}`)
  const { files, notes } = await writeReport(results, folder, reportSource(results.plan.corpus, data))
  if (markdown !== undefined) {
    await writeWhole(markdown, pageOf(results))
    files.push(markdown)
  }
  terminal.end()
  for (const note of notes) terminal.line(`note: ${note}`)
  terminal.tell(`written to ${files.join(' and ')}`)
}

/** Defines `ser report`. */
export function defineReport(command: Command): void {
  addReportData(command.argument('<folder>', "the experiment's output folder", place))
    .addOption(
      new Option('--compare <name>', 'shows the published rates and matrices of the study, for emodb').choices([
        'study',
      ]),
    )
    .option('--markdown <file>', 'also writes the Markdown page to this file', place)
    .action(run)
}
