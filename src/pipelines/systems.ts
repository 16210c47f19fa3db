import { checkArray, checkObject, checkOneOf, checkOptions } from '../core/check.ts'
import { checkNesting } from '../core/saved.ts'
import { type BlstmSystemOptions, blstmRectifierSystem, blstmSystem } from './blstm-system.ts'
import { type CrbmDnnSystemOptions, crbmDnnSystem } from './crbm-dnn-system.ts'
import { type CrbmLstmSystemOptions, crbmLstmSystem, stackedCrbmLstmSystem } from './crbm-lstm-system.ts'
import { dnnHfSystem } from './dnn-hf-system.ts'
import { type EnsembleOptions, ensembleSystem } from './ensemble-system.ts'
import { functionalsMlpSystem } from './functionals-mlp-system.ts'
import type { FunctionalsSystemOptions } from './functionals-system.ts'
import { type LogisticSystemOptions, logisticSystem } from './logistic-system.ts'
import { type LstmRectifierSystemOptions, lstmRectifierSystem } from './lstm-rectifier-system.ts'
import { type LstmSystemOptions, lstmSystem } from './lstm-system.ts'
import { type MeasuresLdaOptions, measuresLdaSystem } from './measures-lda-system.ts'
import { type MeasuresLogisticOptions, measuresLogisticSystem } from './measures-logistic-system.ts'
import { type RidgeSystemOptions, ridgeSystem } from './ridge-system.ts'
import { type SvmSystemOptions, svmSystem } from './svm-system.ts'
import type { System } from './system.ts'

/** The options of each system by its name. */
export interface SystemOptions {
  'crbm-dnn': CrbmDnnSystemOptions
  'crbm-lstm': CrbmLstmSystemOptions
  lstm: LstmSystemOptions
  'lstm-rectifier': LstmRectifierSystemOptions
  'stacked-crbm-lstm': CrbmLstmSystemOptions
  blstm: BlstmSystemOptions
  'blstm-rectifier': BlstmSystemOptions
  'functionals-mlp': FunctionalsSystemOptions
  'dnn-hf': FunctionalsSystemOptions
  'measures-logistic': MeasuresLogisticOptions
  'measures-lda': MeasuresLdaOptions
  svm: SvmSystemOptions
  logistic: LogisticSystemOptions
  ridge: RidgeSystemOptions
  ensemble: NamedEnsembleOptions
}

/** Names of the systems for {@link createSystem}. */
export type SystemName = keyof SystemOptions

/** A system as JSON. */
export type SystemConfig = { [N in SystemName]: { system: N; options?: SystemOptions[N] } }[SystemName]

/** Options of `ensemble`, plain JSON. */
export interface NamedEnsembleOptions extends EnsembleOptions {
  /** Default `blstm` and `functionals-mlp`. */
  members?: SystemConfig[]
}

const makers: { [N in SystemName]: (options: SystemOptions[N]) => System } = {
  'crbm-dnn': crbmDnnSystem,
  'crbm-lstm': crbmLstmSystem,
  lstm: lstmSystem,
  'lstm-rectifier': lstmRectifierSystem,
  'stacked-crbm-lstm': stackedCrbmLstmSystem,
  blstm: blstmSystem,
  'blstm-rectifier': blstmRectifierSystem,
  'functionals-mlp': functionalsMlpSystem,
  'dnn-hf': dnnHfSystem,
  'measures-logistic': measuresLogisticSystem,
  'measures-lda': measuresLdaSystem,
  svm: svmSystem,
  logistic: logisticSystem,
  ridge: ridgeSystem,
  ensemble: namedEnsemble,
}

/**
 * All values of {@link SystemName}.
 * @example
 * ```ts
 * const systems = systemNames.map((name) => createSystem(name))
 * systems[2].name // 'lstm'
 * ```
 */
export const systemNames: readonly SystemName[] = /* @__PURE__ */ Object.keys(makers) as SystemName[]

/** Makes the system of a {@link SystemConfig}; throws for other values. */
export function systemFrom(where: string, name: string, config: SystemConfig): System {
  checkObject(where, name, config)
  checkOptions(`${where} ${name}`, config, ['system', 'options'])
  return createSystem<SystemName>(config.system, config.options)
}

function namedEnsemble(given: NamedEnsembleOptions): System {
  const where = 'ensemble'
  checkOptions(where, given, ['members', 'seeds', 'average'])
  checkNesting(where, 'members', given.members)
  const { members = [{ system: 'blstm' }, { system: 'functionals-mlp' }], ...options } = given
  const systems = checkArray<SystemConfig>(where, 'members', members, 1).map((member, i) =>
    systemFrom(where, `members[${i}]`, member),
  )
  return ensembleSystem(systems, options)
}

/** Makes a system by its name; its options are those of its own function, such as {@link lstmSystem}. */
export function createSystem<N extends SystemName>(
  name: N,
  options: SystemOptions[N] = {} as SystemOptions[N],
): System {
  return makers[checkOneOf('createSystem', 'name', name, systemNames) as N](options)
}
