/**
 * The colours of charts and pages in light and dark mode. Charts are drawn in light mode; the page's style sheet
 * replaces each colour by its counterpart in dark mode. In both modes text has a contrast of at least 4.5 with its
 * background, and marks of at least 3 (WCAG 2.2, 1.4.3 and 1.4.11).
 */

/**
 * Colours of classes for any colour vision: those of Okabe & Ito (2008), the light ones darkened for contrast with
 * white.
 */
export const palette: readonly string[] = [
  '#c78300',
  '#009e73',
  '#0072b2',
  '#a83c00',
  '#c96fa1',
  '#3a97cc',
  '#666666',
  '#7a4fa3',
  '#000000',
]

/** Colours of other parts of charts. `ground` is a colour name, to distinguish it from white texts. */
export const ink: Readonly<Record<Ink, string>> = {
  value: '#00487c',
  range: '#5699cb',
  other: '#b34700',
  text: '#222222',
  quiet: '#656565',
  line: '#0a72b1',
  axis: '#888888',
  grid: '#e6e6e6',
  ground: 'white',
}

/** Parts of charts, other than classes, with colours of their own. */
type Ink = 'value' | 'range' | 'other' | 'text' | 'quiet' | 'line' | 'axis' | 'grid' | 'ground'

/** Text colours on pale and on strong {@link shades}. */
export const shadeText: Readonly<Record<'pale' | 'strong', string>> = { pale: '#1a1a1a', strong: '#ffffff' }

const STEPS = 20
/** Number of pale shades. */
const PALE = 11

/** Relative value, 0..1, from which shades are strong. */
export const STRONG: number = PALE / STEPS

function mixed(from: string, to: string, share: number): string {
  const channel = (at: number): string => {
    const [a, b] = [from, to].map((color) => Number.parseInt(color.slice(at, at + 2), 16))
    return Math.round(a + (b - a) * share)
      .toString(16)
      .padStart(2, '0')
  }
  return `#${channel(1)}${channel(3)}${channel(5)}`
}

/** Two ramps of shades with a gap between them, at which text changes its colour. */
function ramp(pale: readonly [string, string], strong: readonly [string, string]): string[] {
  return Array.from({ length: STEPS }, (_, i) =>
    i < PALE ? mixed(...pale, i / (PALE - 1)) : mixed(...strong, (i - PALE) / (STEPS - 1 - PALE)),
  )
}

/** Shades of a heat map, from low to high, in steps of 1/20. */
export const shades: readonly string[] = /* @__PURE__ */ ramp(['#f1f6fb', '#5a9fd0'], ['#2f7ab5', '#08306b'])

const nightShades: readonly string[] = /* @__PURE__ */ ramp(['#1f2d3c', '#2c6aa0'], ['#4f97cf', '#d8ecfb'])

const nightPalette: readonly string[] = [
  '#e69f00',
  '#1fb58b',
  '#4fa3dc',
  '#f0803c',
  '#d98db8',
  '#7cc7f2',
  '#a3a9b0',
  '#b08ad6',
  '#f0f2f4',
]

const nightInk: Readonly<Record<Ink, string>> = {
  value: '#a9d6f9',
  range: '#3a75a8',
  other: '#f28a48',
  text: '#e6e9ec',
  quiet: '#adb4bb',
  line: '#56a8e0',
  axis: '#8b929a',
  grid: '#2d333a',
  ground: '#15191e',
}

const nightShadeText: Readonly<Record<'pale' | 'strong', string>> = { pale: '#f4f6f8', strong: '#0d1319' }

/** Each colour of a chart in light mode with its counterpart in dark mode. */
export const counterparts: readonly (readonly [day: string, night: string])[] = /* @__PURE__ */ [
  ...palette.map((day, i) => [day, nightPalette[i]] as const),
  ...shades.map((day, i) => [day, nightShades[i]] as const),
  ...Object.entries(ink).map(([name, day]) => [day, nightInk[name as Ink]] as const),
  ...Object.entries(shadeText).map(([name, day]) => [day, nightShadeText[name as 'pale' | 'strong']] as const),
]
