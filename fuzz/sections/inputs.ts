/** Mutants of files to every door that reads what strangers wrote. */
import { limitMegabytes, limitMilliseconds } from '../report.ts'
import { targets } from '../targets/index.ts'
import type { Target } from '../targets/target.ts'
import { type Counts, runBatch } from '../watch.ts'
import type { Section, Settings, Tried } from './section.ts'

/** Inputs of one process; a new one begins with little memory. */
const BATCH = 2500

/** Tries the inputs of a target. */
async function attack({ name }: Target, inputs: number, settings: Settings): Promise<Counts & { fell: number }> {
  const counts: Counts = { inputs: 0, answers: 0, refusals: 0, longest: 0, most: 0 }
  let fell = 0
  for (let from = 0; from < inputs && !settings.signal.aborted; from += BATCH) {
    const batch = { target: name, seed: settings.seed, from, to: Math.min(inputs, from + BATCH) }
    await runBatch(batch, settings.signal, counts, (finding) => {
      fell++
      settings.onFinding(finding)
    })
    settings.onProgress(name, counts.inputs, inputs)
  }
  return { ...counts, fell }
}

async function run(settings: Settings): Promise<Tried> {
  const chosen = targets.filter(({ name }) => settings.wanted('inputs') || settings.wanted(name))
  const whole = chosen.reduce((sum, { weight }) => sum + weight, 0)
  const rows: Tried['rows'] = []
  const all = { inputs: 0, answers: 0, refusals: 0, fell: 0 }
  for (const target of chosen) {
    const counts = await attack(target, Math.ceil((settings.count * target.weight) / whole), settings)
    const { inputs, answers, refusals, longest, most, fell } = counts
    const row = [target.name, target.doors, inputs, answers, refusals, longest.toFixed(0), most.toFixed(0), fell]
    if (inputs > 0) rows.push(row)
    for (const key of ['inputs', 'answers', 'refusals', 'fell'] as const) all[key] += counts[key]
  }
  rows.push(['all', '', all.inputs, all.answers, all.refusals, '', '', all.fell])
  return {
    columns: ['target', 'doors', 'inputs', 'read', 'refused', 'longest, ms', 'memory, MB', 'fell'],
    rows,
    text:
      'Mutants of right files: bits, cuts, insertions, copied and exchanged blocks, numbers at their extremes, and changes by the ' +
      'structure of the format. An input falls if its error is not one of the library (its class, and a text that names the place), ' +
      `if it takes more than ${limitMilliseconds} ms of processor time, if its process takes more than ${limitMegabytes} MB, hangs or ends.`,
  }
}

/** The section of inputs. */
export const inputSection: Section = { name: 'inputs', title: 'Inputs', parts: targets.map(({ name }) => name), run }
