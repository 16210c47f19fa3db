// Measures cases in a process of its own, so that no code is compiled for the types of another record of kernels:
// `node bench/side.mjs [--kernels js] [group ...]` prints a report as JSON: versions and processor times in ms, or why there are none.
import { parseArgs } from 'node:util'
import { casesOf } from './cases.mjs'
import { chooseKernels } from './kernels.mjs'
import { cpuMs, measure } from './measure.mjs'

async function report(kernels, groups) {
  try {
    chooseKernels(kernels)
  } catch (error) {
    return { skipped: error.message }
  }
  const times = {}
  for (const { title, data, setup } of casesOf(groups)) {
    const run = await setup(data())
    if (run !== null) times[title] = await measure(run, { clock: cpuMs })
  }
  return { versions: [`Node ${process.versions.node}`], times }
}

const { values, positionals } = parseArgs({
  options: { kernels: { type: 'string', default: 'js' } },
  allowPositionals: true,
})
console.log(JSON.stringify(await report(values.kernels, positionals)))
