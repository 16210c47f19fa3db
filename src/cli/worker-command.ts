import { stat } from 'node:fs/promises'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { messageOf, StateError } from '../core/errors.ts'
import { percent } from '../evaluation/confusion-table.ts'
import { withoutPassword } from '../node/queue/address.ts'
import { serveQueue } from '../node/queue/serve.ts'
import { place, positiveInteger, positiveNumber } from './arguments.ts'
import { queueAddress } from './experiment-arguments.ts'
import { addKernelsOption } from './kernels-option.ts'
import { readSecret } from './secret.ts'
import { abortOnSignals } from './signals.ts'
import { terminal } from './terminal.ts'

interface WorkerFlags {
  queue: string
  workers: number
  data?: string
  allow?: string[] | true
  speaker?: string
  secretFile?: string
  longest: number
  cache: string | false
  once: boolean
  lock: number
}

/** Throws where nothing has the path, which each job would be told only when it is taken. */
async function checkThere(flag: string, path: string | undefined): Promise<void> {
  if (path === undefined) return
  await stat(path).catch((cause: unknown) => {
    throw new StateError(`${flag} ${path}: ${messageOf(cause)}`, { cause })
  })
}

async function run({ queue, workers, data, cache, once, lock, ...flags }: WorkerFlags): Promise<void> {
  const url = queueAddress(queue)
  const { speaker, longest: longestSeconds } = flags
  if (data === undefined && flags.allow === undefined) {
    throw new InvalidArgumentError(
      'ser worker needs --data or --allow, the recordings that jobs may use; --allow alone permits synthetic voices only',
    )
  }
  const allow = flags.allow === true ? [] : flags.allow
  await Promise.all([checkThere('--data', data), ...(allow ?? []).map((folder) => checkThere('--allow', folder))])
  const secret = flags.secretFile === undefined ? undefined : await readSecret(flags.secretFile)
  const line = (text: string): void => terminal.line(text)
  line(`queue     connecting to ${withoutPassword(url)}`)
  const { done, failed } = await serveQueue({
    ...{
      url,
      workers,
      data,
      allow,
      speaker,
      secret,
      once,
      lockSeconds: lock,
      longestSeconds,
      signal: abortOnSignals(),
    },
    cache: cache === false ? null : cache,
    onReady: (name) => line(`worker    ${name} takes folds from ${withoutPassword(url)}, ${workers} at a time`),
    onStart: ({ id }) => line(`begins    ${id}`),
    onFold: ({ id }, { fold: { accuracy, predictions } }) => {
      line(`done      ${id}: ${percent(accuracy)} of ${predictions.length}`)
    },
    onFail: ({ id }, reason) => line(`failed    ${id}: ${reason}`),
    onProblem: (path, reason, leftOut) => line(`${leftOut ? 'left out ' : 'warning  '} ${path}: ${reason}`),
    onReturn: ({ id }) => line(`gave back ${id}`),
    onTrouble: (reason) => line(`queue     ${reason}`),
  })
  line(`the queue is empty; ${done} folds done here`)
  if (failed > 0) throw new StateError(`${failed} folds failed`)
}

/** Defines `ser worker`. */
export function defineWorker(command: Command): void {
  command
    .requiredOption(
      '--queue <url>',
      'the queue: redis://[user:password@]host[:port][/db]; a password without user: redis://:PASSWORD@host; ' +
        'over TLS rediss:, with an authority of your own in the environment as NODE_EXTRA_CA_CERTS=FILE',
    )
    .option('--workers <n>', 'folds at the same time, each in a thread of its own', positiveInteger, 1)
    .option('--data <path>', 'path of the corpus on this machine, which jobs use whatever path they name', place)
    .option('--allow [folders...]', 'folders within which jobs may name corpora; without any, synthetic voices only')
    .option('--speaker <expression>', 'the regular expression of speakers that jobs may have; no other is compiled')
    .option(
      '--secret-file <file>',
      'takes only jobs signed by the secret in this file, as of ser experiment, and signs the answers',
      place,
    )
    .addOption(
      new Option('--longest <seconds>', 'time after which opening the recordings, or the thread of a fold, is ended')
        .argParser(positiveNumber)
        .default(86_400),
    )
    .option('--once', 'ends when no fold is waiting or in progress', false)
    .addOption(
      new Option('--lock <seconds>', 'time without a sign of life after which a worker loses its folds to others')
        .argParser(positiveNumber)
        .default(15),
    )
    .option('--cache <folder>', 'folder in which features are cached between runs', place, '.ser-cache')
    .option('--no-cache', 'do not cache features')
    .action(run)
  addKernelsOption(command)
}
