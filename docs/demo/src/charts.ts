/** The four charts over one axis of time. */
import { post, rule, surfaceOf } from './canvas.ts'
import { byId } from './dom.ts'
import { axis, type Frame, GUTTER, presence, rowsInSight, seconds, turns, type View } from './frame.ts'
import type { History } from './history.ts'
import { dashes, type Palette } from './palette.ts'
import { COLUMNS_PER_SECOND, MEL_BANDS, MEL_STEPS, ROWS_PER_SECOND } from './protocol.ts'

/** Room for the seconds, and for speech and labels above the waveform, CSS pixels. */
const FOOT = 18
const STRIP = 25
/** The spectrogram's range, dB below the loudest in sight, and the level that counts as loudest at least. */
const RANGE = 65
const LEAST_TOP = 60 * MEL_STEPS
const LOWEST_PITCH = 65
const HIGHEST_PITCH = 500

function waveform(frame: Frame): void {
  const { context, width, tall, view, history, palette } = frame
  const track = history.waveform
  const half = (tall - STRIP) / 2
  const middle = STRIP + half
  const [first, end] = rowsInSight(frame, track, COLUMNS_PER_SECOND)
  let loudest = 0.05
  for (let i = first; i < end; i++) loudest = Math.max(loudest, -track.at(i, 0), track.at(i, 1))
  turns(frame)
  rule(frame, GUTTER, width, middle, palette.line)
  context.fillStyle = palette.ink
  const thick = Math.max(0.7, (0.7 * (width - GUTTER)) / ((view.to - view.from) * COLUMNS_PER_SECOND))
  for (let i = first; i < end; i++) {
    const top = middle - (track.at(i, 1) / loudest) * half
    const bottom = middle - (track.at(i, 0) / loudest) * half
    context.fillRect(frame.x(i / COLUMNS_PER_SECOND), top, thick, Math.max(0.7, bottom - top))
  }
  presence(frame)
}

let picture: OffscreenCanvas | null = null

/** The rows as a picture of one pixel a number. */
function pictureOf({ history: { mel: track }, palette: { heat } }: Frame, first: number, end: number): OffscreenCanvas {
  const filled = end - first
  let top = LEAST_TOP
  for (let i = first; i < end; i++) for (let m = 0; m < MEL_BANDS; m++) top = Math.max(top, track.at(i, m))
  const image = new ImageData(filled, MEL_BANDS)
  const pixels = new Uint32Array(image.data.buffer)
  for (let i = 0; i < filled; i++) {
    for (let m = 0; m < MEL_BANDS; m++) {
      const share = 1 + (track.at(first + i, m) - top) / (RANGE * MEL_STEPS)
      pixels[(MEL_BANDS - 1 - m) * filled + i] = heat[Math.max(0, Math.round(255 * share))]
    }
  }
  if (picture?.width !== filled) picture = new OffscreenCanvas(filled, MEL_BANDS)
  picture.getContext('2d')?.putImageData(image, 0, 0)
  return picture
}

function mel(frame: Frame): void {
  const [first, end] = rowsInSight(frame, frame.history.mel, ROWS_PER_SECOND)
  if (end <= first) return
  const x = frame.x(first / ROWS_PER_SECOND)
  frame.context.drawImage(pictureOf(frame, first, end), x, 0, frame.x(end / ROWS_PER_SECOND) - x, frame.tall)
}

function melAxis(frame: Frame): void {
  const mels = (hertz: number): number => Math.log(1 + hertz / 700)
  const place = (hertz: number): number => frame.tall * (1 - (mels(hertz) - mels(60)) / (mels(8000) - mels(60)))
  const marks: [number, string][] = [
    [500, '500'],
    [1000, '1k'],
    [2000, '2k'],
    [4000, '4k'],
  ]
  axis(
    frame,
    marks.map(([hertz, text]) => [place(hertz), text]),
  )
}

function pitchPlace({ tall }: Frame, hertz: number): number {
  return tall - 4 - ((tall - 8) * Math.log(hertz / LOWEST_PITCH)) / Math.log(HIGHEST_PITCH / LOWEST_PITCH)
}

function pitchAxis(frame: Frame): void {
  axis(
    frame,
    [100, 200, 400].map((hertz) => [pitchPlace(frame, hertz), String(hertz)]),
  )
}

function pitch(frame: Frame): void {
  const { context, history, palette } = frame
  const track = history.pitch
  const [first, end] = rowsInSight(frame, track, ROWS_PER_SECOND)
  turns(frame)
  context.strokeStyle = palette.accent
  context.lineWidth = 2
  context.lineCap = 'round'
  context.beginPath()
  let joins = false
  for (let i = first; i < end; i++) {
    const hertz = track.at(i, 0)
    const at = [frame.x((i + 1.25) / ROWS_PER_SECOND), pitchPlace(frame, Math.max(hertz, 1))] as const
    if (hertz > 0 && joins) context.lineTo(...at)
    else if (hertz > 0) context.moveTo(...at)
    joins = hertz > 0
  }
  context.stroke()
}

function sharePlace({ tall }: Frame, share: number): number {
  return 5 + (tall - 10) * (1 - share)
}

function shareAxis(frame: Frame): void {
  axis(frame, [
    [sharePlace(frame, 1), '1'],
    [sharePlace(frame, 0.5), '½'],
    [sharePlace(frame, 0), '0'],
  ])
  seconds(frame)
}

function probabilities(frame: Frame): void {
  const { context, view, history, classes, palette } = frame
  turns(frame)
  const seen = history.windows.filter(({ start, end }) => end >= view.from - 1 && start <= view.to + 1)
  context.lineWidth = 2
  classes.forEach((name, k) => {
    context.strokeStyle = palette.classes[name].line
    context.setLineDash(dashes[k % dashes.length])
    for (const speech of [false, true]) {
      context.globalAlpha = speech ? 1 : 0.22
      context.beginPath()
      for (let i = 1, joins = false; i < seen.length; i++) {
        const [a, b] = [seen[i - 1], seen[i]]
        const draws = (a.speech && b.speech) === speech && b.start - a.start < 0.6
        const [x0, x1] = [a, b].map(({ start, end }) => frame.x((start + end) / 2))
        const [y0, y1] = [a, b].map((each) => sharePlace(frame, each.probabilities[name]))
        if (draws && !joins) context.moveTo(x0, y0)
        if (draws) context.lineTo(x1, y1)
        joins = draws
      }
      context.stroke()
    }
  })
}

type Drawing = (frame: Frame) => void

/** Each chart's ground and data, and the room below it. */
const drawings: [id: string, ground: Drawing, data: Drawing, foot: number][] = [
  ['waveform', () => {}, waveform, 0],
  ['mel', melAxis, mel, 0],
  ['pitch', pitchAxis, pitch, 0],
  ['probabilities', shareAxis, probabilities, FOOT],
]

/** Draws all charts. */
export function drawCharts(history: History, classes: readonly string[], palette: Palette, view: View): void {
  for (const [id, ground, data, foot] of drawings) {
    const surface = surfaceOf(byId<HTMLCanvasElement>(id))
    if (surface === null) continue
    const { context, width, height } = surface
    const x = (t: number): number => GUTTER + ((width - GUTTER) * (t - view.from)) / (view.to - view.from)
    const frame: Frame = { ...surface, view, palette, history, classes, tall: height - foot, x }
    ground(frame)
    context.save()
    context.beginPath()
    context.rect(GUTTER, 0, width - GUTTER, height)
    context.clip()
    data(frame)
    if (view.playhead !== null) post(surface, x(view.playhead), 0, frame.tall, palette.ink)
    context.restore()
  }
}
