// brain.js has no batches and no classes per frame: its LSTM learns to predict the next frame (squared error) of one sequence,
// so that it does the work of the step at B = 1 with 39 outputs in place of 4: `node brain.mjs FOLDER`
import brain from 'brain.js'
import { serve } from './peer.mjs'

await serve(process.argv[2], ['brain.js'], {
  'lstm step'({ T, B, D, H }, { x: { data } }) {
    if (B !== 1) return null
    const net = new brain.recurrent.LSTMTimeStep({ inputSize: D, outputSize: D, hiddenLayers: [H] })
    const sequence = Array.from({ length: T }, (_, t) => Array.from(data.subarray(t * D, (t + 1) * D)))
    return () => net.train([sequence], { iterations: 1, errorThresh: 0 })
  },
})
