// Memory of this process.

const MIB = 2 ** 20

/** The most that was ever resident, MiB. */
export const peakMiB = () => process.resourceUsage().maxRSS / 1024

/** What is resident now and what array buffers hold of it, MiB. */
export function memoryMiB() {
  const { rss, arrayBuffers } = process.memoryUsage()
  return { resident: rss / MIB, arrays: arrayBuffers / MIB }
}
