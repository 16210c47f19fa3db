/**
 * The commands of `ser`. Options and work of a command are in a module of its own, which is loaded when the command line names it: to
 * load them all takes longer than the rest of `ser --help`, or of `ser predict`.
 */
import type { Command } from 'commander'
import { optimizeLate } from './late-optimizing.ts'

/** A command as `ser --help` lists it. */
interface ListedCommand {
  /** Its operands, as its module defines them; absent for none. */
  operands?: string
  description: string
  /** Loads what gives a command its options and its work. */
  load(): Promise<(command: Command) => void>
}

const listed: Readonly<Record<string, ListedCommand>> = {
  predict: {
    operands: '[files...]',
    description:
      'recognises emotions in recordings: a line per file with its path, the class and its probability, "not sure" below the ' +
      'threshold of the model, "no speech" where none is heard',
    load: async () => {
      await optimizeLate()
      return (await import('./recognition-commands.ts')).definePredict
    },
  },
  listen: {
    description:
      'recognises emotions while somebody speaks, in sound on standard input: a line per turn of speech with its beginning and end ' +
      'in seconds, the class and its probability, "not sure" below the threshold of the model',
    load: async () => (await import('./recognition-commands.ts')).defineListen,
  },
  segments: {
    operands: '<files...>',
    description:
      'finds where somebody speaks in recordings of any length, and recognises the emotion of each segment: lines, or a TextGrid, label track, ' +
      'ELAN file, subtitles, CSV or JSON',
    load: async () => (await import('./corpus-commands.ts')).defineSegments,
  },
  experiment: {
    description:
      'leave-one-speaker-out: trains on all speakers but one, tests on that one, prints the confusion matrix.\n' +
      'Other folds: --by corpus, --folds 6, --test-corpus.\n' +
      'After an interruption the same command continues.',
    load: async () => (await import('./corpus-commands.ts')).defineExperiment,
  },
  merge: {
    operands: '<folder...>',
    description: 'merges the parts of an experiment run by ser experiment --shard, and writes results.json',
    load: async () => (await import('./corpus-commands.ts')).defineMerge,
  },
  worker: {
    description:
      'runs folds that ser experiment --queue has put on a queue, of any experiment, until it is stopped.\n' +
      'If it is killed, another worker runs its fold, and no result is lost.',
    load: async () => (await import('./corpus-commands.ts')).defineWorker,
  },
  train: {
    description:
      'trains a recogniser on all recordings of a corpus, or of several, and writes it to a file for `ser predict --model`',
    load: async () => (await import('./corpus-commands.ts')).defineTrain,
  },
  evaluate: {
    description: 'evaluates a recogniser on a labelled corpus: confusion matrix and rates with 95 % intervals',
    load: async () => (await import('./corpus-commands.ts')).defineEvaluate,
  },
  explain: {
    description:
      'tells by which groups of measures (pitch, energy, rhythm and so on) a recogniser decides on a labelled corpus: the rates lost without each, ' +
      'with 95 % intervals, and a chart',
    load: async () => (await import('./corpus-commands.ts')).defineExplain,
  },
  features: {
    operands: '[file...]',
    description:
      'acoustic features of recordings, or of corpora: as CSV, files of NumPy (.npy, .npz), Kaldi (.ark with .scp) and HTK (.htk), or without -o as a summary',
    load: async () => (await import('./features-command.ts')).defineFeatures,
  },
  report: {
    operands: '<folder>',
    description:
      'writes report.html and report.md from the results.json of an experiment (charts: npm install vega vega-lite)',
    load: async () => (await import('./corpus-commands.ts')).defineReport,
  },
}

/** Adds all commands: whole those that the words of the command line name, the others as far as the list of commands tells. */
export async function addCommands(program: Command, words: readonly string[]): Promise<void> {
  // By its usage, since a command that is not loaded has no options yet.
  program.configureHelp({ subcommandTerm: (command) => `${command.name()} ${command.usage()}` })
  for (const [name, { operands, description, load }] of Object.entries(listed)) {
    const command = program.command(name).description(description)
    if (words.includes(name)) (await load())(command)
    else if (operands !== undefined) command.argument(operands)
  }
}
