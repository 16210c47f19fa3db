// Measures cases in a process of its own, so that no code is compiled for the types of another record of kernels:
// `node bench/side.mjs [--kernels js] [--old PROJECT] [group ...]` prints a report as JSON: versions and processor times in ms, or why
// there are none. With `--old`, the package that is installed in a project, without the cases that need what it does not have.
import { parseArgs } from 'node:util'
import { cpuMs, measure } from './measure.mjs'
import { useOtherPackage } from './other-package.mjs'

/** The function of a case; null where an old package lacks what it needs, which a first run shows. */
async function prepared({ data, setup }, old) {
  const run = await setup(data())
  if (run === null || !old) return run
  try {
    await run()
    return run
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

async function report({ kernels, old }, groups) {
  if (old) useOtherPackage(old)
  const [{ casesOf }, { chooseKernels }] = await Promise.all([import('./cases.mjs'), import('./kernels.mjs')])
  try {
    await chooseKernels(kernels, { internal: !old })
  } catch (error) {
    return { skipped: error.message }
  }
  const times = {}
  for (const one of casesOf(groups)) {
    const run = await prepared(one, old)
    if (run !== null) times[one.title] = await measure(run, { clock: cpuMs })
  }
  return { versions: [`Node ${process.versions.node}`], times }
}

const { values, positionals } = parseArgs({
  options: { kernels: { type: 'string', default: 'js' }, old: { type: 'string' } },
  allowPositionals: true,
})
console.log(JSON.stringify(await report(values, positionals)))
