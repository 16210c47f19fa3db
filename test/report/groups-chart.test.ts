import { describe, expect, it } from 'vitest'
import { type AnsweredRecording, ratesByGroup } from '../../src/evaluation/people-rates.ts'
import { groupCells, groupColumns, groupDifferences, groupNotes } from '../../src/report/group-cells.ts'
import { groupsSpec } from '../../src/report/groups-chart.ts'
import { renderSvg } from '../../src/report/render.ts'

/** Women are recognised, of the men the angry ones; 12 women and 2 men, 12 recordings each. */
const answers: AnsweredRecording[] = Array.from({ length: 14 * 12 }, (_, i) => {
  const gender = i < 144 ? 'female' : 'male'
  const label = i % 2 ? 'joy' : 'anger'
  const said = gender === 'female' ? label : 'anger'
  return { label, said, gender, speaker: `s${Math.floor(i / 12)}`, ...(i % 12 ? { language: 'de' } : {}) }
})
const rates = ratesByGroup(answers)

describe('groupsSpec', () => {
  it('has a panel for each comparison, dots that are hollow for small groups, and the text', async () => {
    const spec = groupsSpec(rates)
    expect(spec.description).toMatch(
      /^Mean recall by groups of speakers \(UAR\), percent\. gender female: 100\.0, interval 100\.0 to 100\.0; gender male: 50\.0, interval 50\.0 to 50\.0, small; language de: 92\.9, interval \d/,
    )
    const panels = spec.vconcat as { data: { values: { group: string; small: boolean; mean: number }[] } }[]
    expect(panels.map(({ data }) => data.values.map(({ group, small, mean }) => [group, small, mean]))).toEqual([
      [
        ['female', false, 100],
        ['male', true, 50],
      ],
      [['de', false, expect.closeTo(50 * (1 + 12 / 14), 3)]],
    ])
    const svg = await renderSvg(spec)
    for (const text of ['female', 'male', 'de', '50.0', 'gender', 'language']) expect(svg).toContain(`>${text}<`)
  })

  it('refuses what it cannot draw', () => {
    expect(() => groupsSpec([])).toThrow('groupsSpec: "comparisons" expected')
    expect(() => groupsSpec([{ by: 'x', groups: [] } as never])).toThrow('"comparisons[0].groups" expected')
    expect(() => groupsSpec(rates, { width: 1 })).toThrow('"width" expected')
  })
})

describe('texts of groups', () => {
  it('are the cells of a table, differences as sentences, and what the marks mean', () => {
    expect(groupColumns(['joy'])).toHaveLength(groupCells(rates, ['joy'])[0].length)
    expect(groupCells(rates, ['joy', 'anger']).map((cells) => cells.join(' | '))[1]).toBe(
      'gender | male * | 24 of 2 | 50.0 (50.0 to 50.0) | 50.0 (50.0 to 50.0) | 0.0 | 100.0',
    )
    expect(groupDifferences(rates)).toEqual(['gender: female less male *: UAR +50.0 (+50.0 to +50.0), WAR +50.0'])
    const clear = ratesByGroup(answers, { smallest: { speakers: 1, recordings: 1 } })
    expect(groupDifferences(clear)[0]).toMatch(/; the interval excludes 0$/)
    expect(groupNotes(rates)).toEqual([
      expect.stringMatching(/^\* small: fewer than 10 speakers or 100 recordings/),
      'Not known: language of 14 recordings, which are in no group.',
    ])
    expect(groupNotes([])).toEqual([])
  })
})
