import { checkArray, checkObject } from '../core/check.ts'
import type { ConfusionMatrix, ConfusionMatrixJson } from '../evaluation/confusion-matrix.ts'
import { nameLabels, titleLines } from './axis-labels.ts'
import { type Chart, type ChartPart, chart } from './chart.ts'
import { countText, percentage } from './facts.ts'
import { heatCells, heatText } from './heat.ts'

/** Cells of few and of many classes, pixels a side. */
const CELL = { few: 50, many: 38 } as const
const FEW = 6

/** Longest class name, in letters, that fits the width of a cell. */
const LONG_NAME = 8
/** Letters in a line of a name, and of the title. */
const LINE = { name: 14, title: 34 } as const

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

/** Axes with the names of the classes, wrapped where they are long. */
function axesOf(classes: string[]): ChartPart {
  const axis = { domain: false, ticks: false, grid: false, labelFontSize: 11, labelOverlap: false }
  const labelAngle = classes.some((name) => name.length > LONG_NAME) ? -40 : 0
  const field = { type: 'nominal', sort: classes }
  return {
    x: {
      field: 'said',
      ...field,
      title: 'said',
      axis: { ...axis, ...nameLabels(classes, LINE.name, 'above'), labelAngle, orient: 'top' },
    },
    y: { field: 'true', ...field, title: 'true', axis: { ...axis, ...nameLabels(classes, LINE.name) } },
  }
}

/**
 * A confusion matrix as a heat map: rows true, columns predicted, shaded by the share of the row. Cells show this share
 * in percent and the count.
 */
export function confusionSpec(confusion: ConfusionMatrix | ConfusionMatrixJson, texts: ConfusionTexts = {}): Chart {
  const { title, subtitle } = checkObject<ConfusionTexts>('confusionSpec', 'texts', texts)
  const matrix = checkMatrix('confusionSpec', confusion)
  const { classes, counts } = matrix
  const rows = classes.map((name, i) => `${name}: ${classes.map((said, j) => `${said} ${countText(counts[i][j])}`)}`)
  const name = title === undefined ? 'Confusion matrix' : `Confusion matrix of ${title}`
  const heading = { text: titleLines(title ?? name, LINE.title), ...(subtitle === undefined ? {} : { subtitle }) }
  const step = classes.length > FEW ? CELL.many : CELL.few
  const share: [string, [number, number]] = ['share', [0, 1]]
  return chart(`${name}, counts of what was said. ${rows.join('; ')}.`, {
    title: heading,
    data: { values: cellsOf(matrix) },
    width: { step },
    height: { step },
    encoding: axesOf(classes),
    layer: [
      heatCells(...share, 2),
      heatText('percent', { fontSize: 13, dy: -6 }, ...share),
      heatText('count', { fontSize: 11, dy: 10 }, ...share),
    ],
  })
}
