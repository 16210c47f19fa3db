// Times of the built package on this machine: `npm run bench`
import { benchFeatures } from './features.mjs'
import { benchLstm } from './lstm.mjs'

console.log(`Node ${process.versions.node}, median of 15 runs (range)`)
benchLstm()
benchFeatures()
