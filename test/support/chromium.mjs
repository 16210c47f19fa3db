/** Pages in Chromium, run headless: what a page posts to `/result` is its result. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome.exe']

export function findChromium() {
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

const types = { html: 'text/html', js: 'text/javascript', mjs: 'text/javascript' }

export function resultHandler() {
  let settle = () => {}
  const posted = new Promise((resolve) => {
    settle = resolve
  })
  const handle = async (request, response) => {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    settle(Buffer.concat(chunks).toString())
    response.end()
  }
  return { posted, handle }
}

export async function visit(chromium, url, posted) {
  const profile = mkdtempSync(join(tmpdir(), 'ser-chromium-'))
  // A group of its own, so that its helpers end with it and no longer write to the profile.
  const browser = spawn(chromium, [...switches, `--user-data-dir=${profile}`, url], { stdio: 'ignore', detached: true })
  const ended = new Promise((resolve) => browser.once('close', () => resolve()))
  let waiting
  const failed = new Promise((_, reject) => {
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
    rmSync(profile, { recursive: true, force: true, maxRetries: 10 })
  }
}

export async function resultOfPage(chromium, files) {
  const { posted, handle } = resultHandler()
  const server = createServer(async (request, response) => {
    const path = request.url?.slice(1) || 'index.html'
    if (path === 'result') return handle(request, response)
    if (Object.hasOwn(files, path)) response.setHeader('content-type', types[path.split('.').pop() ?? ''] ?? '')
    else response.statusCode = 404
    response.end(files[path])
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    return await visit(chromium, `http://127.0.0.1:${server.address().port}/`, posted)
  } finally {
    server.close()
    server.closeAllConnections()
  }
}
