/**
 * The colours of charts and pages, by day and by night. Charts are drawn by day; a page's style sheet gives each of their colours
 * its counterpart where the reader prefers dark pages. Text has a contrast of at least 4.5 with what it stands on, marks of at
 * least 3 (WCAG 2.2, 1.4.3 and 1.4.11), both by day and by night.
 */

/**
 * Colours of classes that people with any colour vision tell apart: those of Okabe & Ito (2008), the light ones darkened until
 * they are seen on white.
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

/** Colours of the parts of charts that stand for no class. `ground` is a word so that white texts are no ground. */
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

/** Parts of charts with colours of their own, which stand for no class. */
type Ink = 'value' | 'range' | 'other' | 'text' | 'quiet' | 'line' | 'axis' | 'grid' | 'ground'

/** Texts on the pale and on the strong ones of {@link shades}. */
export const shadeText: Readonly<Record<'pale' | 'strong', string>> = { pale: '#1a1a1a', strong: '#ffffff' }

const STEPS = 20
/** How many of the shades are pale. */
const PALE = 11

/** Where between the least and the greatest value shades begin to be strong, 0..1. */
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

/** Shades between two ends, and after a small jump, across which texts change their colour, between two more. */
function ramp(pale: readonly [string, string], strong: readonly [string, string]): string[] {
  return Array.from({ length: STEPS }, (_, i) =>
    i < PALE ? mixed(...pale, i / (PALE - 1)) : mixed(...strong, (i - PALE) / (STEPS - 1 - PALE)),
  )
}

/** Shades of a heat map, from little to much, in steps of a twentieth. */
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

/** Each colour of a chart by day with its counterpart by night. */
export const counterparts: readonly (readonly [day: string, night: string])[] = /* @__PURE__ */ [
  ...palette.map((day, i) => [day, nightPalette[i]] as const),
  ...shades.map((day, i) => [day, nightShades[i]] as const),
  ...Object.entries(ink).map(([name, day]) => [day, nightInk[name as Ink]] as const),
  ...Object.entries(shadeText).map(([name, day]) => [day, nightShadeText[name as 'pale' | 'strong']] as const),
]
