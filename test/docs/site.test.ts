/** The site: every page in one of its parts, formulas and notebooks as HTML, links that lead somewhere. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkSite, htmlFiles } from '../../scripts/site/check.mjs'
import { notebookText, titleOf, withFormulas } from '../../scripts/site/markdown.mjs'
import { parts, sitePages } from '../../scripts/site/parts.mjs'
import { pages, textOf } from '../support/code-blocks.ts'
import { root, runNode } from '../support/run.ts'

const folder = mkdtempSync(join(tmpdir(), 'ser-site-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the parts', () => {
  it('are the four kinds of documentation', () => {
    expect(parts.map(({ name }) => name)).toEqual(['Tutorial', 'How-to', 'Reference', 'Explanation'])
  })

  it('have each page once, and no other', () => {
    expect(new Set(sitePages).size).toBe(sitePages.length)
    const notebooks = sitePages.filter((path) => path.startsWith('docs/notebooks/'))
    for (const path of notebooks) expect(existsSync(join(root, path.replace('.md', '.ipynb'))), path).toBe(true)
    // The front page says the README's first words and leads to the parts.
    const known = [...sitePages, 'README.md'].filter((path) => !notebooks.includes(path)).sort()
    expect(known).toEqual([...pages, 'METHODS.md', 'CHANGELOG.md'].sort())
  })

  it('have pages with titles', () => {
    for (const path of sitePages.filter((one) => !one.includes('notebooks')))
      expect(titleOf(textOf(path)), path).not.toBe('')
  })
})

describe('formulas', () => {
  it('become MathML, within lines and alone', () => {
    const html = withFormulas('Let $x_t$ be:\n\n$$y = \\frac12 x$$\n')
    expect(html).toMatch(/^Let <math><msub><mi>x<\/mi><mi>t<\/mi><\/msub><\/math> be:\n/)
    expect(html).toContain('<span class="formula"><math display="block"')
    expect(html).toContain('<mfrac>')
  })

  it('leave code, prices and Markdown alone', () => {
    const text = 'It costs $5 or $6, `a $x$ b`.\n\n```js\nconst s = "$b$"\n```\n\nA ``$y$`` too.\n'
    expect(withFormulas(text)).toBe(text)
    expect(withFormulas('$a * b_i * c$')).not.toMatch(/[*]/)
  })

  it('of all pages are understood', () => {
    const found = pages.filter((page) => page.startsWith('docs/math/')).map((page) => withFormulas(textOf(page)))
    expect(found.length).toBeGreaterThan(5)
    for (const text of found) {
      expect(text).toContain('<math')
      expect(text.replace(/^ *```[\s\S]*?^ *```$|`[^`]*`/gm, '')).not.toMatch(/\$|merror|\\frac/)
    }
  })
})

it('notebooks become text with their outputs', () => {
  const outputs = [
    { output_type: 'stream', text: ['1\n', '2\n'] },
    { output_type: 'execute_result', data: { 'text/plain': ['x'], 'text/html': ['<b>\n', '  x</b>'] } },
    { output_type: 'execute_result', data: { 'text/plain': ['y'] } },
  ]
  const cells = [
    { cell_type: 'markdown', source: ['# A\n', '\n', 'b'] },
    { cell_type: 'code', source: ['f()\n', 'g()'], outputs },
  ]
  expect(notebookText({ cells })).toBe(
    '# A\n\nb\n\n```js\nf()\ng()\n```\n\n```text\n1\n2\n```\n\n<div class="output"><b> x</b></div>\n\n```text\ny\n```',
  )
})

describe('the check', () => {
  it('finds dead links, missing anchors and what is loaded from elsewhere', () => {
    const site = join(folder, 'small')
    mkdirSync(join(site, 'a'), { recursive: true })
    const page = [
      '<h1 id="one">1</h1><a href="a/b.html#two">b</a><a href="#one">1</a><a href="https://x.y/">x</a><img src="data:image/png;base64,AA">',
      '<a href="none.html">none</a><a href="a/b.html#three">c</a><script src="https://x.y/z.js"></script>',
      '<link rel="stylesheet" href="//x.y/s.css"><script>document.write(`<a href="nowhere">`)</script>',
    ]
    writeFileSync(join(site, 'index.html'), page.join('\n'))
    writeFileSync(join(site, 'a/b.html'), '<p id="two"><a href="../index.html?x=1#one">1</a></p>')
    writeFileSync(join(site, 's.css'), '@import "https://x.y/t.css"; a { background: url(b.png) }')
    expect(checkSite(site).sort()).toEqual([
      'index.html: loads //x.y/s.css',
      'index.html: loads https://x.y/z.js',
      'index.html: no anchor a/b.html#three',
      'index.html: no none.html',
      's.css: loads https://x.y/t.css',
    ])
  })
})

describe('npm run site', () => {
  const out = join(folder, 'site')
  let finished: Awaited<ReturnType<typeof runNode>>
  beforeAll(async () => {
    finished = await runNode([join(root, 'scripts/site.mjs'), '--no-demo', '--out', out])
  }, 600_000)

  it('builds pages and reference without a problem', () => {
    expect(finished.stderr).toBe('')
    expect(finished.code).toBe(0)
    expect(finished.stdout).toMatch(/: \d{3,} pages, 0 problems\n$/)
    const names = htmlFiles(out).map((file) => file.slice(out.length + 1).replaceAll('\\', '/'))
    expect(names).toEqual(
      expect.arrayContaining([
        'index.html',
        'functions/ser-core.mfcc.html',
        'classes/ser-core.LSTM.html',
        'documents/Tutorial.html',
      ]),
    )
    expect(names.filter((name) => name.startsWith('documents/')).length).toBeGreaterThan(sitePages.length)
  })

  it('leads from the front page to each part, and shows formulas and players', () => {
    const read = (name: string): string => readFileSync(join(out, name), 'utf8')
    for (const { name } of parts) expect(read('index.html')).toContain(`href="documents/${name}.html"`)
    expect(read('documents/Explanation.Mathematics.The_gated_recurrent_unit.html')).toContain('<math display="block"')
    expect(read('documents/Tutorial.Notebooks.Features_and_pitch.html')).toContain('<audio controls')
    expect(read('index.html')).not.toContain('DEMO')
  })
})
