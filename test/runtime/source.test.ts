import { expect, it } from 'vitest'
import { openSource } from '../../src/runtime/node/source.ts'

it('a speaker that is told by no regular expression is refused', async () => {
  const call = openSource({ kind: 'folder', path: 'nowhere', speaker: '(' })
  await expect(call).rejects.toThrow(RangeError)
  await expect(call).rejects.toThrow('openSource: "speaker" expected a regular expression, got "("')
  const number = openSource({ kind: 'folder', path: 'nowhere', speaker: 3 as never })
  await expect(number).rejects.toThrow('openSource: "speaker" expected a string, got 3')
})
