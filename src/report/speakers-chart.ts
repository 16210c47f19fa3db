import { checkResults, type ExperimentResults } from '../experiments/results.ts'
import { type Chart, chart } from './chart.ts'
import { percentage, protocolsOf } from './facts.ts'
import { systemsByRate } from './rates-chart.ts'

/** Widest that all speakers together may be, pixels, and a cell. */
const WIDEST = 620
const CELL = 52

/** The accuracy of each system for each speaker, means over the seeds, as a heat map. */
export function speakersSpec(results: ExperimentResults): Chart {
  checkResults('speakersSpec', results)
  const values = results.summary.flatMap(({ name, protocol, speakers }) =>
    speakers.map(({ speaker, n, accuracy }) => {
      return { system: name, protocol, speaker, n, rate: 100 * accuracy, label: percentage(accuracy, 0) }
    }),
  )
  const { speakers } = results.corpus
  const axis = { domain: false, ticks: false, grid: false }
  const dark = { condition: { test: 'datum.rate > 72', value: 'white' }, value: '#222222' }
  const title = 'Recordings recognised rightly, percent, by speaker'
  const lowest = Math.min(...values.map(({ rate }) => rate))
  return chart(`${title}. The table beneath has the numbers.`, {
    title: { text: title },
    data: { values },
    facet: { row: { field: 'protocol', type: 'nominal', title: null, sort: protocolsOf(results) } },
    spec: {
      width: { step: Math.min(CELL, WIDEST / Math.max(1, speakers.length)) },
      height: { step: 26 },
      encoding: {
        x: {
          field: 'speaker',
          type: 'nominal',
          sort: speakers,
          title: 'speaker left out',
          axis: { ...axis, labelAngle: 0 },
        },
        y: { field: 'system', type: 'nominal', sort: systemsByRate(results), title: null, axis },
      },
      layer: [
        {
          mark: { type: 'rect', stroke: 'white', strokeWidth: 1 },
          encoding: {
            color: {
              field: 'rate',
              type: 'quantitative',
              scale: { domain: [Math.min(40, lowest), 100], range: ['#f1f6fb', '#6aaed6', '#08306b'] },
              legend: null,
            },
          },
        },
        {
          mark: { type: 'text', fontSize: 12 },
          encoding: { text: { field: 'label', type: 'nominal' }, color: dark },
        },
      ],
    },
  })
}
