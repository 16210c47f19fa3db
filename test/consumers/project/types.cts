import * as ser from 'ser-core'
import { createWorkerPool, LSTM, mfcc, Sequential } from 'ser-core'
import { loadRecognizer } from 'ser-core/node'

const net: Sequential = new Sequential([new LSTM({ inputs: 13, units: 2 })])
const frames: number = net.forward(mfcc(new Float32Array(16000), { sampleRate: 16000 })).shape[0]
const label: Promise<string | null> = loadRecognizer().then((one) => one.predict(new Float32Array(16000), 16000).label)
createWorkerPool({ workers: 1, script: 'worker.js' })
// @ts-expect-error: options are checked, so that the types are not `any`
createWorkerPool({ workers: 'two' })
// @ts-expect-error: there is no such name
ser.nothing

export { frames, label }
