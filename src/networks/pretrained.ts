/** Initialises networks from the weights of a stack of RBMs: Hinton & Salakhutdinov (2006). */
import { exp } from '../core/elementary.ts'
import { expectation } from '../core/errors.ts'
import type { DBN } from '../energy/dbn.ts'
import { Dense } from '../layers/dense.ts'
import { Dropout } from '../layers/dropout.ts'
import type { Layer } from '../layers/layer.ts'

type Machines = DBN['layers']

/** The leading dense layers, skipping dropout. */
export function leadingDense(layers: readonly Layer[]): Dense[] {
  const weighted = layers.filter((layer) => !(layer instanceof Dropout))
  const end = weighted.findIndex((layer) => !(layer instanceof Dense))
  return weighted.slice(0, end < 0 ? weighted.length : end) as Dense[]
}

// Recognised by its parts, not by `instanceof`, so that a bundle without a DBN does not contain its code.
function machinesOf(where: string, stack: DBN): Machines {
  const machines: Machines | undefined = stack?.layers
  const fits =
    Array.isArray(machines) && machines.every(({ params }) => params?.W !== undefined && params.c !== undefined)
  if (!fits) throw new TypeError(expectation(where, 'stack', 'a DBN', stack))
  if (machines.some(({ params }) => 'A' in params)) {
    throw new TypeError(
      `${where}: "stack" expected a DBN, got conditional RBMs, whose hidden units see past frames, which a dense ` +
        'layer does not; train the network on the output of their transform()',
    )
  }
  return machines
}

function sizes(machines: Machines): string {
  return `[${[machines[0].visible, ...machines.map(({ hidden }) => hidden)].join(', ')}]`
}

function checkFit(where: string, layers: readonly Dense[], machines: Machines): void {
  if (machines.length > layers.length) {
    throw new RangeError(`${where}: "stack" of ${machines.length} RBMs for ${layers.length} leading dense layers`)
  }
  machines.forEach(({ visible, hidden }, i) => {
    const { inputs, units } = layers[i]
    if (visible !== inputs || hidden !== units) {
      throw new RangeError(
        `${where}: "stack" of sizes ${sizes(machines)} does not fit: layer ${i} has W [${inputs}, ${units}]`,
      )
    }
    checkSigmoid(where, layers[i], i)
  })
}

/** Throws unless the layer is a sigmoid layer, like the hidden units of an RBM. */
export function checkSigmoid(where: string, { activation }: Dense, i: number): void {
  if (activation === 'sigmoid') return
  throw new RangeError(
    `${where}: the hidden units of an RBM are sigmoids, layer ${i} is "${activation}"; set "activation" to "sigmoid"`,
  )
}

/**
 * Copies W and c of each RBM to the layer at its place, which then puts out P(h = 1 | x); W_i / s_i where the standard
 * deviations s of visible units are learned. Checks everything before anything is written.
 */
export function copyStack(where: string, layers: readonly Dense[], stack: DBN): void {
  const machines = machinesOf(where, stack)
  checkFit(where, layers, machines)
  machines.forEach(({ params, visible, hidden }, l) => {
    const { W, b } = layers[l].params
    W.data.set(params.W.data)
    b.data.set(params.c.data)
    if (params.logSigma === undefined) return
    for (let i = 0; i < visible; i++) {
      const scale = exp(-params.logSigma.get(i))
      for (let j = 0; j < hidden; j++) W.set(i, j, scale * W.get(i, j))
    }
  })
}
