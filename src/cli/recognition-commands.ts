/** The commands that recognise, which load what recognition needs and nothing of corpora and experiments. */
export { defineListen } from './listen-command.ts'
export { definePredict } from './predict-command.ts'
