// Times of the built package on this machine: `npm run bench`
import { benchEnergy } from './energy.mjs'
import { benchFeatures } from './features.mjs'
import { benchLstm } from './lstm.mjs'

console.log(`Node ${process.versions.node}, median (range)`)
benchLstm()
await benchEnergy()
benchFeatures()
