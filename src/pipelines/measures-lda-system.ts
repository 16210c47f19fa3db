/**
 * Measures of whole utterances relative to the voice, and linear discriminant analysis of them: in closed form, small, and
 * the system that adapts best to speakers, rooms and corpora that it never heard, for its class means move as well.
 */
import { limits } from '../core/limits.ts'
import { Discriminant, type DiscriminantState, type MoveSettings } from './discriminant.ts'
import { tunedDiscriminant } from './discriminant-tuning.ts'
import type { LinearModel } from './linear-model.ts'
import {
  type MeasuresOptions,
  type MeasuresState,
  measuresDefaults,
  measuresRules,
  measuresSystem,
} from './measures-system.ts'
import type { System } from './system.ts'
import { defaultFrontEnd, integer, number, resolveSettings } from './system-settings.ts'

/** Options of {@link measuresLdaSystem}, plain JSON. */
export interface MeasuresLdaOptions extends MeasuresOptions {
  /** s: share of the identity in the covariance, above 0. Default 0.5. */
  shrinkage?: number
  /**
   * Share of the covariance of what sounds as if in noise, in a room or clipped in that by which such recordings are judged without
   * adaptation; 0: none of their own. Default 0.5.
   */
  roomCovariance?: number
  /** t: factor of the scores of which probabilities are the softmax. Default 0.38. */
  sharpness?: number
  /** Times that class means move in `recognizer.adapt(recordings)`; 0: they stay. Default 2. */
  moves?: number
  /** The factor of the scores while they move. Default 0.3. */
  moveSharpness?: number
  /** Recordings that the training mean of a class counts as. Default 20. */
  moveStrength?: number
  /** Largest share of what the recordings show. Default 0.4. */
  moveLimit?: number
}

type LdaSettings = MoveSettings & { sharpness: number; shrinkage: number; roomCovariance: number }

function linear(discriminant: Discriminant, settings: LdaSettings): LinearModel<DiscriminantState> {
  const { shrinkage, roomCovariance: share } = settings
  return {
    predict: (z) => discriminant.probabilities(z, settings.sharpness),
    state: () => discriminant.state(),
    parts: () => {
      const { means, directions, classes } = discriminant
      const turned = (others: Float64Array): Float64Array => discriminant.directionsOf(others)
      return { kind: 'discriminant', means, directions, classes, factor: settings.sharpness, turned }
    },
    means: {
      current: discriminant.means,
      moved: (z) => discriminant.moved(z, settings),
      with: (means) => linear(discriminant.withMeans(means), settings),
      shifted: (differences) => {
        const shift = discriminant.shifted(differences)
        return (weights, mixed) => linear(shift(weights, mixed), settings)
      },
      ...(share === 0
        ? {}
        : { directions: (means, rows) => discriminant.directionsWithin(means, rows, { shrinkage, share }) }),
    },
  }
}

/**
 * The system of measures and linear discriminants; front ends as of `measuresLogisticSystem`, by default the tracks of speech
 * with the level.
 *
 * @example
 * ```ts
 * const { frontEnd, settings } = measuresLdaSystem({ shrinkage: 0.6 })
 * frontEnd.set // 'speechAndLevel'
 * settings.shrinkage // 0.6
 * ```
 */
export function measuresLdaSystem(options: MeasuresLdaOptions = {}): System<MeasuresState<DiscriminantState>> {
  const where = 'measuresLdaSystem'
  const settings = resolveSettings<MeasuresLdaOptions>(where, options, {
    defaults: {
      frontEnd: defaultFrontEnd(options?.frontEnd, { set: 'speechAndLevel' }),
      ...measuresDefaults,
      ...{
        shrinkage: 0.5,
        roomCovariance: 0.5,
        sharpness: 0.38,
        moves: 2,
        moveSharpness: 0.3,
        moveStrength: 20,
        moveLimit: 0.4,
      },
    },
    rules: {
      ...measuresRules,
      shrinkage: number({ above: 0, max: 1 }),
      roomCovariance: number({ min: 0, max: 1 }),
      sharpness: number({ above: 0 }),
      moves: integer({ min: 0, limit: limits.moves }),
      moveSharpness: number({ above: 0 }),
      moveStrength: number({ min: 0 }),
      moveLimit: number({ min: 0, max: 1 }),
    },
  })
  return measuresSystem({
    ...{ name: 'measures-lda', settings, epochs: 1 },
    fit: (rows, { onEpoch }) => {
      const discriminant = Discriminant.fit(rows, rows.classes, settings.shrinkage)
      if (discriminant === null) throw new RangeError(`${where}: the measures of all utterances are the same`)
      onEpoch?.({ epoch: 1, epochs: 1, loss: 0 })
      return { model: linear(discriminant, settings), history: { epochs: [], stoppedEarly: false, bestEpoch: 1 } }
    },
    restore: (state) => linear(Discriminant.from(state), settings),
    tune: (state, rows, how, from) => {
      const { shrinkage, moveStrength: strength } = settings
      return linear(tunedDiscriminant(state, rows, how === 'all', from, { strength, shrinkage }), settings)
    },
  })
}
