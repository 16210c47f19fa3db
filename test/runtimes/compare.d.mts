/** Result of a case: the hash of its bits, what it printed, or its error. */
export interface Outcome {
  hash?: string
  text?: string
  error?: string
}
/** What a runtime gave. */
export interface Run {
  name: string
  version?: string
  sets?: string[]
  results?: Record<string, Record<string, Outcome>>
  seconds?: number
  skipped?: string
  failure?: string
}
/** A line of the table. */
export interface Line {
  name: string
  problems: string[]
  passed: number
  total: number
  hashes: Record<string, string>
}
export function compare(runs: Run[]): Line[]
export function tableOf(lines: Line[]): string
export function pageOf(lines: Line[]): string
