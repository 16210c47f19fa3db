#!/usr/bin/env node
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { messageOf } from '../core/errors.ts'
import { isError, isErrorNamed } from '../core/realm.ts'
import { withoutControls } from '../core/text.ts'
import { version } from '../core/version.ts'
import { addCommands } from './commands.ts'
import { onClosedOutput } from './signals.ts'
import { terminal } from './terminal.ts'

const exitCode = { failure: 1, usage: 2, interrupted: 130 } as const

function createProgram(): Command {
  return new Command('ser')
    .description('Speech emotion recognition: recognise, train, evaluate, experiment.')
    .version(version, '--version', 'print the version')
    .helpOption('--help', 'print this help')
    .option('--verbose', 'print stack traces of errors')
    .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.')
    .showHelpAfterError('(ser --help lists all commands)')
    .configureOutput({ outputError: (text, write) => write(withoutControls(text)) })
    .exitOverride()
}

function report(error: unknown, verbose: boolean): number {
  if (error instanceof InvalidArgumentError) terminal.line(`error: ${error.message}`)
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCode.usage
  if (isErrorNamed(error, 'AbortError')) {
    terminal.line('interrupted')
    return exitCode.interrupted
  }
  const text = verbose && isError(error) ? error.stack : messageOf(error)
  terminal.line(`error: ${text}`)
  return exitCode.failure
}

/**
 * Handles errors of output: a reader such as `head` may close it, and a full disk must not stop work on other files.
 */
function onBrokenOutput(name: string): (error: NodeJS.ErrnoException) => void {
  let told = name === 'stderr'
  return (error) => {
    if (error.code === 'EPIPE') return onClosedOutput()
    if (!told) terminal.line(`error: ${name}: ${messageOf(error)}`)
    told = true
    process.exitCode = exitCode.failure
  }
}

process.once('exit', () => terminal.end())
process.stdout.on('error', onBrokenOutput('stdout'))
process.stderr.on('error', onBrokenOutput('stderr'))
const program = createProgram()
try {
  await addCommands(program, process.argv.slice(2))
  await program.parseAsync()
} catch (error) {
  terminal.end()
  process.exitCode = report(error, program.opts().verbose === true || process.argv.includes('--verbose'))
}
