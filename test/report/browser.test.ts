/** The page as Chromium shows it: on a phone, by night and on paper. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ExperimentResults } from '../../src/experiments/results.ts'
import { reportHtml } from '../../src/report/html.ts'
import { utterancePanel } from '../../src/report/utterance.ts'
import { chromiumTitle, hasChromium, startChromium } from '../support/browser.ts'
import { contrast } from '../support/contrast.ts'
import { largeResults, reportResults } from '../support/report.ts'

const phone: BrowserContextOptions = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }
const desk: BrowserContextOptions = { viewport: { width: 1100, height: 900 } }
const small = reportResults()
const shown = small.runs[0].folds[0].timeline ?? expect.fail('no timeline')
const utterance = utterancePanel(new Float32Array(16000).fill(0.1), 16000, shown, small.corpus.classes)
const beside = { ...small, corpus: { ...small.corpus, name: 'emodb' }, study: true }
const pages: [string, ExperimentResults][] = [
  ['few systems, beside the study', beside],
  ['many systems and speakers, long names', largeResults()],
]

/** Margin of printed pages, CSS pixels, and what a heading and a line of what follows need, points. */
const MARGIN = 40
const ROOM = 60

/** Headings of the page printed on paper of this height, and how far above the foot each begins, points. */
async function headings(page: Page, height: number): Promise<{ title: string; above: number }[]> {
  const margins = { top: MARGIN, bottom: MARGIN, left: MARGIN, right: MARGIN }
  const pdf = await page.pdf({ width: 794, height, margin: margins, outline: true, tagged: true })
  const places = pdf.toString('latin1').matchAll(/\/Title \((.*)\)\n\/Dest \[\d+ 0 R \/XYZ [\d.]+ ([\d.]+)/g)
  const found = Array.from(places, ([, title, y]) => ({ title, above: Number(y) - MARGIN * 0.75 }))
  expect(found.map(({ title }) => title)).toContain('To repeat it')
  return found
}

describe.skipIf(!hasChromium)(chromiumTitle('the page of an experiment in Chromium'), () => {
  const folder = mkdtempSync(join(tmpdir(), 'ser-page-'))
  let browser: Browser

  beforeAll(async () => {
    browser = await startChromium()
    for (const [name, results] of pages) {
      writeFileSync(join(folder, `${name}.html`), await reportHtml(results, { utterance }))
    }
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true })
  })

  async function open(name: string, options: BrowserContextOptions): Promise<Page> {
    const context = await browser.newContext(options)
    const page = await context.newPage()
    const requests: string[] = []
    page.on('request', (request) => requests.push(request.url()))
    const address = pathToFileURL(join(folder, `${name}.html`)).href
    await page.goto(address)
    expect(requests).toEqual([address])
    return page
  }

  describe.each(pages)('of %s', (name, results) => {
    const best = Math.max(...results.summary.map(({ accuracy }) => accuracy.mean))
    const rate = (100 * best).toFixed(1)

    it('fits a phone: no sideways scrolling of the page, the best rate in sight in text, chart and table', async () => {
      const page = await open(name, phone)
      const width = await page.evaluate(() => document.documentElement.scrollWidth)
      expect(width).toBe(390)
      const places = {
        text: page.locator('main > ul li', { hasText: rate }),
        chart: page.locator('.narrow svg text', { hasText: new RegExp(`^${rate}$`) }),
        table: page.locator('tr.best td:nth-child(3)', { hasText: new RegExp(`^${rate}$`) }),
      }
      for (const [where, place] of Object.entries(places)) {
        const box = (await place.first().boundingBox()) ?? expect.fail(`${where}: the best rate is not shown`)
        expect([where, box.x >= 0, box.x + box.width <= 390]).toEqual([where, true, true])
        expect([where, box.height > 9]).toEqual([where, true])
      }
    })

    it('says where it scrolls, by shadow, name and keyboard', async () => {
      const page = await open(name, phone)
      const regions = await page.locator('.scroll').evaluateAll((all) =>
        all.map((region) => {
          const { backgroundImage } = getComputedStyle(region)
          const names = [
            region.getAttribute('role'),
            region.getAttribute('aria-label'),
            region.getAttribute('tabindex'),
          ]
          return {
            wide: region.scrollWidth > region.clientWidth,
            names,
            shadows: backgroundImage.split('gradient(').length - 1,
          }
        }),
      )
      expect(regions.some(({ wide }) => wide)).toBe(true)
      for (const { names, shadows } of regions) {
        expect(names).toEqual(['region', expect.stringMatching(/\w/), '0'])
        expect(shadows).toBe(4)
      }
      const first = page.locator('.scroll').first()
      await first.focus()
      await page.keyboard.press('ArrowRight')
      await expect.poll(() => first.evaluate((region) => region.scrollLeft)).toBeGreaterThan(0)
      // The names of the systems stay where they are.
      const cell = (await first.locator('tbody th').first().boundingBox()) ?? expect.fail('no first column')
      const region = (await first.boundingBox()) ?? expect.fail('no region')
      expect(Math.abs(cell.x - region.x)).toBeLessThan(1)
    })

    it('nothing but regions that scroll is wider than a phone', async () => {
      const page = await open(name, phone)
      const wide = await page.locator('main *').evaluateAll((all) =>
        all
          .filter(
            (element) => element.closest('.scroll, svg') === null || element.matches('figure > * > svg, figure > svg'),
          )
          .filter((element) => element.closest('.scroll') === null && element.getBoundingClientRect().right > 390.5)
          .map((element) => element.outerHTML.slice(0, 80)),
      )
      expect(wide).toEqual([])
    })

    it.each(['light', 'dark'] as const)('is read in %s: all texts, of charts too', async (colorScheme) => {
      const page = await open(name, { ...desk, colorScheme })
      const { ground, texts } = await page.evaluate(() => {
        const words = [...document.querySelectorAll('h1, h2, h3, p, li, td, th, dt, dd, figcaption, pre, summary')]
        const drawn = [...document.querySelectorAll('svg text')].filter((text) => text.closest('.role-mark') === null)
        return {
          ground: getComputedStyle(document.body).backgroundColor,
          texts: [
            ...new Set([
              ...words.map((element) => getComputedStyle(element).color),
              ...drawn.map((element) => getComputedStyle(element).fill),
            ]),
          ],
        }
      })
      expect(ground).toBe(colorScheme === 'dark' ? 'rgb(21, 25, 30)' : 'rgb(255, 255, 255)')
      for (const text of texts) expect([text, contrast(text, ground) >= 4.5]).toEqual([text, true])
    })

    it.each(['light', 'dark'] as const)('is read in %s: the texts in the cells of matrices', async (colorScheme) => {
      const page = await open(name, { ...desk, colorScheme })
      const pairs = await page.locator('svg[aria-label^="Confusion"]').evaluateAll((all) =>
        all.flatMap((svg) => {
          const fills = (selector: string): string[] =>
            [...svg.querySelectorAll(selector)].map((element) => getComputedStyle(element).fill)
          const texts = fills('.role-mark.layer_1_marks text')
          return fills('.role-mark.layer_0_marks path').map((fill, i) => [texts[i], fill])
        }),
      )
      expect(pairs.length).toBeGreaterThanOrEqual(16)
      for (const [text, cell] of pairs) expect([text, cell, contrast(text, cell) >= 4.5]).toEqual([text, cell, true])
    })

    it('is printed whole: all details open, nothing cut off, light', async () => {
      const page = await open(name, { ...desk, colorScheme: 'dark' })
      await page.emulateMedia({ media: 'print' })
      const { rows, unseen, ground, cut } = await page.evaluate(() => {
        const all = [...document.querySelectorAll('details tr')]
        return {
          rows: all.length,
          unseen: all.filter((row) => !row.checkVisibility() || row.getBoundingClientRect().height < 5).length,
          ground: getComputedStyle(document.body).backgroundColor,
          cut: [...document.querySelectorAll('.scroll')].filter(
            (region) => getComputedStyle(region).overflowX !== 'visible',
          ).length,
        }
      })
      expect(rows).toBeGreaterThan(results.comparisons.length)
      expect([unseen, cut, ground]).toEqual([0, 0, 'rgb(255, 255, 255)'])
    })

    it('no heading stands alone at the foot of a printed page', async () => {
      const page = await open(name, desk)
      for (let height = 700; height <= 1100; height += 40) {
        for (const { title, above } of await headings(page, height)) {
          expect([height, title, above >= ROOM]).toEqual([height, title, true])
        }
      }
    })
  })
})
