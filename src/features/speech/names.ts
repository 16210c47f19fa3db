/** Names of tracks and measures of speech, in the order of their columns. */

/** Mel bands among the tracks. */
export const BANDS = 40

/** Columns of {@link speechTrackNames} by what is read from them. */
export const column = { energy: 0, f0: 1, quality: 2, harmonics: 10, bands: 13, level: 53 } as const

/** Tracks of voice quality, of which those from `h1h2` on exist where there is a pitch only. */
export const qualityNames: readonly string[] = [
  'periodicity',
  'alphaRatio',
  'hammarbergIndex',
  'slope60to500',
  'slope500to1500',
  'slope1500to5000',
  'centroid',
  'flux',
  'h1h2',
  'h1a3',
  'h1a1',
]

function numbered(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${name}${i + 1}`)
}

/** Names of the 53 columns of `speechTracks`; with the level it is the last, `level`. */
export const speechTrackNames: readonly string[] = /* @__PURE__ */ [
  'energy',
  'f0',
  ...qualityNames,
  ...numbered('mel', BANDS),
]

/** Statistics of each track of voice quality. */
const statistics = ['Mean', 'Deviation', 'P10', 'P50', 'P90']

/** Modulation frequencies, Hz: the first of each band, and the one after its last. */
export const modulationBands: readonly (readonly [number, number])[] = [
  [1, 3],
  [3, 6],
  [6, 10],
  [10, 18],
  [18, 32],
]

const pitchNames = [
  ...['Mean', 'P50', 'P20', 'P80', 'P95', 'P5', 'Deviation', 'Range20to80', 'Range5to95', 'Skewness'],
  ...['Speed', 'Rise', 'Fall', 'Slope', 'EndLessStart'],
].map((name) => `pitch${name}`)
const rhythmNames = [
  ...['voicedShare', 'activeShare', 'logSeconds', 'voicedRunsPerSecond', 'logVoicedRunMean', 'voicedRunDeviation'],
  'energyPeaksPerSecond',
]
const energyNames = [
  ...['Deviation', 'Mean', 'P10', 'P25', 'P50', 'P75', 'Speed', 'SlopeP90', 'SlopeP10', 'Maximum'],
].map((name) => `energy${name}`)
const modulationNames = numbered('modulation', 8).flatMap((name) =>
  modulationBands.map(([from, to]) => `${name}at${from}to${to - 1}Hz`),
)

const grouped: readonly (readonly [string, readonly string[]])[] = [
  ['pitch', pitchNames],
  ['rhythm', rhythmNames],
  ['energy', energyNames],
  ['voiceQuality', statistics.flatMap((statistic) => qualityNames.map((name) => `${name}${statistic}`))],
  ['loudSpectrum', [...numbered('loudBand', 20), ...numbered('bandDeviation', 20)]],
  ['modulation', modulationNames],
]

/** Names of the 167 numbers of `speechMeasures`; with the level it is the last, `level`. */
export const speechMeasureNames: readonly string[] = /* @__PURE__ */ grouped.flatMap(([, names]) => names)

/** Group of a measure of speech. */
export type SpeechMeasureGroup = 'pitch' | 'rhythm' | 'energy' | 'voiceQuality' | 'loudSpectrum' | 'modulation'

/** The measures of each group: those from `first` on, before `end`. */
export const speechMeasureGroups: Readonly<Record<SpeechMeasureGroup, { first: number; end: number }>> =
  /* @__PURE__ */ placed()

function placed(): Record<SpeechMeasureGroup, { first: number; end: number }> {
  let end = 0
  const entries = grouped.map(([group, names]) => {
    const first = end
    end += names.length
    return [group, { first, end }]
  })
  return Object.fromEntries(entries)
}
