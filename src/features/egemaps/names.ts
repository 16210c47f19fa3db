/** Names of descriptors and functionals, as openSMILE writes them. */

const statistics = ['amean', 'stddevNorm']
const contourStatistics = [
  ...statistics,
  'percentile20.0',
  'percentile50.0',
  'percentile80.0',
  'pctlrange0-2',
  'meanRisingSlope',
  'stddevRisingSlope',
  'meanFallingSlope',
  'stddevFallingSlope',
]

/** Spectral descriptors but for loudness, in the order of the matrix. */
export const spectralNames: readonly string[] = [
  'alphaRatio',
  'hammarbergIndex',
  'slope0-500',
  'slope500-1500',
  'spectralFlux',
  'mfcc1',
  'mfcc2',
  'mfcc3',
  'mfcc4',
]

/** Descriptors of voices but for F0. */
export const voiceNames: readonly string[] = [
  'jitterLocal',
  'shimmerLocaldB',
  'HNRdBACF',
  'logRelF0-H1-H2',
  'logRelF0-H1-A3',
  ...[1, 2, 3].flatMap((i) => [`F${i}frequency`, `F${i}bandwidth`, `F${i}amplitudeLogRelF0`]),
]

const pitchName = 'F0semitoneFrom27.5Hz'

function named(names: readonly string[], endings: readonly string[]): string[] {
  return names.flatMap((name) => endings.map((ending) => `${name}_${ending}`))
}

/** Names of the 25 columns of {@link egemapsFrames}, openSMILE's. */
export const egemapsFrameNames: readonly string[] = /* @__PURE__ */ [
  ...named(['Loudness', ...spectralNames], ['sma3']),
  ...named([pitchName, ...voiceNames], ['sma3nz']),
]

/** A band's name in voiced or unvoiced frames: slope0-500 becomes slopeV0-500. */
function marked(name: string, mark: string): string {
  return name.startsWith('slope') ? name.replace('slope', `slope${mark}`) : name + mark
}

/** Names of the 88 numbers of {@link egemaps}, openSMILE's. */
export const egemapsNames: readonly string[] = /* @__PURE__ */ [
  ...named([`${pitchName}_sma3nz`, 'loudness_sma3'], contourStatistics),
  ...named(named(spectralNames.slice(4), ['sma3']), statistics),
  ...named(named(voiceNames, ['sma3nz']), statistics),
  ...spectralNames.flatMap((name) => named([`${marked(name, 'V')}_sma3nz`], statistics)),
  ...spectralNames.slice(0, 5).flatMap((name) => named([`${marked(name, 'UV')}_sma3nz`], ['amean'])),
  'loudnessPeaksPerSec',
  'VoicedSegmentsPerSec',
  'MeanVoicedSegmentLengthSec',
  'StddevVoicedSegmentLengthSec',
  'MeanUnvoicedSegmentLength',
  'StddevUnvoicedSegmentLength',
  'equivalentSoundLevel_dBp',
]
