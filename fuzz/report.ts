/** Lines that a child writes about its inputs, and the limits of an input. */

/** Most processor time of an input, ms. */
export const limitMilliseconds = 200
/** Most memory of a process with an input, MB. */
export const limitMegabytes = 800

/** A line of a child. */
export type Report =
  | { begins: number }
  | {
      index: number
      outcome: 'answer' | 'refusal'
      /** Processor time. */
      ms: number
      /** Most memory of the process so far. */
      megabytes: number
      /** Why its error is none of the library's. */
      fault?: string
    }

/** What fell. */
export interface Finding {
  section: string
  /** Input or step. */
  index: number
  kind: 'raw error' | 'time' | 'memory' | 'hang' | 'abort' | 'wrong'
  text: string
}
