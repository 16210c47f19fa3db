import { checkInteger, checkOptions } from '../core/check.ts'
import { checkResults, type ExperimentResults } from '../experiments/results.ts'
import { nameLabels, titleLines } from './axis-labels.ts'
import { type Chart, type ChartPart, chart } from './chart.ts'
import { percentage } from './facts.ts'
import { heatCells, heatText } from './heat.ts'
import { protocolRows, systemsByRate } from './rates-chart.ts'

/** Default greatest width of all speakers together, and greatest width of a cell, pixels. */
const WIDEST = 620
const CELL = 52
/** Widths of a number in a cell and of a letter of a speaker's name, pixels. */
const NUMBER = 20
const LETTER = 7
/** Widths below which names of systems are wrapped and numbers are smaller. */
const NARROW = 480
/** Letters in a line of a name, and of the title where there is little room. */
const LINE = { narrow: 14, wide: 24, title: 32 } as const

/** Options of {@link speakersSpec}. */
export interface SpeakersOptions {
  /**
   * Greatest width of all cells together, pixels; default 620, at least 120. With many speakers cells have no room for
   * numbers and are only shaded.
   */
  width?: number
}

/** Axis of speakers: names horizontal if they fit, else vertical, with some left out if necessary. */
function speakerAxis(speakers: readonly string[], step: number): ChartPart {
  const longest = Math.max(0, ...speakers.map((name) => name.length))
  const fits = longest * LETTER <= step
  return {
    ...{ domain: false, ticks: false, grid: false, labelLimit: 120 },
    ...{ labelAngle: fits ? 0 : -90, labelOverlap: !fits, labelFontSize: step < NUMBER ? 10 : 12 },
  }
}

function cellsOf(results: ExperimentResults, width: number, domain: [number, number]): ChartPart {
  const { speakers } = results.corpus
  const step = Math.min(CELL, width / Math.max(1, speakers.length))
  const names = systemsByRate(results)
  const narrow = width < NARROW
  const lines = {
    ...nameLabels(names, narrow ? LINE.narrow : LINE.wide),
    labelFontSize: narrow ? 11 : 12,
  }
  const axis = { domain: false, ticks: false, grid: false, ...lines }
  const rate: [string, [number, number]] = ['rate', domain]
  return {
    width: { step },
    height: { step: names.some((name) => name.length > (narrow ? LINE.narrow : LINE.wide)) ? 34 : 26 },
    encoding: {
      x: {
        field: 'speaker',
        type: 'nominal',
        sort: speakers,
        title: 'speaker left out',
        axis: speakerAxis(speakers, step),
      },
      y: { field: 'system', type: 'nominal', sort: names, title: null, axis },
    },
    layer: [
      heatCells(...rate, step < NUMBER ? 0.5 : 1),
      ...(step < NUMBER ? [] : [heatText('label', { fontSize: narrow ? 11 : 12 }, ...rate)]),
    ],
  }
}

/** The accuracy of each system for each speaker, means over the seeds, as a heat map. */
export function speakersSpec(results: ExperimentResults, options: SpeakersOptions = {}): Chart {
  checkResults('speakersSpec', results)
  checkOptions('speakersSpec', options, ['width'])
  const width = checkInteger('speakersSpec', 'width', options.width ?? WIDEST, { min: 120 })
  const values = results.summary.flatMap(({ name, protocol, speakers }) =>
    speakers.map(({ speaker, n, accuracy }) => {
      return { system: name, protocol, speaker, n, rate: 100 * accuracy, label: percentage(accuracy, 0) }
    }),
  )
  const title = 'Recordings recognised rightly, percent, by speaker'
  const lowest = Math.min(...values.map(({ rate }) => rate))
  return chart(`${title}. The table beneath has the numbers.`, {
    title: { text: width < NARROW ? titleLines(title, LINE.title) : title },
    data: { values },
    facet: protocolRows(results, width < NARROW),
    spec: cellsOf(results, width, [Math.min(40, lowest), 100]),
  })
}
