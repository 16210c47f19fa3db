/** The training loss by epochs. */
import { rule, type Surface, surfaceOf } from './canvas.ts'
import { byId } from './dom.ts'
import type { Palette } from './palette.ts'

const GUTTER = 34
const FOOT = 18

/** A round number at or above a loss, of which the half is one too. */
function roundAbove(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(Math.max(value, 1e-3)))
  return unit * ([1, 2, 4, 6, 8, 10].find((each) => each * unit >= value) ?? 10)
}

/** The numbers of both axes. */
function axes(surface: Surface, y: (loss: number) => number, top: number, epochs: number, palette: Palette): void {
  const { context, width, height } = surface
  context.textBaseline = 'middle'
  context.textAlign = 'right'
  for (const loss of [0, top / 2, top]) {
    rule(surface, GUTTER, width, y(loss), palette.line)
    context.fillStyle = palette.quiet
    context.fillText(String(Number(loss.toPrecision(2))), GUTTER - 7, y(loss))
  }
  context.textBaseline = 'bottom'
  if (epochs > 1) context.fillText(String(epochs), width, height)
  context.textAlign = 'left'
  context.fillText('epoch 1', GUTTER, height)
}

/** Draws the losses so far over the axis of all epochs. */
export function drawLoss(losses: readonly number[], epochs: number, palette: Palette): void {
  const surface = surfaceOf(byId<HTMLCanvasElement>('loss'))
  if (surface === null) return
  const { context, width, height } = surface
  const tall = height - FOOT
  const top = roundAbove(Math.max(...losses, 0.1))
  const x = (epoch: number): number => GUTTER + 4 + ((width - GUTTER - 8) * (epoch - 1)) / Math.max(1, epochs - 1)
  const y = (loss: number): number => 6 + (tall - 12) * (1 - loss / top)
  if (losses.length === 0) {
    rule(surface, 0, width, y(0), palette.line)
    return
  }
  axes(surface, y, top, epochs, palette)
  context.strokeStyle = palette.accent
  context.fillStyle = palette.accent
  context.lineWidth = 2
  context.lineCap = 'round'
  context.beginPath()
  losses.forEach((loss, i) => {
    context.lineTo(x(i + 1), y(loss))
  })
  context.stroke()
  context.beginPath()
  context.arc(x(losses.length), y(losses[losses.length - 1]), 3.5, 0, 2 * Math.PI)
  context.fill()
}
