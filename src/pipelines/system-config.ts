import { FormatError } from '../core/errors.ts'
import type { Json } from '../core/types.ts'
import type { System } from './system.ts'
import { type SystemConfig, systemNames } from './systems.ts'

interface Described {
  system: string
  settings: { [key: string]: Json }
}

/** The settings of a system as options that make it again, independent of the defaults of later versions. */
function configFrom({ system, settings }: Described): SystemConfig {
  const name = systemNames.find((known) => known === system)
  if (name === undefined) throw new FormatError(`"${system}" is none of ${systemNames.join(', ')}`)
  if (name !== 'ensemble') return { system: name, options: settings } as SystemConfig
  const members = (settings.members as unknown as Described[]).map(configFrom)
  return { system: name, options: { ...settings, members } }
}

/** A system with all its settings as JSON, from which `createSystem` makes the same system. */
export function systemConfig({ name, settings }: System): SystemConfig {
  return configFrom({ system: name, settings })
}
