/** Colours of the charts: those of the style sheet, in light and dark. */

/** Colours as CSS writes them, and the scale of the spectrogram. */
export interface Palette {
  ink: string
  quiet: string
  line: string
  accent: string
  speech: string
  /** 256 colours, RGBA. */
  heat: Uint32Array
  /** Of each class: lines and areas, and text. */
  classes: Record<string, { line: string; text: string }>
}

/** Lines of the classes: beside their colours, for those who do not tell them apart. */
export const dashes: readonly number[][] = [[], [6, 3], [2, 3], [9, 3, 2, 3]]

const known = ['joy', 'neutral', 'sadness', 'anger']

/** The style sheet's name for a class' colour: its own, or one of the other classes' in turn. */
export function colourName(label: string, classes: readonly string[]): string {
  return known.includes(label) ? label : `other-${classes.indexOf(label) % 4}`
}

/** Stops of hexadecimal colours as 256 steps. */
function gradient(stops: string[]): Uint32Array {
  const rgb = stops.map((stop) => [1, 3, 5].map((at) => Number.parseInt(stop.slice(at, at + 2), 16)))
  return Uint32Array.from({ length: 256 }, (_, i) => {
    const place = (i / 255) * (rgb.length - 1)
    const from = Math.min(Math.floor(place), rgb.length - 2)
    const [r, g, b] = rgb[from].map((value, k) => Math.round(value + (place - from) * (rgb[from + 1][k] - value)))
    return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0
  })
}

/** The palette of the moment. */
export function readPalette(classes: readonly string[]): Palette {
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  const ofClass = (label: string): [string, { line: string; text: string }] => {
    const name = colourName(label, classes)
    return [label, { line: colour(name), text: colour(`${name}-text`) }]
  }
  return {
    ...{ ink: colour('ink'), quiet: colour('quiet'), line: colour('line'), accent: colour('accent') },
    speech: colour('speech'),
    heat: gradient(colour('heat').split(/\s+/)),
    classes: Object.fromEntries(classes.map(ofClass)),
  }
}
