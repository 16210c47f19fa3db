/** Doors whose time grows with the length of a list, on long ones. */
import { corpora, likenessOf, manifestText, parseManifest } from '../../src/corpora/index.ts'
import { parseVotes } from '../../src/corpora/votes.ts'
import { parseBaselines } from '../../src/experiments/baselines.ts'
import { foldJobs, shardOf } from '../../src/experiments/jobs.ts'
import { checkPlan } from '../../src/experiments/plan.ts'
import { smallPlan } from '../../test/support/small-plan.ts'
import { bytesOf } from '../targets/target.ts'
import type { Section, Settings, Tried } from './section.ts'

const NAMES = 8000
/** Most processor time, ms. */
const LIMIT = 100
const ROUNDS = 5

const names = Array.from({ length: NAMES }, (_, i) => `speaker ${i}`)
const list = bytesOf(`path,label,speaker\n${names.map((name, i) => `${i}.wav,joy,${name}`).join('\n')}`)
const predictions = `file,label,lstm\n${names.map((_, i) => `${i}.wav,joy,anger`).join('\n')}`
const votes = `file,voiceVote\n${names.map((_, i) => `${i},A`).join('\n')}`
const paths = names.map((_, i) => `wav/${i}a01Fa.wav`)
const jobs = foldJobs(smallPlan, names)

const doors: Record<string, () => unknown> = {
  foldJobs: () => foldJobs(smallPlan, names),
  shardOf: () => shardOf(jobs, 1, 4),
  'a list of recordings': () => parseManifest(manifestText(list)),
  'a table of predictions (parseBaselines)': () => parseBaselines('table', predictions),
  'a table of votes': () => parseVotes(votes),
  'file names by the rules of all corpora': () => [likenessOf(paths), corpora.emodb.parse(paths[0])],
  'seeds of a plan': () => checkPlan({ ...smallPlan, seeds: names }),
}

async function run({ onFinding }: Settings): Promise<Tried> {
  const rows = Object.entries(doors).map(([name, call]) => {
    let least = Number.POSITIVE_INFINITY
    for (let i = 0; i < ROUNDS; i++) {
      const before = process.cpuUsage()
      call()
      const { user, system } = process.cpuUsage(before)
      least = Math.min(least, (user + system) / 1000)
    }
    if (least > LIMIT)
      onFinding({ section: 'growth', index: NAMES, kind: 'time', text: `${name}: ${least.toFixed(0)} ms` })
    return [name, least.toFixed(0), least > LIMIT ? 1 : 0]
  })
  const text = `Processor time for ${NAMES} names or rows, the least of ${ROUNDS}; more than ${LIMIT} ms fall.`
  return { columns: ['door', 'ms', 'fell'], rows, text }
}

/** The section of long lists. */
export const growthSection: Section = { name: 'growth', title: 'Long lists', run }
