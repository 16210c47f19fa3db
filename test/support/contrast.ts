/** Contrast of two colours, as WCAG 2 defines it. */

function channels(color: string): number[] {
  const [, hex] = /^#([0-9a-f]{6})$/i.exec(color) ?? []
  if (hex !== undefined) return [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16))
  const [, list] = /^rgb\(([^)]*)\)$/.exec(color) ?? []
  if (list === undefined) throw new RangeError(`no colour: ${color}`)
  return list.split(',').map(Number)
}

function luminance(color: string): number {
  const [r, g, b] = channels(color).map((value) => {
    const c = value / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

/** 1 for the same, 21 for black and white; colours as `#rrggbb` or `rgb(r, g, b)`. */
export function contrast(first: string, second: string): number {
  const [low, high] = [luminance(first), luminance(second)].sort((a, b) => a - b)
  return (high + 0.05) / (low + 0.05)
}
