import { checkOneOf } from '../core/check.ts'
import { type LstmSystemOptions, lstmSystem } from './lstm.ts'
import type { System } from './system.ts'

/** Names of the systems that can be asked for. */
export type SystemName = 'lstm'

const makers: Record<SystemName, (options: LstmSystemOptions) => System> = { lstm: lstmSystem }

/** All of {@link SystemName}. */
export const systemNames: readonly SystemName[] = Object.keys(makers) as SystemName[]

/** A system by name; its options are those of its own function, such as {@link lstmSystem}. */
export function createSystem(name: SystemName, options: LstmSystemOptions = {}): System {
  return makers[checkOneOf('createSystem', 'name', name, systemNames)](options)
}
