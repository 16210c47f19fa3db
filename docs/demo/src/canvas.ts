/** Canvases that are sharp on every screen. */

/** A canvas to draw on in CSS pixels. */
export interface Surface {
  context: CanvasRenderingContext2D
  width: number
  height: number
  /** Device pixels per CSS pixel. */
  scale: number
}

/** Sizes the canvas for its box and the screen, and clears it. */
export function surfaceOf(canvas: HTMLCanvasElement): Surface | null {
  const { clientWidth: width, clientHeight: height } = canvas
  const scale = Math.min(3, devicePixelRatio || 1)
  const [w, h] = [Math.round(width * scale), Math.round(height * scale)]
  const context = canvas.getContext('2d')
  if (context === null || w === 0 || h === 0) return null
  if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h })
  context.setTransform(scale, 0, 0, scale, 0, 0)
  context.clearRect(0, 0, width, height)
  context.font = '11px system-ui, sans-serif'
  context.lineJoin = 'round'
  return { context, width, height, scale }
}

/** A horizontal hairline on the pixel grid. */
export function rule({ context, scale }: Surface, from: number, to: number, y: number, stroke: string): void {
  context.fillStyle = stroke
  context.fillRect(from, Math.round(y * scale) / scale, to - from, 1 / scale)
}

/** A vertical hairline. */
export function post({ context, scale }: Surface, x: number, from: number, to: number, stroke: string): void {
  context.fillStyle = stroke
  context.fillRect(Math.round(x * scale) / scale, from, 1 / scale, to - from)
}
