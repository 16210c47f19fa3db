/** The whole suite on one host: every case under every set of kernels that the host has, each as a hash of its bits. */
import { bitsOf, caseNames, runCase } from '../platform/realm-cases.cjs'
import { hashesOf, hashOf } from '../support/hashes.ts'
import { cases } from './cases.mjs'

/** Bytes of the characters of a text, without a codec of the host. */
const bytesOf = (text) => Uint8Array.from(text, (character) => character.charCodeAt(0))

const hashOfBits = (bits) => hashOf(bytesOf(bits))

async function attempt(compute) {
  try {
    return { hash: hashOfBits(await compute()) }
  } catch (error) {
    return { error: String(error?.stack ?? error) }
  }
}

/** Whether the library takes the set of kernels here. */
function takes(lib, name) {
  try {
    lib.useKernels(name)
    return true
  } catch {
    return false
  }
}

/**
 * Results by set of kernels and case, `{ hash }` or `{ error }`, and the hashes of docs/results/same-bits.md.
 *
 * @param files - bytes of the recogniser that ships
 * @param wanted - sets of kernels; those that the host has not are left out
 */
export async function runSuite(lib, files, wanted = ['js', 'simd']) {
  const results = {}
  for (const kernels of wanted.filter((name) => takes(lib, name))) {
    results[kernels] = {}
    lib.useKernels(kernels)
    for (const name of caseNames) results[kernels][name] = await attempt(() => runCase(name, lib, globalThis, files))
    for (const [name, compute] of Object.entries(cases)) {
      results[kernels][name] = await attempt(async () => bitsOf(await compute(lib, files)))
    }
    for (const [name, hash] of Object.entries(await hashesOf(lib))) results[kernels][`bits: ${name}`] = { hash }
  }
  return results
}
