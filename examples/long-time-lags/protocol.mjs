// What is trained on what.
import { adding, order, spikes } from './tasks.mjs'

const ADAM = { learningRate: 0.01 }

/** By name: the task, the network, and how it is trained. */
export const EXPERIMENTS = {
  'adding-100': {
    title: 'Adding, T = 100',
    task: adding({ length: 100 }),
    model: 'lstm',
    cell: { units: 8, chrono: 100 },
    optimizer: ADAM,
    budget: 50_000,
  },
  'adding-400': {
    title: 'Adding, T = 400',
    task: adding({ length: 400 }),
    model: 'lstm',
    cell: { units: 8, chrono: 400 },
    optimizer: ADAM,
    budget: 50_000,
  },
  order: {
    title: 'Temporal order, T = 100 to 110',
    task: order(),
    model: 'lstm',
    cell: { units: 8, chrono: 100 },
    optimizer: ADAM,
    budget: 50_000,
  },
  'adding-100-rnn': {
    title: 'Adding, T = 100, simple recurrent network',
    task: adding({ length: 100 }),
    model: 'rnn',
    cell: { units: 8 },
    optimizer: ADAM,
    budget: 50_000,
  },
}
