/** The panel that trains a small recogniser. */
import { rightOf, showConfusion } from './confusion.ts'
import { byId, download, element } from './dom.ts'
import { drawLoss } from './loss-chart.ts'
import type { Palette } from './palette.ts'
import { type Handlers, handle, type TrainingReply, type TrainingRequest } from './protocol.ts'
import { smallSystems } from './systems.ts'

const classes = ['joy', 'neutral', 'sadness', 'anger']

function number(id: string): number {
  return byId<HTMLInputElement>(id).valueAsNumber
}

/** The panel; `onUse` takes the bytes of a trained recogniser and its name. */
export class TrainingPanel {
  private worker: Worker | null = null
  private losses: number[] = []
  private epochs = 1
  private bytes: ArrayBuffer | null = null
  private name = ''
  private readonly palette: () => Palette
  private readonly handlers: Handlers<TrainingReply> = {
    voice: ({ done, of }) => this.progress(`Features of voice ${done} of ${of}`, done / of),
    epoch: (reply) => this.showEpoch(reply),
    trained: (reply) => this.showTrained(reply),
    failed: ({ message }) => this.end(`The training failed: ${message}`),
  }

  constructor(palette: () => Palette, onUse: (bytes: ArrayBuffer, name: string) => void) {
    this.palette = palette
    const options = Object.entries(smallSystems).map(([value, { name }]) => element('option', name, { value }))
    byId('system').replaceChildren(...options)
    showConfusion({ classes, counts: null })
    byId('training').addEventListener('submit', (event) => {
      event.preventDefault()
      if (this.worker === null) this.start()
      else this.end('Stopped.')
    })
    byId('use').addEventListener('click', () => {
      if (this.bytes !== null) onUse(this.bytes.slice(0), this.name)
    })
    byId('save-model').addEventListener('click', () => {
      if (this.bytes !== null) download('own.safetensors', 'application/octet-stream', this.bytes)
    })
  }

  /** Draws the curve again, in another size or other colours. */
  draw(): void {
    drawLoss(this.losses, this.epochs, this.palette())
  }

  private start(): void {
    const system = byId<HTMLSelectElement>('system').value
    this.name = smallSystems[system].name
    this.losses = []
    this.worker = new Worker(new URL('./training-worker.ts', import.meta.url), { type: 'module' })
    this.worker.onmessage = ({ data }: MessageEvent<TrainingReply>) => handle(this.handlers, data)
    this.worker.onerror = () => this.end('The training failed.')
    const request: TrainingRequest = {
      ...{ system, speakers: number('speakers'), sentences: number('sentences'), seed: number('seed') },
    }
    this.worker.postMessage(request)
    this.showRunning(true)
    this.progress('Speaking …', 0)
  }

  private showEpoch({ epoch, epochs, loss }: Extract<TrainingReply, { kind: 'epoch' }>): void {
    this.losses.push(loss)
    this.epochs = epochs
    this.progress(`Epoch ${epoch} of ${epochs}`, epoch / epochs)
    this.draw()
  }

  private showTrained({ confusion, bytes, seconds }: Extract<TrainingReply, { kind: 'trained' }>): void {
    this.bytes = bytes
    this.epochs = Math.max(1, this.losses.length)
    this.draw()
    showConfusion(confusion)
    const { right, all } = rightOf(confusion)
    for (const id of ['use', 'save-model']) byId<HTMLButtonElement>(id).disabled = false
    const last = this.losses[this.losses.length - 1]
    byId('loss').setAttribute(
      'aria-label',
      `Training loss: from ${this.losses[0].toFixed(2)} to ${last.toFixed(2)} in ${this.losses.length} epochs`,
    )
    this.end(`${right} of ${all} utterances of two unheard speakers right, after ${seconds.toFixed(1)} s.`)
  }

  private progress(text: string, share: number): void {
    byId<HTMLProgressElement>('training-progress').value = share
    byId('training-progress-text').textContent = text
  }

  private end(state: string): void {
    this.worker?.terminate()
    this.worker = null
    this.showRunning(false)
    byId('training-state').textContent = state
  }

  private showRunning(runs: boolean): void {
    byId('train').textContent = runs ? 'Stop' : 'Train'
    byId('training-progress').hidden = !runs
    byId('training-progress-text').hidden = !runs
    if (runs) byId('training-state').textContent = 'Training …'
    for (const id of ['system', 'speakers', 'sentences', 'seed']) byId<HTMLInputElement>(id).disabled = runs
  }
}
