import { cpus, loadavg } from 'node:os'

/** The machine and how busy it is, for the record beside every number. */
export function machine() {
  const cores = cpus()
  return `${cores.length} cores, ${cores[0].model}, ${process.platform} ${process.arch}`
}

/** The mean number of running processes over the last minute; a measurement alone on the machine makes it about 1. */
export const load = () => loadavg()[0]
