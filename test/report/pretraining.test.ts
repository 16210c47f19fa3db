import { expect, it } from 'vitest'
import { reportHtml } from '../../src/report/html.ts'
import { resultsMarkdown } from '../../src/report/markdown.ts'
import { reportResults } from '../support/report.ts'

it('both reports tell which systems were trained on other corpora first, and with which options', async () => {
  const results = reportResults()
  const { plan } = results
  const pretrain = { corpus: { kind: 'cremad', path: 'C' }, options: { epochs: 9 } }
  const systems = plan.systems.map((system, i) => (i === 0 ? { ...system, pretrain } : system))
  const told = { ...results, plan: { ...plan, systems } }
  const line = `${systems[0].name}: trained on cremad (epochs 9), then on each fold's speakers`
  expect(resultsMarkdown(told)).toContain(`- ${line}`)
  expect(await reportHtml(told)).toContain(line.replace("'", '&#39;'))
  expect(resultsMarkdown(results)).not.toContain('other corpora first')
  expect(await reportHtml(results)).not.toContain('other corpora first')
})
