// Times of the built package on this machine, with every record of kernels that it offers:
// `npm run bench`, or some groups of cases: `npm run bench -- lstm gemm`
import { casesOf, groupNames } from './cases.mjs'
import { here, runJson } from './child.mjs'
import { recordNames } from './kernels.mjs'
import { digits, summary } from './measure.mjs'

const groups = process.argv.slice(2)
if (groups.includes('--help')) {
  console.log(`npm run bench [-- GROUP ...]   times of this build; groups: ${groupNames.join(', ')}`)
  process.exit()
}
const cases = casesOf(groups)
for (const record of recordNames) {
  const { skipped, versions, times } = await runJson(process.execPath, [
    here('side.mjs'),
    '--kernels',
    record,
    ...groups,
  ])
  if (skipped) {
    console.log(`\nkernels "${record}": ${skipped}`)
    continue
  }
  console.log(`\nkernels "${record}", ${versions.join(', ')}: median (quartiles) of n runs`)
  for (const { title, unit, flops } of cases) {
    if (!(title in times)) continue
    const { median, low, high, runs } = summary(times[title])
    const [m, from, to] = [median, low, high].map((time) => digits(time * unit.factor))
    const rate = flops ? `${(flops / median / 1e6).toFixed(2)} GF/s` : ''
    console.log(`${title.padEnd(56)}${m.padStart(8)} ${unit.name} (${from} to ${to}), n = ${runs}  ${rate}`)
  }
}
