/** Files, headings and methods that the pages name exist. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Learner } from '../../src/energy/learner.ts'
import { Machine } from '../../src/energy/machine.ts'
import * as ser from '../../src/index.ts'
import { pages, textOf } from '../support/code-blocks.ts'
import { root } from '../support/run.ts'

/** The heading's anchor on GitHub. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-')
}

/** A page without its programs. */
function proseOf(page: string): string {
  return textOf(page).replace(/^ *```.*?^ *```$/gms, '')
}

describe.each(pages)('what %s names', (page) => {
  const text = proseOf(page)

  it('links to files and headings that exist', () => {
    expect.hasAssertions()
    expect(pages).toContain(page)
    for (const [, target, anchor] of text.matchAll(/\]\(([^)#:\s]*)(?:#([^)]*))?\)/g)) {
      const file = target === '' ? join(root, page) : join(root, dirname(page), target)
      expect(existsSync(file), target).toBe(true)
      if (anchor === undefined) continue
      const headings = Array.from(readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm), ([, heading]) =>
        anchorOf(heading),
      )
      expect(headings).toContain(anchor)
    }
  })

  it('calls methods by their names', () => {
    expect.hasAssertions()
    const classes: Record<string, unknown> = { ...ser, Learner, Machine }
    expect(classes).toHaveProperty('RBM')
    for (const [call, name, member] of text.matchAll(/`([A-Z]\w*)\.(\w+)/g)) {
      const owner = classes[name]
      if (typeof owner === 'function') expect(member in owner.prototype || member in owner, call).toBe(true)
    }
  })
})
