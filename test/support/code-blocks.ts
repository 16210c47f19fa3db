/** The pages of the documentation and the code in them. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './run.ts'

/** A fenced block of a page. */
export interface CodeBlock {
  /** The page, from the project's folder. */
  page: string
  /** Line of the fence, counted from 1. */
  line: number
  /** The word after the fence, such as `js`; '' where there is none. */
  language: string
  source: string
  /** The block of text that stands below as what this one prints. */
  output?: string
}

function markdownBelow(folder: string): string[] {
  const found = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
  return found.filter((name) => name.endsWith('.md')).map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
}

/** Every page of Markdown that a reader is sent to, from the project's folder; the reference in docs/api is generated. */
export const pages: readonly string[] = [
  ...['README.md', 'CONTRIBUTING.md'],
  ...['docs', 'models', 'examples'].flatMap(markdownBelow).filter((page) => !page.startsWith('docs/api/')),
].sort()

/** The text of a page. */
export function textOf(page: string): string {
  return readFileSync(join(root, page), 'utf8')
}

const fenced = /^( *)```(\S*)[^\n]*\n(.*?)^\1```$/gms
/** Between a program and its output stands nothing, or the word "prints". */
const betweenProgramAndOutput = /^\s*(?:prints\s*)?$/

/** The fenced blocks in a text; those of output belong to the programs above them. */
export function blocksIn(page: string, text: string): CodeBlock[] {
  const blocks: CodeBlock[] = []
  let end = 0
  for (const { 0: whole, 1: indent, 2: language, 3: body, index } of text.matchAll(fenced)) {
    const source = body.replaceAll(new RegExp(`^${indent}`, 'gm'), '')
    const last = blocks.at(-1)
    const follows = betweenProgramAndOutput.test(text.slice(end, index))
    const prints = last !== undefined && ['js', 'sh'].includes(last.language) && last.output === undefined
    if (language === 'text' && follows && prints) last.output = source
    else blocks.push({ page, line: text.slice(0, index).split('\n').length, language, source })
    end = index + whole.length
  }
  return blocks
}

/** All fenced blocks of all pages. */
export const blocks: readonly CodeBlock[] = pages.flatMap((page) => blocksIn(page, textOf(page)))

/** A name for the test of a block. */
export function titleOf({ page, line }: CodeBlock): string {
  return `${page}:${line}`
}
