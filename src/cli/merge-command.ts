import type { Command } from 'commander'
import { mergeFolders } from '../node/merge.ts'
import { checkOwnReports } from '../node/report.ts'
import { place, places } from './arguments.ts'
import {
  addCompareOption,
  type BaselineFile,
  commandLine,
  readBaselines,
  showResults,
  wantsStudy,
  writePages,
} from './experiment-command.ts'

interface MergeFlags {
  out: string
  compare: BaselineFile[]
  report: boolean
}

async function run(folders: string[], { out, compare, report }: MergeFlags): Promise<void> {
  const baselines = await readBaselines(compare)
  const study = wantsStudy(compare)
  if (report) await checkOwnReports(out)
  const results = await mergeFolders(folders, { folder: out, baselines, study, command: commandLine() })
  showResults(results)
  await writePages(results, out, report)
}

/** Adds `ser merge`. */
export function addMergeCommand(program: Command): void {
  const command = program
    .command('merge')
    .description('merges the parts of an experiment run by ser experiment --shard, and writes results.json')
    .argument('<folder...>', 'the output folders of the parts', places)
  addCompareOption(command)
    .requiredOption('--out <folder>', 'output folder; may be one of the folders', place)
    .option('--no-report', 'writes no report.md and report.html')
    .action(run)
}
