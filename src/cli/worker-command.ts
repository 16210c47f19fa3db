import { type Command, Option } from 'commander'
import { StateError } from '../core/errors.ts'
import { percent } from '../evaluation/confusion-table.ts'
import { withoutPassword } from '../node/queue/address.ts'
import { serveQueue } from '../node/queue/serve.ts'
import { place, positiveInteger, positiveNumber, queueAddress } from './arguments.ts'
import { terminal } from './terminal.ts'

interface WorkerFlags {
  queue: string
  workers: number
  data?: string
  cache: string | false
  once: boolean
  lock: number
}

/** A signal aborted by Ctrl-C, or by the first signal that batch systems send. */
function abortOnSignals(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => controller.abort(new DOMException('interrupted', 'AbortError')))
  }
  return controller.signal
}

async function run({ queue, workers, data, cache, once, lock }: WorkerFlags): Promise<void> {
  const url = queueAddress(queue)
  const line = (text: string): void => terminal.line(text)
  line(`queue     connecting to ${withoutPassword(url)}`)
  const { done, failed } = await serveQueue({
    ...{ url, workers, data, once, lockSeconds: lock, signal: abortOnSignals() },
    cache: cache === false ? null : cache,
    onReady: (name) => line(`worker    ${name} takes folds from ${withoutPassword(url)}, ${workers} at a time`),
    onStart: ({ id }) => line(`begins    ${id}`),
    onFold: ({ id }, { fold: { accuracy, predictions } }) => {
      line(`done      ${id}: ${percent(accuracy)} of ${predictions.length}`)
    },
    onFail: ({ id }, reason) => line(`failed    ${id}: ${reason}`),
    onReturn: ({ id }) => line(`gave back ${id}`),
  })
  line(`the queue is empty; ${done} folds done here`)
  if (failed > 0) throw new StateError(`${failed} folds failed`)
}

/** Adds `ser worker`. */
export function addWorkerCommand(program: Command): void {
  program
    .command('worker')
    .description(
      'does folds that ser experiment --queue has put on a queue, of any experiment, until it is stopped.\n' +
        'Killed in the middle it loses nothing: another worker does its fold.',
    )
    .requiredOption('--queue <url>', 'the queue: redis://[user:password@]host[:port][/db], or rediss: for TLS')
    .option('--workers <n>', 'folds at the same time, each in a thread of its own', positiveInteger, 1)
    .option('--data <path>', "the corpus' place on this machine (default: where the experiment has it)", place)
    .option('--once', 'ends when no fold waits and none is in work', false)
    .addOption(
      new Option('--lock <seconds>', 'a worker silent for so long loses its folds to others')
        .argParser(positiveNumber)
        .default(15),
    )
    .option('--cache <folder>', 'where features are kept between runs', place, '.ser-cache')
    .option('--no-cache', 'keep no features')
    .action(run)
}
