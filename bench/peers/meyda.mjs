// Meyda: 13 MFCC of 26 bands, frames of 512 samples every 10 ms, without deltas: `node meyda.mjs FOLDER`
import Meyda from 'meyda'
import { serve } from './peer.mjs'

const settings = { bufferSize: 512, sampleRate: 16_000, melBands: 26, numberOfMFCCCoefficients: 13 }

await serve(process.argv[2], ['meyda'], {
  'mfcc 13'(_, { samples: { data } }) {
    Object.assign(Meyda, settings)
    const frames = Array.from({ length: data.length / 160 - 3 }, (_, t) => data.slice(160 * t, 160 * t + 512))
    return () => {
      for (const frame of frames) Meyda.extract('mfcc', frame)
    }
  },
})
