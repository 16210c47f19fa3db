/** Recordings that the library does not read (MP3, M4A, Ogg, WebM): the browser's decoder, at a rate that loses nothing. */

const RATE = 48000

/** One channel of a recording. */
export async function decodeByBrowser(bytes: ArrayBuffer): Promise<{ samples: Float32Array; sampleRate: number }> {
  const context = new OfflineAudioContext(1, 1, RATE)
  const buffer = await context.decodeAudioData(bytes)
  const samples = new Float32Array(buffer.length)
  for (let c = 0; c < buffer.numberOfChannels; c++) {
    buffer.getChannelData(c).forEach((x, n) => {
      samples[n] += x / buffer.numberOfChannels
    })
  }
  return { samples, sampleRate: buffer.sampleRate }
}
