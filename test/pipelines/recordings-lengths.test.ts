import { expect, it } from 'vitest'
import { extractFeatures } from '../../src/pipelines/front-end.ts'

it('channels of unequal length are told with the name of the recording, before any features', () => {
  const channels = [new Float32Array(8000), new Float32Array(7999)]
  expect(() => extractFeatures({ sampleRate: 16000, channels })).toThrow(
    'extractFeatures: "recording.channels[1]" expected 8000 samples, as in the first channel, got 7999',
  )
})
