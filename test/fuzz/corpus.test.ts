/**
 * Small damaged files, each named for its fault, and the answers to them: the error, or a digest of what is read. The answers are in
 * `golden.txt` beside the files; `npx vitest run test/fuzz -u` writes them anew, after a look at what has changed.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { answerText, errorText, faultOf } from '../../fuzz/outcome.ts'
import { targets } from '../../fuzz/targets/index.ts'
import type { Target } from '../../fuzz/targets/target.ts'
import { root } from '../support/run.ts'

const corpus = join(root, 'fuzz', 'corpus')
const GOLDEN = 'golden.txt'

/** The text without what differs between machines and versions of Node. */
function lasting(text: string): string {
  return text
    .replace(/[^\s"]*ser-fuzz-\w+/g, 'FOLDER')
    .replace(
      /(Unexpected|Expected|Unterminated|Bad|No number)\b[^"\n]*(JSON|property name|double-quoted)[^\n]*/,
      'no JSON',
    )
}

async function answerOf({ run, outside }: Target, file: string): Promise<string> {
  try {
    return answerText(await run(new Uint8Array(readFileSync(file))))
  } catch (error) {
    expect(faultOf(error, outside), file).toBeUndefined()
    return errorText(error)
  }
}

const filesOf = ({ name }: Target): string[] =>
  readdirSync(join(corpus, name))
    .filter((file) => file !== GOLDEN)
    .sort()

describe('damaged files', () => {
  it('are there for every door', () => {
    expect(readdirSync(corpus).sort()).toEqual(targets.map(({ name }) => name).sort())
    for (const target of targets) expect(filesOf(target).length, target.name).toBeGreaterThan(2)
  })

  it.each(targets)('get the answers that they had: $name', async (target) => {
    const lines: string[] = []
    for (const file of filesOf(target)) {
      const answer = await answerOf(target, join(corpus, target.name, file))
      lines.push(`${file}\n  ${lasting(answer).replaceAll('\n', '\n  ')}\n`)
    }
    await expect(lines.join('')).toMatchFileSnapshot(join(corpus, target.name, GOLDEN))
  })
})
