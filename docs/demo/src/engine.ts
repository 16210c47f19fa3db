/** The listening worker's part behind the policy: takes requests, and posts answers and rows of the charts. */
import {
  decodeWav,
  encodeWav,
  FormatError,
  kernels,
  Recognizer,
  SpeakerStatistics,
  type SpeakerStatisticsJson,
  syntheticCorpus,
  toMono,
} from 'ser-core'
import { joined } from './joined.ts'
import { adapts, Listening, speakerFacts } from './listening.ts'
import { type Answer, type Handlers, handle, type Reply, type Request, type SoundBlock } from './protocol.ts'
import { SoundClock } from './sound-clock.ts'

/** Seconds of a recording that are pushed at once, and ms of work between two looks at the mailbox. */
const PIECE = 0.1
const SLICE = 40

let recognizer: Recognizer
let listening: Listening | null = null
let speaker: SpeakerStatistics | null = null
let adapting = true
/** Counts the sources: work on an earlier one ends when another begins. */
let source = 0
let blocks = 0
let lost = 0
/** Sound missing by the clock, s. */
let missing = 0

function post(reply: Reply, transfer: Transferable[] = []): void {
  postMessage(reply, { transfer })
}

function adaptation(): boolean | SpeakerStatistics {
  return adapting && adapts(recognizer) ? (speaker ?? true) : false
}

function tell(answers: Answer[], heard: number | null, ended = false): void {
  if (listening === null) return
  const tracks = listening.take(ended)
  const buffers = [tracks.waveform.buffer, tracks.mel.buffer, tracks.pitch.buffer]
  post({ kind: 'heard', tracks, answers, heard, blocks, lost, missing }, buffers)
  if (ended || answers.some(({ kind }) => kind === 'turn')) tellSpeaker()
}

function tellSpeaker(): void {
  speaker = listening?.speaker ?? speaker
  post({ kind: 'speaker', facts: speakerFacts(recognizer, adapting ? speaker : null) })
}

function start(sampleRate: number, duration: number | null, wav: ArrayBuffer | null = null): Listening {
  stop()
  listening = new Listening(recognizer, sampleRate, adaptation())
  post({ kind: 'started', sampleRate, duration, wav })
  return listening
}

/** Ends the source: the turn that is open is answered. */
function stop(): void {
  source++
  blocks = 0
  lost = 0
  missing = 0
  if (listening === null) return
  tell(listening.flush(), null, true)
  listening = null
  post({ kind: 'ended' })
}

function fromMicrophone(sampleRate: number, port: MessagePort): void {
  const live = start(sampleRate, null)
  const time = new SoundClock(sampleRate)
  port.onmessage = ({ data }: MessageEvent<SoundBlock | null>) => {
    if (live !== listening) return
    if (data === null) return stop()
    lost += data.index - blocks
    blocks = data.index + 1
    missing = time.push(data.samples.length, data.heard)
    tell(live.push(data.samples), data.heard)
    live.draw(data.samples)
  }
}

function fromSamples(samples: Float32Array, sampleRate: number, wav: ArrayBuffer | null = null): void {
  push(start(sampleRate, samples.length / sampleRate, wav), samples, sampleRate).catch(fail)
}

/** Pushes a recording piece by piece, until another source begins. */
async function push(live: Listening, samples: Float32Array, sampleRate: number): Promise<void> {
  const mine = source
  const step = Math.round(PIECE * sampleRate)
  for (let from = 0; from < samples.length; ) {
    const answers: Answer[] = []
    const until = performance.now() + SLICE
    for (; from < samples.length && performance.now() < until; from += step) {
      const piece = samples.subarray(from, from + step)
      answers.push(...live.push(piece))
      live.draw(piece)
    }
    tell(answers, null)
    await new Promise((resolve) => setTimeout(resolve, 0))
    if (mine !== source) return
  }
  stop()
}

function fromFile(bytes: ArrayBuffer): void {
  try {
    const audio = decodeWav(new Uint8Array(bytes))
    fromSamples(toMono(audio), audio.sampleRate)
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    post({ kind: 'undecoded', bytes }, [bytes])
  }
}

/** Four sentences of a synthetic speaker, one in each emotion. */
function fromExample(seed: number): void {
  const voices = syntheticCorpus({ seed, speakers: 1, sentences: 1 })
  const { sampleRate } = voices[0]
  const pause = new Float32Array(sampleRate)
  const parts = voices.flatMap((voice) => [voice.samples(), pause])
  const samples = joined(parts, new Float32Array(0))
  const wav = encodeWav({ sampleRate, channels: [samples] })
  fromSamples(samples, sampleRate, wav.buffer as ArrayBuffer)
}

/** Lets the engine compile what answers need, before there is anything to hear. */
function warmUp(): void {
  if (listening !== null) return
  const [voice] = syntheticCorpus()
  const rehearsal = new Listening(recognizer, voice.sampleRate, adaptation())
  for (let i = 0; i < 2; i++) {
    const samples = voice.samples()
    rehearsal.push(samples)
    rehearsal.draw(samples)
  }
  rehearsal.flush()
}

function load(bytes: ArrayBuffer): void {
  stop()
  recognizer = Recognizer.from(bytes)
  speaker = null
  const { classes, system } = recognizer
  post({
    kind: 'ready',
    classes: [...classes],
    system: system.system,
    kernels: kernels(),
    adapts: adapts(recognizer),
  })
  tellSpeaker()
  setTimeout(warmUp, 0)
}

function readapt(): void {
  if (listening !== null) tell(listening.readapt(adaptation()), null)
  tellSpeaker()
}

/** Goes on with a speaker that was saved; says so where the statistics are of other measures. */
function give(statistics: SpeakerStatisticsJson): void {
  try {
    const given = SpeakerStatistics.fromJSON(statistics)
    recognizer.adaptTo(given)
    speaker = given
    readapt()
  } catch {
    const facts = speakerFacts(recognizer, adapting ? speaker : null)
    post({
      kind: 'speaker',
      facts: { ...facts, warning: 'the file holds no statistics of this recogniser’s measures' },
    })
  }
}

const handlers: Handlers<Request> = {
  model: ({ bytes }) => load(bytes),
  microphone: ({ sampleRate, port }) => fromMicrophone(sampleRate, port),
  file: ({ bytes }) => fromFile(bytes),
  samples: ({ samples, sampleRate }) => fromSamples(samples, sampleRate),
  example: ({ seed }) => fromExample(seed),
  stop,
  adapt: ({ on }) => {
    adapting = on
    readapt()
  },
  forget: () => {
    speaker = null
    readapt()
  },
  speaker: ({ statistics }) => give(statistics),
}

function fail(error: unknown): void {
  listening = null
  post({ kind: 'failed', message: error instanceof Error ? error.message : String(error) })
}

/** Takes a request of the page. */
export function receive({ data }: MessageEvent<Request>): void {
  try {
    handle(handlers, data)
  } catch (error) {
    fail(error)
  }
}
