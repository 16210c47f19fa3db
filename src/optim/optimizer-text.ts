import { counted } from '../core/printed.ts'

/** One line of text about an optimiser: its class, its settings and the number of steps done. */
export function optimizerText(optimizer: object, computed: Record<string, unknown>, steps: number): string {
  const own = Object.entries(optimizer).filter(([name]) => name !== 'steps' && name !== 'size')
  const numbers = [...Object.entries(computed), ...own].filter(([, value]) => typeof value === 'number')
  const settings = numbers.map(([name, value]) => `${name} ${value}`)
  return `${optimizer.constructor.name}: ${[...settings, counted(steps, 'step')].join(', ')}`
}
