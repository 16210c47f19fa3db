/** Flags of `ser train` by which a recogniser is fine-tuned, and lines about its outcome. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { TrainedRecognizer } from '../node/training-facts.ts'
import type { Recognizer } from '../pipelines/recognizer.ts'
import type { Tune } from '../pipelines/system.ts'
import type { SystemName } from '../pipelines/systems.ts'
import { tunes } from '../pipelines/tuning.ts'
import { place } from './arguments.ts'

/** Word for the recogniser of the package. */
export const INCLUDED = 'included'

/** The flags of {@link addTuningFlags}. */
export interface TuningFlags {
  from?: string
  startFrom?: string
  tune?: Tune
  force?: boolean
  system?: SystemName
}

/** Adds the flags. */
export function addTuningFlags(command: Command): Command {
  return command
    .option(
      '--from <file>',
      `recogniser to fine-tune on the corpus, as by -o, or ${INCLUDED}, the one in the package: its system goes on learning, networks at a tenth of the learning rate`,
      place,
    )
    .addOption(
      new Option(
        '--tune <what>',
        'with --from: all weights, the last layer (of measures-lda the class means), or the statistics of features alone (default: all)',
      ).choices(tunes),
    )
    .option('--force', 'with --from: keeps the tuned recogniser where the start was better on the held-out speakers')
}

/** The fine-tuning that the flags ask for; null for none. */
export function tuningOf(
  { from, startFrom, tune, force, system }: TuningFlags,
  start: Recognizer | undefined,
): { tune: Tune; system: SystemName } | null {
  if (from === undefined || start === undefined) {
    const [flag] = Object.entries({ tune, force }).find(([, value]) => value !== undefined) ?? []
    if (flag !== undefined) throw new InvalidArgumentError(`--${flag} is for fine-tuning: it needs --from`)
    return null
  }
  if (startFrom !== undefined) throw new InvalidArgumentError('--from and --start-from are two ways to start: give one')
  const own = start.system.system as SystemName
  if (system === undefined || system === own) return { tune: tune ?? 'all', system: own }
  throw new InvalidArgumentError(`--system ${system} is another than that of --from, ${own}`)
}

/** Outcome of a fine-tuning, in lines; none where there was none. */
export function tuningLines({ fineTuning }: TrainedRecognizer): string[] {
  if (fineTuning === undefined) return []
  const { guard, kept, heldOut, classes, learnt } = fineTuning
  const named = (what: string, names: string[]): string[] =>
    names.length === 0 ? [] : [`${what}: ${names.join(', ')}`]
  return [
    `fine-tuned on ${learnt.recordings} recordings of ${learnt.speakers} speakers; held out: ${heldOut.recordings} of ${heldOut.speakers.join(', ')}`,
    ...named('classes that the start has not, which begin anew', classes.added),
    ...named('classes of the start that are gone', classes.dropped),
    guard,
    ...(kept === 'start' ? ['the file has the start as it was; --force keeps the tuned one'] : []),
  ]
}
