import { describe, expect, it } from 'vitest'
import { reportHtml } from '../../src/report/html.ts'
import { resultsMarkdown } from '../../src/report/markdown.ts'
import { countPaths, groupProblems, groupText } from '../../src/report/problems.ts'
import { reportResults } from '../support/report.ts'

const clipped = ['a/1', 'a/2', 'a/3', 'a/4', 'b/1', 'b/4'].map((name, i) => ({
  path: `${name}.wav`,
  reason: `heavily clipped: ${20 + i} samples at full scale`,
}))
const twice = {
  path: 'a/1.wav',
  reason: 'the same audio as b/1.wav, whose class is "joy": nothing tells which is right',
}
const silent = { path: 'c/<1>.wav', reason: 'digital silence: every sample is 0' }

const results = reportResults()
const told = { ...results, corpus: { ...results.corpus, problems: [silent], warnings: [twice, ...clipped] } }

describe('problems', () => {
  it('are grouped by their kind', () => {
    const groups = groupProblems([
      clipped[0],
      twice,
      { ...twice, reason: 'the same audio as x.wav' },
      ...clipped.slice(1),
    ])
    expect(groups.map(({ kind, problems }) => [kind, problems.length])).toEqual([
      ['heavily clipped', 6],
      ['the same audio as another', 2],
    ])
    expect(groupProblems([])).toEqual([])
    expect(countPaths(told.corpus.warnings)).toBe(6)
  })

  it('are counted by class, which may explain what a system learnt', () => {
    const [group] = groupProblems(clipped)
    const text = 'heavily clipped: 6 recordings (joy 2, neutral 1, sadness 1, anger 2)'
    expect(groupText(group, told)).toBe(text)
    expect(groupText(groupProblems([silent])[0], told)).toBe('digital silence: 1 recording')
  })

  it('stand on the page, each with its recording, many of one kind folded', async () => {
    const page = await reportHtml(told)
    expect(page).toContain('Something is odd about 6 of them. Left out: 1 recording.')
    const [, leftOut, odd] = page.split(/<h3>(?:Recordings left out|Odd recordings that were used)<\/h3>/)
    expect(leftOut).toContain('<li>c/&lt;1&gt;.wav: digital silence: every sample is 0</li>')
    expect(odd).toContain(
      '<li>a/1.wav: the same audio as b/1.wav, whose class is &quot;joy&quot;: nothing tells which is right</li>',
    )
    const folded =
      '<details><summary>heavily clipped: 6 recordings (joy 2, neutral 1, sadness 1, anger 2)</summary><ul>'
    expect(odd).toContain(folded)
    for (const { path, reason } of clipped) expect(odd).toContain(`<li>${path}: ${reason}</li>`)
    expect(await reportHtml(results)).not.toMatch(/odd/i)
  })

  it('are summed up in Markdown', () => {
    const text = resultsMarkdown(told)
    expect(text).toContain('Something is odd about 6 of them.')
    expect(text).toContain('Recordings left out:\n\n- digital silence: 1 recording\n')
    expect(text).toContain('- heavily clipped: 6 recordings (joy 2, neutral 1, sadness 1, anger 2)')
    expect(resultsMarkdown(results)).not.toMatch(/odd/i)
  })
})
