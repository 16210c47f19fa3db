#!/usr/bin/env node
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { messageOf } from '../core/errors.ts'
import { isError, isErrorNamed } from '../core/realm.ts'
import { version } from '../runtime/version.ts'
import { addEvaluateCommand } from './evaluate-command.ts'
import { addExperimentCommand } from './experiment-command.ts'
import { addFeaturesCommand } from './features-command.ts'
import { addMergeCommand } from './merge-command.ts'
import { addPredictCommand } from './predict-command.ts'
import { addReportCommand } from './report-command.ts'
import { addTrainCommand } from './train-command.ts'
import { addWorkerCommand } from './worker-command.ts'

const exitCode = { failure: 1, usage: 2, interrupted: 130 } as const

function createProgram(): Command {
  const program = new Command('ser')
    .description('Speech emotion recognition: recognise, train, evaluate, experiment.')
    .version(version, '--version', 'print the version')
    .helpOption('--help', 'print this help')
    .option('--verbose', 'print stack traces of errors')
    .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.')
    .showHelpAfterError('(ser --help lists what there is)')
    .exitOverride()
  addPredictCommand(program)
  addExperimentCommand(program)
  addMergeCommand(program)
  addWorkerCommand(program)
  addTrainCommand(program)
  addEvaluateCommand(program)
  addFeaturesCommand(program)
  addReportCommand(program)
  return program
}

function report(error: unknown, verbose: boolean): number {
  if (error instanceof InvalidArgumentError) process.stderr.write(`error: ${error.message}\n`)
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCode.usage
  if (isErrorNamed(error, 'AbortError')) {
    process.stderr.write('interrupted\n')
    return exitCode.interrupted
  }
  const text = verbose && isError(error) ? error.stack : messageOf(error)
  process.stderr.write(`error: ${text}\n`)
  return exitCode.failure
}

/** Whoever reads may have had enough, as `head` has. */
function endWithReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
  process.exit()
}

process.stdout.on('error', endWithReader)
process.stderr.on('error', endWithReader)
const program = createProgram()
try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = report(error, program.opts().verbose === true || process.argv.includes('--verbose'))
}
