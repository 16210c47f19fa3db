import { type Command, Option } from 'commander'
import { StateError } from '../core/errors.ts'
import { type KernelsName, useKernels } from '../kernels/index.ts'
import { useWideKernels } from '../node/wide-kernels.ts'

const names: readonly KernelsName[] = ['js', 'simd', 'relaxed', 'wide']

/**
 * Recordings from which on wide kernels win back the 24 ms of processor time that compiling and timing them takes: by the LSTM systems. The
 * recogniser in the package multiplies little and gains nothing by them, at any number.
 */
const MANY = 100

/**
 * Selects the kernels that were asked for, else the fastest for so many recordings that have the bits of `simd`.
 *
 * @throws StateError where the kernels that were asked for cannot run
 */
export function chooseKernels(name: KernelsName | undefined, recordings: number = Number.POSITIVE_INFINITY): void {
  if (name !== undefined && name !== 'wide') {
    try {
      useKernels(name)
    } catch (cause) {
      throw new StateError(`--kernels ${name}: this Node or processor cannot run them`, { cause })
    }
    return
  }
  if (name === undefined && recordings < MANY) return
  const { reason } = useWideKernels()
  if (name === 'wide' && reason !== null) throw new StateError(`--kernels wide: ${reason}`)
}

function kernelsOption(when = ''): Option {
  const help = `kernels to compute with (default: wide${when} where Node and processor have them, else simd: the same bits)`
  return new Option('--kernels <name>', help).choices(names)
}

/** The option of a command that predicts, whose work is mostly short: it calls {@link chooseKernels} itself. */
export function kernelsOptionOfMany(): Option {
  return kernelsOption(` for ${MANY} recordings and more`)
}

/** Adds `--kernels` to a command that computes much; the kernels are chosen before it runs. */
export function addKernelsOption(command: Command): void {
  command.addOption(kernelsOption()).hook('preAction', () => chooseKernels(command.opts().kernels))
}
