/** A page in Chromium, run headless: its files come from a server of this process, and what it posts is its result. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome.exe']

/** The path of a Chromium: where SER_CHROMIUM says, or in PATH; undefined where there is none. */
export function findChromium(): string | undefined {
  const { SER_CHROMIUM, PATH = '' } = process.env
  if (SER_CHROMIUM) return SER_CHROMIUM
  const paths = PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)))
  return paths.find((path) => existsSync(path))
}

const switches = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-dev-shm-usage'],
]

/** ms after which a page that says nothing counts as failed. */
const PATIENCE = 150_000

const types: Record<string, string> = { html: 'text/html', js: 'text/javascript' }

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/**
 * Opens `index.html` of the files and gives the JSON that the page posts to `/result`.
 *
 * @param files - by path, such as `index.html`
 */
export async function resultOfPage(chromium: string, files: Record<string, string | Uint8Array>): Promise<unknown> {
  const profile = mkdtempSync(join(tmpdir(), 'ser-chromium-'))
  let settle: (text: string) => void = () => {}
  const posted = new Promise<string>((resolve) => {
    settle = resolve
  })
  const server = createServer(async (request, response) => {
    const path = request.url?.slice(1) || 'index.html'
    if (path === 'result') settle(await bodyOf(request))
    else if (Object.hasOwn(files, path)) response.setHeader('content-type', types[path.split('.').pop() ?? ''] ?? '')
    else response.statusCode = 404
    response.end(files[path])
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const browser = spawn(chromium, [...switches, `--user-data-dir=${profile}`, `http://127.0.0.1:${port}/`], {
    stdio: 'ignore',
    // A group of its own, so that its helpers end with it and no longer write to the profile.
    detached: true,
  })
  const ended = new Promise<void>((resolve) => browser.once('close', () => resolve()))
  let waiting: NodeJS.Timeout | undefined
  const failed = new Promise<never>((_, reject) => {
    waiting = setTimeout(() => reject(new Error('the page said nothing')), PATIENCE)
    browser.once('error', reject)
    browser.once('close', (code) => reject(new Error(`Chromium ended with code ${code} before the page said anything`)))
  })
  try {
    return JSON.parse(await Promise.race([posted, failed]))
  } finally {
    clearTimeout(waiting)
    const runs = browser.exitCode === null && browser.signalCode === null
    if (runs && browser.pid !== undefined) process.kill(-browser.pid, 'SIGKILL')
    await ended
    server.close()
    server.closeAllConnections()
    rmSync(profile, { recursive: true, force: true, maxRetries: 10 })
  }
}
