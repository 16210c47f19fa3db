import { describe, expect, it } from 'vitest'
import { align, alignedWidth, fitTable } from '../../src/core/text-table.ts'

const table = [
  ['system', 'accuracy (WAR)'],
  ['a', '86.0\u00a0% (85.1\u00a0to\u00a087.2\u00a0%)'],
]

describe('tables as text', () => {
  it('align lines up by cells', () => {
    const names = [
      ['愤怒', '1'],
      ['joy', '23'],
    ]
    expect(align(names)).toEqual(['愤怒    1', 'joy    23'])
    expect([alignedWidth(names), alignedWidth(names, 1)]).toEqual([9, 7])
  })

  it('fitTable wraps cells between words where there is no room', () => {
    expect(fitTable(table, 80)).toEqual(['system  accuracy (WAR)', 'a       86.0 % (85.1 to 87.2 %)'])
    expect(fitTable(table, 26)).toEqual(['system  accuracy (WAR)', 'a       86.0 %', '        (85.1 to 87.2 %)'])
  })

  it('fitTable breaks no word, however narrow', () => {
    expect(fitTable(table, 5)).toEqual([...['system  accuracy (WAR)', 'a       86.0 %', '        (85.1 to 87.2 %)']])
  })
})
