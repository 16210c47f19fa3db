import type { Command } from 'commander'
import { mergeAnyFolders } from '../node/merge.ts'
import { checkOwnReports } from '../node/report.ts'
import { place, places } from './arguments.ts'
import { commandLine } from './command-line.ts'
import {
  addCompareOption,
  type BaselineFile,
  readBaselines,
  showResults,
  wantsStudy,
  writePages,
} from './experiment-command.ts'
import { addReportData, reportSource } from './report-source.ts'

interface MergeFlags {
  out: string
  compare: BaselineFile[]
  report: boolean
  data?: string | true
}

async function run(folders: string[], { out, compare, report, data }: MergeFlags): Promise<void> {
  const baselines = await readBaselines(compare)
  const study = wantsStudy(compare)
  if (report) await checkOwnReports(out)
  const results = await mergeAnyFolders(folders, { folder: out, baselines, study, command: commandLine() })
  showResults(results)
  await writePages(results, out, report, reportSource(results.plan.corpus, data))
}

/** Defines `ser merge`. */
export function defineMerge(command: Command): void {
  addReportData(addCompareOption(command.argument('<folder...>', 'the output folders of the parts', places)))
    .requiredOption('--out <folder>', 'output folder; may be one of the folders', place)
    .option('--no-report', 'writes no report.md and report.html')
    .action(run)
}
