import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Chart } from '../../src/report/chart.ts'
import { renderSvg } from '../../src/report/render.ts'

it('a chart is drawn without the files that it names', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'chart-'))
  const path = join(folder, 'words.csv')
  writeFileSync(path, 'word\nquetzal\n')
  const chart = (data: object, mark: object): Chart =>
    ({ description: 'x', data, mark, encoding: { text: { field: 'word' } } }) as unknown as Chart
  const own = await renderSvg(chart({ values: [{ word: 'quetzal' }] }, { type: 'text' }))
  expect(own).toContain('quetzal')
  for (const url of [path, `file://${path}`]) {
    expect(await renderSvg(chart({ url }, { type: 'text' }))).not.toContain('quetzal')
    const image = await renderSvg(chart({ values: [{ word: 1 }] }, { type: 'image', url, width: 9, height: 9 }))
    expect(image).not.toContain('words.csv')
  }
  rmSync(folder, { recursive: true })
})
