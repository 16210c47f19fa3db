// What is trained on what.
import { adding, order, spikes } from './tasks.mjs'

const ADAM = { learningRate: 0.01 }

const ADDING_TEXT = `Hochreiter & Schmidhuber (1997), experiment 4. Of 100 to 110 values of U[-1, 1] two are marked, one of the first ten and one of the
first 49 others; the answer at the end is 0.5 + (X1 + X2) / 4. Wrong is an error of 0.04 or more; solved means at most 13
wrong of 2560. Here the mark of the first step stays -1 if it is drawn, and its value counts as 0.`

const ORDER_TEXT = `Hochreiter & Schmidhuber (1997), experiment 6a. 100 to 110 symbols: E, letters a to d, B; X or Y at one of the steps 10 to
20 and X or Y at one of 50 to 60. The class, XX, XY, YX or YY, is asked at the end. Wrong is an output that
misses its target of 0 or 1 by 0.3 or more; solved means none wrong of 2560.`

const RNN_TEXT = `The adding problem of the first section with the budget that was enough there on every seed. The constant answer 0.5 has
a loss of 1/2 (2/3) / 16 = 0.0208, half the answer's variance, and gets about 85 % wrong.`

const SPIKES_TEXT = `After Gers, Schraudolph & Schmidhuber (2002), generating timed spikes, with a single cell as there, but shown the spikes. They follow each
other after F + I(n) steps, F = 10 and I(n) drawn from 0 to 10; the input shows each spike a step late, and with it I(n) of the
interval that begins, and is silent in between. A stream of 1000 spikes is right if the probability of a spike is within
0.49 of the target at every step; solved means ten streams right of ten. Training streams have ten spikes.`

const BARE_TEXT = 'The same network, sequences, tests and budget, but without peepholes.'

const spike = {
  task: spikes({ period: 10, delays: 10 }),
  model: 'lstm',
  optimizer: { learningRate: 0.02 },
  // Few steps have a spike.
  headBias: [0, -2],
  chunk: 250,
  budget: 30_000,
}

/** By name: the task, the network, and how it is trained. */
export const EXPERIMENTS = {
  'adding-100': {
    title: 'Adding, T = 100',
    text: ADDING_TEXT,
    task: adding({ length: 100 }),
    model: 'lstm',
    cell: { units: 8, chrono: 100 },
    optimizer: ADAM,
    budget: 50_000,
  },
  'adding-400': {
    title: 'Adding, T = 400',
    text: 'The same over 400 to 440 steps.',
    task: adding({ length: 400 }),
    model: 'lstm',
    cell: { units: 8, chrono: 400 },
    optimizer: ADAM,
    budget: 50_000,
  },
  order: {
    title: 'Temporal order, 100 to 110 steps',
    text: ORDER_TEXT,
    task: order(),
    model: 'lstm',
    cell: { units: 8, chrono: 100 },
    optimizer: ADAM,
    budget: 50_000,
  },
  'adding-100-rnn': {
    title: 'Adding, T = 100, simple RNN',
    text: RNN_TEXT,
    task: adding({ length: 100 }),
    model: 'rnn',
    cell: { units: 8 },
    optimizer: ADAM,
    budget: 50_000,
  },
  spikes: {
    ...spike,
    title: 'Timed spikes, one peephole cell',
    text: SPIKES_TEXT,
    cell: { units: 1, chrono: 20 },
  },
  'spikes-bare': {
    ...spike,
    title: 'Timed spikes, no peepholes',
    text: BARE_TEXT,
    cell: { units: 1, chrono: 20, peepholes: false },
  },
}
