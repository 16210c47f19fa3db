/** Starting values of the biases of an LSTM's gates. */
import { checkNumber } from '../core/check.ts'
import { chronoBias, constant } from '../numerics/initialisers.ts'
import type { ParameterSpec } from '../numerics/parameters.ts'

/** Options of the starting biases. */
export interface GateBiasOptions {
  /** Starting bias of the forget gates. Default 1 (Gers, Schmidhuber & Cummins 2000). */
  forgetBias?: number
  /** Starting bias of the input gates. Default 0; coupled gates start at minus `forgetBias` instead. */
  inputBias?: number
  /**
   * Chrono initialisation (Tallec & Ollivier 2018): the longest time lag T >= 3 to be learned, in steps. The forget
   * gates' biases start at ln U(1, T - 1) and the input gates' at their negatives, instead of at `forgetBias` and
   * `inputBias`.
   */
  chrono?: number
}

/** Names of {@link GateBiasOptions}. */
export const gateBiasNames = ['forgetBias', 'inputBias', 'chrono'] as const

/** The starting biases, as numbers or by the longest lag. */
export type GateBiases = { forgetBias: number; inputBias?: number } | { chrono: number }

/** Checks {@link GateBiasOptions} and fills in the defaults. */
export function resolveGateBiases({ forgetBias, inputBias, chrono }: GateBiasOptions, coupled: boolean): GateBiases {
  if (coupled && inputBias !== undefined) {
    throw new RangeError('LSTM: "inputBias" does not go with "coupled", where it is minus "forgetBias"; leave it out')
  }
  if (chrono === undefined) {
    return {
      forgetBias: checkNumber('LSTM', 'forgetBias', forgetBias ?? 1),
      ...(!coupled && { inputBias: checkNumber('LSTM', 'inputBias', inputBias ?? 0) }),
    }
  }
  const other = forgetBias !== undefined ? 'forgetBias' : 'inputBias'
  if (forgetBias !== undefined || inputBias !== undefined) {
    throw new RangeError(
      `LSTM: "${other}" does not go with "chrono", which sets that bias itself; leave one of them out`,
    )
  }
  return { chrono: checkNumber('LSTM', 'chrono', chrono, { min: 3 }) }
}

/** The starting value of the bias of gate i, f, c or o. */
export function startOfBias(gate: string, biases: GateBiases): ParameterSpec['initialise'] {
  if (gate !== 'i' && gate !== 'f') return constant(0)
  if ('chrono' in biases) return chronoBias(biases.chrono, gate === 'f' ? 1 : -1)
  const { forgetBias, inputBias = -forgetBias } = biases
  return constant(gate === 'f' ? forgetBias : inputBias)
}
