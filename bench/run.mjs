// Times of the built package on this machine: `npm run bench`, with other kernels `npm run bench -- relaxed`
import { kernels, useKernels } from 'ser-core'
import { benchEnergy } from './energy.mjs'
import { benchFeatures } from './features.mjs'
import { benchLstm } from './lstm.mjs'

if (process.argv[2] !== undefined) useKernels(process.argv[2])
console.log(`Node ${process.versions.node}, kernels ${kernels()}, median (range)`)
benchLstm()
await benchEnergy()
benchFeatures()
