/** The confusion matrix as a table, darker where there is more. */
import type { ConfusionMatrixJson } from 'ser-core'
import { byId, element } from './dom.ts'

/** Shows a matrix; null counts are an empty one. */
export function showConfusion({
  classes,
  counts,
}: {
  classes: string[]
  counts: ConfusionMatrixJson['counts'] | null
}): void {
  const group = element('tr')
  group.append(
    element('td'),
    element('th', 'said', { scope: 'colgroup', colspan: String(classes.length), class: 'axis' }),
  )
  const head = element('tr')
  head.append(element('th', 'true', { scope: 'col', class: 'axis left' }))
  head.append(...classes.map((name) => element('th', name, { scope: 'col' })))
  byId('confusion-head').replaceChildren(group, head)
  const rows = classes.map((name, k) => {
    const row = element('tr')
    row.append(element('th', name, { scope: 'row' }))
    const total = counts?.[k].reduce((sum, count) => sum + count, 0) ?? 0
    for (let j = 0; j < classes.length; j++) {
      const count = counts?.[k][j]
      const cell = element('td', count === undefined ? '·' : String(count), j === k ? { class: 'right-answer' } : {})
      const share = total === 0 ? 0 : (count ?? 0) / total
      cell.style.setProperty('--share', String(share))
      row.append(cell)
    }
    return row
  })
  byId('confusion-body').replaceChildren(...rows)
}

/** Right answers, and all. */
export function rightOf({ counts }: ConfusionMatrixJson): { right: number; all: number } {
  const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0)
  return { right: sum(counts.map((row, k) => row[k])), all: sum(counts.map(sum)) }
}
