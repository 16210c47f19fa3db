/** The page: opens the recogniser in its worker, and brings sources and answers together. */
import modelUrl from '../../../models/recognizer.safetensors?url'
import { decodeByBrowser } from './decode.ts'
import { byId, clock } from './dom.ts'
import { acceptFiles } from './drop.ts'
import { type Microphone, openMicrophone, refusalOf } from './microphone.ts'
import { NowPanel } from './now.ts'
import { type Palette, readPalette } from './palette.ts'
import { type Answer, type Handlers, handle, type Reply, type Request } from './protocol.ts'
import { SourceFacts } from './source-facts.ts'
import { SpeakerPanel } from './speaker.ts'
import { Timeline } from './timeline.ts'
import { TrainingPanel } from './training-panel.ts'
import { TurnsTable } from './turns.ts'

let classes: string[] = []
let palette: Palette = readPalette(classes)
let microphone: Microphone | null = null
/** Whether the browser is asked for it. */
let opening = false
/** The end of the last one, whose message to the worker must not come after the next one's beginning. */
let stopped: Promise<void> = Promise.resolve()
/** Name of the source, and its sound for the player. */
let source = { name: '', sound: null as Blob | null }
/** Of the recording, s; null while the microphone is heard. */
let duration: number | null = null
let modelName = 'included, second edition'
let examples = 0

const worker = new Worker(new URL('./listening-worker.ts', import.meta.url), { type: 'module' })
const timeline = new Timeline(() => palette, showPlace)
const now = new NowPanel()
const turns = new TurnsTable()
const facts = new SourceFacts()
const speaker = new SpeakerPanel(
  (on) => ask({ kind: 'adapt', on }),
  () => ask({ kind: 'forget' }),
  (statistics) => ask({ kind: 'speaker', statistics }),
)
const training = new TrainingPanel(
  () => palette,
  (bytes, name) => void loadModel(bytes, `${name}, trained here on synthetic voices`),
)

function ask(request: Request, transfer: Transferable[] = []): void {
  worker.postMessage(request, transfer)
}

function state(text: string): void {
  byId('state').textContent = text
}

function refuse(text: string | null): void {
  byId('refusal').hidden = text === null
  byId('refusal').textContent = text ?? ''
}

function showListening(on: boolean): void {
  byId('listen').classList.toggle('running', on)
  byId('listen-text').textContent = on ? 'Stop' : 'Listen'
}

/** Ends the microphone; the worker answers what is left. */
async function stopMicrophone(): Promise<void> {
  const open = microphone
  microphone = null
  showListening(false)
  if (open !== null)
    stopped = open
      .stop()
      .catch(() => undefined)
      .then(() => ask({ kind: 'stop' }))
  await stopped
}

async function listen(): Promise<void> {
  if (opening) return
  if (microphone !== null) return await stopMicrophone()
  opening = true
  refuse(null)
  const { port1, port2 } = new MessageChannel()
  try {
    await stopped
    microphone = await openMicrophone(port1, () => void stopMicrophone())
  } catch (error) {
    return refuse(refusalOf(error))
  } finally {
    opening = false
  }
  const { sampleRate, name, refused } = microphone
  source = { name, sound: null }
  if (refused.length > 0) {
    refuse(
      `This browser keeps ${refused.join(' and ')} on. It changes level and sound of the voice: expect more errors.`,
    )
  }
  showListening(true)
  ask({ kind: 'microphone', sampleRate, port: port2 }, [port2])
}

/** Begins with a recording or a synthetic voice. */
async function begin(name: string, sound: Blob | null, request: Request, transfer: Transferable[]): Promise<void> {
  await stopMicrophone()
  refuse(null)
  source = { name, sound }
  ask(request, transfer)
}

async function takeFile(file: File): Promise<void> {
  const bytes = await file.arrayBuffer()
  await begin(file.name, file, { kind: 'file', bytes }, [bytes])
}

async function decode(bytes: ArrayBuffer): Promise<void> {
  try {
    const { samples, sampleRate } = await decodeByBrowser(bytes)
    ask({ kind: 'samples', samples, sampleRate }, [samples.buffer])
  } catch {
    refuse(`${source.name} is no recording that this browser can read.`)
  }
}

async function loadModel(bytes: ArrayBuffer, name: string): Promise<void> {
  await stopMicrophone()
  modelName = name
  byId('included').hidden = name.startsWith('included')
  ask({ kind: 'model', bytes }, [bytes])
}

async function loadIncluded(): Promise<void> {
  const response = await fetch(modelUrl)
  if (!response.ok) throw new Error(`${modelUrl}: ${response.status}`)
  await loadModel(await response.arrayBuffer(), 'included, second edition')
}

function showReady(reply: Extract<Reply, { kind: 'ready' }>): void {
  classes = reply.classes
  palette = readPalette(classes)
  const kernels = reply.kernels === 'js' ? 'typed arrays, without WebAssembly' : 'WebAssembly'
  facts.model(`${modelName} (${reply.system}, ${kernels})`)
  for (const id of ['listen', 'file', 'example']) byId<HTMLButtonElement>(id).disabled = false
  clear()
  state('Ready.')
  performance.mark('ready')
}

function clear(): void {
  timeline.clear(classes)
  now.clear(classes)
  turns.clear(classes)
  turns.facts = { source: source.name, recogniser: modelName }
}

function showStarted({ sampleRate, wav, ...reply }: Extract<Reply, { kind: 'started' }>): void {
  duration = reply.duration
  clear()
  facts.clear(source.name, sampleRate, microphone)
  state('Listening …')
  now.say('Listening', null, 'The first answer comes after two seconds of sound.')
  const sound = wav === null ? source.sound : new Blob([wav], { type: 'audio/wav' })
  if (duration !== null) timeline.play(sound)
}

/** How far a long recording has been heard. */
function showProgress(): void {
  if (duration !== null) state(`${source.name}: ${clock(timeline.history.end)} of ${clock(duration)}`)
}

function showHeard(reply: Extract<Reply, { kind: 'heard' }>): void {
  const { tracks, answers, heard } = reply
  timeline.history.add(tracks, answers)
  showProgress()
  facts.level(tracks)
  if (reply.blocks > 0) facts.blocks(reply)
  for (const answer of answers) {
    if (answer.kind === 'turn') turns.add(answer)
    now.show(answer)
    if (heard !== null) facts.delay(performance.timeOrigin + performance.now() - heard)
  }
  if (answers.some(({ kind }) => kind === 'turn')) timeline.describe()
  timeline.draw()
}

/** Shows the answer of the window about a place. */
function showPlace(seconds: number): void {
  const distance = ({ start, end }: Answer): number => Math.abs((start + end) / 2 - seconds)
  const [first, ...rest] = timeline.history.windows
  if (first === undefined) return
  now.show(rest.reduce((best, window) => (distance(window) < distance(best) ? window : best), first))
}

function showEnded(): void {
  timeline.describe()
  const { turns: heard } = timeline.history
  if (heard.length > 0) now.show(heard[heard.length - 1])
  if (source.sound !== null || !byId('player').hidden) timeline.rewind()
  state(`${source.name === '' ? 'Ready' : `Heard ${source.name}`}.`)
}

const handlers: Handlers<Reply> = {
  ready: showReady,
  started: showStarted,
  undecoded: ({ bytes }) => void decode(bytes),
  heard: showHeard,
  speaker: (reply) => speaker.show(reply.facts),
  ended: showEnded,
  failed: ({ message }) => {
    void stopMicrophone()
    refuse(message)
  },
}

worker.onmessage = ({ data }: MessageEvent<Reply>) => handle(handlers, data)
worker.onerror = () => refuse('The recogniser could not be started: see the console.')
byId('listen').addEventListener('click', () => void listen())
byId('example').addEventListener('click', () => {
  void begin('a synthetic voice', null, { kind: 'example', seed: ++examples }, [])
})
byId('included').addEventListener('click', () => void loadIncluded())
acceptFiles((file) => void takeFile(file))
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  palette = readPalette(classes)
  timeline.draw()
  training.draw()
})
new ResizeObserver(() => training.draw()).observe(byId('loss'))
loadIncluded().catch((error) => refuse(`The recogniser could not be loaded: ${error.message}`))
