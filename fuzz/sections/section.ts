import type { Finding } from '../report.ts'

/** Settings of a campaign. */
export interface Settings {
  seed: string
  /** Inputs of the whole campaign. */
  count: number
  /** Whether a section or target is wanted. */
  wanted: (name: string) => boolean
  /** Aborted by Ctrl-C, or when the time is over. */
  signal: AbortSignal
  /** Shows how far a section is. */
  onProgress: (section: string, done: number, all: number) => void
  onFinding: (finding: Finding) => void
}

/** What a section tried, for the page. */
export interface Tried {
  /** Heading of the table, then a row for each thing that was tried. */
  columns: readonly string[]
  rows: (string | number)[][]
  /** Sentences above the table: what is measured, or why nothing is. */
  text: string
}

/** A part of the campaign. */
export interface Section {
  name: string
  /** A heading. */
  title: string
  /** Names that `--only` knows beside that of the section. */
  parts?: readonly string[]
  /** Whether it waits for a process of its own, and may run beside the others. */
  beside?: boolean
  run: (settings: Settings) => Promise<Tried>
}
