/**
 * All cases, one file per kernel or model. A case is
 *
 *   kind    what is measured; peers know cases by it
 *   size    its shape, for the title and for peers
 *   unit    what its time is reported in
 *   flops   of a run, where that says something
 *   data()  its inputs, seeded float32 arrays; peers are given the same
 *   setup(data)  returns the function that is timed, which may be asynchronous; null where the build has no such thing
 */
import { cases as elementwise } from './elementwise.mjs'
import { cases as energy } from './energy.mjs'
import { cases as estimators } from './estimators.mjs'
import { cases as features } from './features.mjs'
import { cases as gemm } from './gemm.mjs'
import { cases as lstm } from './lstm.mjs'
import { cases as stream } from './stream.mjs'

const groups = { gemm, elementwise, lstm, stream, energy, estimators, features }

export const groupNames = Object.keys(groups)

/** The cases of the groups named, or of all. */
export function casesOf(names = []) {
  const unknown = names.filter((name) => !(name in groups))
  if (unknown.length > 0) throw new RangeError(`no benchmark "${unknown[0]}": there are ${groupNames.join(', ')}`)
  return (names.length > 0 ? names : groupNames).flatMap((group) =>
    groups[group].map((one) => ({ ...one, group, title: titleOf(one) })),
  )
}

function titleOf({ kind, size }) {
  const shape = Object.entries(size).map(([name, value]) => `${name}=${value}`)
  return `${kind}, ${shape.join(' ')}`
}
