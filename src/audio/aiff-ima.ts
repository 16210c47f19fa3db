/**
 * IMA ADPCM in the layout of QuickTime and AIFF-C (`ima4`): packets of 34 bytes, channels alternating. The first two
 * bytes hold the decoder's state, nine bits of the last sample and seven of the step index; 64 codes follow, low
 * nibbles first.
 */
import { type ImaState, imaStep, lastImaIndex } from './ima-adpcm.ts'

/** Bytes of a packet of one channel. */
export const aiffImaPacketBytes = 34
const packetFrames = 64

/** Decodes packets from `start`. */
export function aiffImaChannels(file: DataView, start: number, packets: number, channelCount: number): Float32Array[] {
  return Array.from({ length: channelCount }, (_, c) => {
    const samples = new Float32Array(packets * packetFrames)
    for (let p = 0; p < packets; p++) {
      const at = start + (p * channelCount + c) * aiffImaPacketBytes
      const header = file.getInt16(at)
      const state: ImaState = { sample: header & ~127, index: Math.min(header & 127, lastImaIndex) }
      for (let k = 0; k < packetFrames; k++) {
        const byte = file.getUint8(at + 2 + (k >> 1))
        samples[p * packetFrames + k] = imaStep(state, k & 1 ? byte >> 4 : byte & 15) / 32768
      }
    }
    return samples
  })
}
