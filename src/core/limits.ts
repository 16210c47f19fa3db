/** Names of the limits. */
export type LimitName =
  | 'nesting'
  | 'parameters'
  | 'elements'
  | 'units'
  | 'memory'
  | 'members'
  | 'filters'
  | 'sampleRate'
  | 'framesPerStep'
  | 'count'
  | 'moves'
  | 'workers'
  | 'voices'

/**
 * Upper bounds of what options and files may ask for, far beyond any use: they turn a damaged or hostile number into an
 * error that names it, where it would otherwise exhaust memory or time. The page docs/guide/limits.md lists them.
 */
export const limits: Readonly<Record<LimitName, number>> = {
  /** Levels of objects and lists within another in a state, a system's options or a job. */
  nesting: 100,
  /** Numbers in the parameters of one model. */
  parameters: 2 ** 28,
  /** Numbers that one call draws or generates. */
  elements: 2 ** 28,
  /** Columns of a layer's input or output, and units of an energy model. */
  units: 2 ** 20,
  /** Pairs that L-BFGS keeps. */
  memory: 1000,
  /** Trainings of one ensemble: its systems times their seeds. */
  members: 1000,
  /** Mel filters or coefficients of a front end. */
  filters: 4096,
  /** Sample rate of a front end, Hz. */
  sampleRate: 1e6,
  /** Frames that a system joins in one time step, and those from one to the next. */
  framesPerStep: 1000,
  /** Counts in a system's options that have no bound of their own: epochs, utterances of a batch, hidden units. */
  count: 1e6,
  /** Times that class means move in an adaptation. */
  moves: 1000,
  /** Threads that jobs run on. */
  workers: 1024,
  /** Speakers of the synthetic corpus, and sentences of each. */
  voices: 1000,
}
