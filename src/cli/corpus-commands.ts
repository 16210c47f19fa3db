/** The commands that work with corpora, and with long recordings: together, since nearly all that one of them loads the others load too. */
export { defineEvaluate } from './evaluate-command.ts'
export { defineExperiment } from './experiment-command.ts'
export { defineExplain } from './explain-command.ts'
export { defineMerge } from './merge-command.ts'
export { defineReport } from './report-command.ts'
export { defineSegments } from './segments-command.ts'
export { defineTrain } from './train-command.ts'
export { defineWorker } from './worker-command.ts'
