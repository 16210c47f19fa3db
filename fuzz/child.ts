/**
 * Gives mutants to a door, in a process of its own, which the campaign ends where an input hangs or takes all memory:
 * `child.mjs TARGET SEED FROM TO`. Writes a line before each input and one after it to descriptor 3.
 */
import { writeSync } from 'node:fs'
import { Random } from '../src/numerics/random.ts'
import { pick } from './mutate/bytes.ts'
import { faultOf } from './outcome.ts'
import { limitMegabytes, limitMilliseconds, type Report } from './report.ts'
import { streamOf, targetOf } from './targets/index.ts'
import type { Target } from './targets/target.ts'

const [name, seed, from, to] = process.argv.slice(2)
const target: Target = targetOf(name)
const bases = target.bases()

function say(report: Report): void {
  writeSync(3, `${JSON.stringify(report)}\n`)
}

/** Processor time of the door, ms, and what came of it. */
async function once(input: Uint8Array): Promise<{ ms: number; outcome: 'answer' | 'refusal'; fault?: string }> {
  const copy = input.slice()
  const before = process.cpuUsage()
  let outcome: 'answer' | 'refusal' = 'answer'
  let fault: string | undefined
  try {
    await target.run(copy)
  } catch (error) {
    outcome = 'refusal'
    fault = faultOf(error, target.outside)
  }
  const { user, system } = process.cpuUsage(before)
  return { ms: (user + system) / 1000, outcome, fault }
}

/** The mutant of a number. */
function inputAt(index: number): Uint8Array {
  const random = new Random(streamOf(seed, name, index))
  return target.mutate(random, pick(random, bases))
}

if (process.env.CAMPAIGN_WRITES === '1') {
  process.stdout.write(inputAt(Number(from)))
} else {
  for (let index = Number(from); index < Number(to); index++) {
    say({ begins: index })
    const input = inputAt(index)
    const { outcome, fault, ...first } = await once(input)
    let { ms } = first
    // The first calls of a process compile code, and other processes disturb: the least of several times counts.
    for (let i = 0; i < 4 && ms > limitMilliseconds; i++) ms = Math.min(ms, (await once(input)).ms)
    const megabytes = process.resourceUsage().maxRSS / 1024
    say({ index, outcome, ms, megabytes, fault })
    if (megabytes > limitMegabytes) break
  }
}
