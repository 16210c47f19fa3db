/** Comments of the source lead with a noun or a verb. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../support/run.ts'

/** Comments that begin with "What", as `line: text`; in a block of several lines, each line counts. */
function bentComments(text: string): string[] {
  return text
    .split('\n')
    .flatMap((line, i) => (/(\/\*\*?|^\s*\*|\/\/) What\b/.test(line) ? [`${i + 1}: ${line.trim()}`] : []))
}

describe('comments', () => {
  it.each([
    ['/** What a model is to say. */', 1],
    ['/**\n * What a model is to say.\n */', 1],
    ['  // What else.', 1],
    ['const a = 1 // What else.', 1],
    ['/** Training targets. What follows is a sentence of its own. */', 0],
    ['/** Whatever comes. */', 0],
  ])('are found in %j', (text, count) => expect(bentComments(text)).toHaveLength(count))

  it('of src begin with a noun or a verb, not with "What"', () => {
    const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    )
    expect(files.length).toBeGreaterThan(100)
    const found = files.flatMap((name) =>
      bentComments(readFileSync(join(root, 'src', name), 'utf8')).map((line) => `${name}:${line}`),
    )
    expect(found).toEqual([])
  })
})
