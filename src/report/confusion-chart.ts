import { checkArray, checkObject } from '../core/check.ts'
import type { ConfusionMatrix, ConfusionMatrixJson } from '../evaluation/confusion-matrix.ts'
import { type Chart, type ChartPart, chart } from './chart.ts'
import { countText, percentage } from './facts.ts'

/** Cells, pixels a side. */
const CELL = 52
/** Share of a row above which a cell is dark and its text white. */
const DARK = 0.55

/** Names of classes longer than this many letters are wider than a cell. */
const LONG_NAME = 8

/** Texts of {@link confusionSpec}. */
export interface ConfusionTexts {
  title?: string
  /** Lines beneath the title. */
  subtitle?: string[]
}

function cellsOf({ classes, counts }: ConfusionMatrixJson): ChartPart[] {
  return counts.flatMap((row, i) => {
    const n = row.reduce((sum, count) => sum + count, 0)
    return row.map((count, j) => {
      const share = n === 0 ? 0 : count / n
      return { true: classes[i], said: classes[j], share, percent: percentage(share), count: countText(count) }
    })
  })
}

function text(field: string, size: number, dy: number): ChartPart {
  const color = { condition: { test: `datum.share > ${DARK}`, value: 'white' }, value: '#222222' }
  return { mark: { type: 'text', fontSize: size, dy }, encoding: { text: { field, type: 'nominal' }, color } }
}

function checkMatrix(where: string, confusion: ConfusionMatrix | ConfusionMatrixJson): ConfusionMatrixJson {
  checkObject(where, 'confusion', confusion)
  const json = 'toJSON' in confusion ? confusion.toJSON() : confusion
  checkArray(where, 'confusion.classes', json.classes, 1)
  checkArray(where, 'confusion.counts', json.counts, json.classes.length)
  for (const [i, row] of json.counts.entries()) {
    checkArray(where, `confusion.counts[${i}]`, row, json.classes.length)
  }
  return json
}

/**
 * A confusion matrix as a heat map: rows true, columns said, shaded by the share of the row; in the cells that share in percent
 * and the count beneath.
 */
export function confusionSpec(
  confusion: ConfusionMatrix | ConfusionMatrixJson,
  { title, subtitle }: ConfusionTexts = {},
): Chart {
  const matrix = checkMatrix('confusionSpec', confusion)
  const { classes, counts } = matrix
  const rows = classes.map((name, i) => `${name}: ${classes.map((said, j) => `${said} ${countText(counts[i][j])}`)}`)
  const axis = { domain: false, ticks: false, grid: false, labelFontSize: 11, labelOverlap: false }
  const labelAngle = classes.some((name) => name.length > LONG_NAME) ? -40 : 0
  const name = title === undefined ? 'Confusion matrix' : `Confusion matrix of ${title}`
  const texts = { text: title ?? name, ...(subtitle === undefined ? {} : { subtitle }) }
  return chart(`${name}, counts of what was said. ${rows.join('; ')}.`, {
    title: texts,
    data: { values: cellsOf(matrix) },
    width: { step: CELL },
    height: { step: CELL },
    encoding: {
      x: {
        field: 'said',
        type: 'nominal',
        sort: classes,
        title: 'said',
        axis: { ...axis, labelAngle, orient: 'top' },
      },
      y: { field: 'true', type: 'nominal', sort: classes, title: 'true', axis },
    },
    layer: [
      {
        mark: { type: 'rect', stroke: 'white', strokeWidth: 2 },
        encoding: {
          color: {
            field: 'share',
            type: 'quantitative',
            scale: { domain: [0, 1], range: ['#f1f6fb', '#6aaed6', '#08306b'] },
            legend: null,
          },
        },
      },
      text('percent', 13, -6),
      text('count', 11, 10),
    ],
  })
}
