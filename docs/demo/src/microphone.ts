/**
 * The microphone, as the room gave it. Gain control, noise suppression and echo cancellation change level, spectrum and
 * phase, by which emotions are heard: all three are declined by name. No rate is asked for, because browsers answer some
 * rates with processed sound; the context takes the track's own, and the recogniser resamples by itself.
 */
import workletUrl from './worklet.ts?worker&url'

/** ms to wait for the last block, which a device that is gone no longer brings. */
const LONGEST_END = 500

const wanted: MediaTrackConstraints = {
  echoCancellation: false,
  noiseSuppression: false,
  autoGainControl: false,
  channelCount: 1,
}

/** A running microphone. */
export interface Microphone {
  name: string
  /** Of the context: what is posted has this rate. */
  sampleRate: number
  /** Processing that the browser does in spite of the request. */
  refused: string[]
  /** Ends it; the rest of the sound and null for the end go to the port. */
  stop(): Promise<void>
}

const processing: [keyof MediaTrackSettings, string][] = [
  ['echoCancellation', 'echo cancellation'],
  ['noiseSuppression', 'noise suppression'],
  ['autoGainControl', 'automatic gain'],
]

/** Opens the microphone; blocks of sound go to the port. `onEnd` is called where the device disappears. */
export async function openMicrophone(port: MessagePort, onEnd: () => void): Promise<Microphone> {
  if (navigator.mediaDevices === undefined) throw new DOMException('', 'SecurityError')
  const stream = await navigator.mediaDevices.getUserMedia({ audio: wanted })
  const [track] = stream.getAudioTracks()
  const settings = track.getSettings()
  const context = await contextAt(settings.sampleRate)
  const close = async (): Promise<void> => {
    track.stop()
    await context.close()
  }
  try {
    const stop = await record(context, stream, port)
    track.addEventListener('ended', onEnd)
    return {
      name: track.label || 'microphone',
      sampleRate: context.sampleRate,
      refused: processing.filter(([key]) => settings[key] === true).map(([, name]) => name),
      stop: () => stop().then(close),
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Connects the stream to the worklet, which posts blocks to the port; the result ends it, with the last block posted. */
async function record(context: AudioContext, stream: MediaStream, port: MessagePort): Promise<() => Promise<void>> {
  await context.audioWorklet.addModule(workletUrl)
  const node = new AudioWorkletNode(context, 'recorder', {
    numberOfOutputs: 0,
    channelCount: 1,
    channelCountMode: 'explicit',
  })
  node.port.postMessage('start', [port])
  context.createMediaStreamSource(stream).connect(node)
  return () =>
    new Promise((resolve) => {
      node.port.onmessage = () => resolve()
      node.port.postMessage('end')
      setTimeout(resolve, LONGEST_END)
    })
}

/** A context at the track's rate, where the browser tells it and can do it. */
async function contextAt(sampleRate: number | undefined): Promise<AudioContext> {
  let context: AudioContext
  try {
    context = new AudioContext(sampleRate === undefined ? {} : { sampleRate })
  } catch {
    context = new AudioContext()
  }
  await context.resume()
  return context
}

const reasons: Record<string, string> = {
  NotAllowedError: 'The browser did not give the microphone: allow it in the site’s settings, beside the address.',
  NotFoundError: 'No microphone was found: connect one, or open a recording.',
  NotReadableError: 'The microphone is in use elsewhere or was switched off by the system.',
  SecurityError: 'Browsers give microphones to secure pages only: open this one by https or on localhost.',
}

/** Why there is no microphone, and what to do. */
export function refusalOf(error: unknown): string {
  const { name, message } = error as Error
  return reasons[name] ?? `The microphone could not be opened: ${message}`
}
