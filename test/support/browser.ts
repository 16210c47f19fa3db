/** Chromium as it is installed on this machine, driven by playwright-core, which brings none. */
import { type Browser, chromium } from 'playwright-core'
import { findChromium } from './chromium.mjs'

const executablePath = findChromium()

/** Whether Chromium is installed. */
export const hasChromium: boolean = executablePath !== undefined

/** A title for `describe.skipIf(!hasChromium)` that says why the tests are skipped. */
export function chromiumTitle(title: string): string {
  return hasChromium ? title : `${title} (skipped: chromium is not installed)`
}

/** Starts Chromium, without a window and without a word to the network of its own; `more` are switches of it. */
export async function startChromium(more: readonly string[] = []): Promise<Browser> {
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-quic']
  const args = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-dev-shm-usage', ...quiet, ...more]
  return await chromium.launch({ executablePath, args })
}
