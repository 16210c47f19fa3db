import { type Command, Option } from 'commander'
import { StateError } from '../core/errors.ts'
import { type KernelsName, useKernels } from '../kernels/index.ts'
import { useWideKernels } from '../node/wide-kernels.ts'

const names: readonly KernelsName[] = ['js', 'simd', 'relaxed', 'wide']

/** Selects the kernels that were asked for, else the fastest that have the bits of `simd`. */
function choose(name: KernelsName | undefined): void {
  if (name !== undefined && name !== 'wide') {
    useKernels(name)
    return
  }
  const { reason } = useWideKernels()
  if (name === 'wide' && reason !== null) throw new StateError(`--kernels wide: ${reason}`)
}

/** Adds `--kernels` to a command that computes; the kernels are chosen before it runs. */
export function addKernelsOption(command: Command): void {
  const help = 'kernels to compute with (default: wide where Node and processor have them, else simd: the same bits)'
  command
    .addOption(new Option('--kernels <name>', help).choices(names))
    .hook('preAction', () => choose(command.opts().kernels))
}
