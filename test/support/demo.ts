/** The demo page: built, served under a security policy, opened in Chromium with a microphone that plays a file. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { build } from 'vite'
import { contentSecurityPolicy } from '../../docs/demo/vite.config.ts'
import { toMono } from '../../src/audio/mono.ts'
import { resample } from '../../src/audio/resample.ts'
import { decodeWav } from '../../src/audio/wav-decode.ts'
import { encodeWav } from '../../src/audio/wav-encode.ts'
import { syntheticCorpus } from '../../src/corpora/synthetic.ts'
import { startChromium } from './browser.ts'
import { emodbFolder, hasEmodb } from './emodb.ts'
import { root } from './run.ts'

/** ms to wait for something in the page: machines are busy. */
const PATIENCE = 120_000

/** Policies under which the page must work. */
export const policies: Record<'WebAssembly' | 'typed arrays' | 'defaults', string> = {
  WebAssembly: contentSecurityPolicy,
  'typed arrays': contentSecurityPolicy.replace(" 'wasm-unsafe-eval'", ''),
  // Chromium 156 reports generated code on the console where scripts are under the default alone.
  defaults: "default-src 'self'; media-src 'self' blob:",
}

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

/** A built page. */
export interface Demo {
  folder: string
  remove(): void
}

/** Builds the page into a folder for the time being. */
export async function buildDemo(): Promise<Demo> {
  const folder = mkdtempSync(join(tmpdir(), 'ser-demo-'))
  const configFile = join(root, 'docs/demo/vite.config.ts')
  await build({ configFile, logLevel: 'error', build: { outDir: folder, emptyOutDir: true } })
  return { folder, remove: () => rmSync(folder, { recursive: true }) }
}

function serve(folder: string, policy: string): Promise<Server> {
  const server = createServer(({ url = '/' }, response) => {
    const path = url === '/' ? '/index.html' : url
    response.setHeader('content-type', types[extname(path)] ?? 'application/octet-stream')
    response.setHeader('content-security-policy', policy)
    try {
      response.end(readFileSync(folder + path))
    } catch {
      response.statusCode = 404
      response.end()
    }
  })
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}

/** A page that is open, and what it should not have done. */
export interface OpenDemo {
  page: Page
  /** Messages on its console, errors, and requests to anywhere else. */
  complaints: string[]
  close(): Promise<void>
}

/** Options of {@link openDemo}. */
export interface OpenOptions extends BrowserContextOptions {
  policy?: string
  /** The microphone's sound, as a WAV file; without it nobody gives a microphone. */
  microphone?: Uint8Array
  /** Runs in the page before its own scripts. */
  before?: () => void
}

/** Opens the page and waits until it is ready. */
export async function openDemo(folder: string, options: OpenOptions = {}): Promise<OpenDemo> {
  const { policy = policies.WebAssembly, microphone, before, ...rest } = options
  const server = await serve(folder, policy)
  const sound = mkdtempSync(join(tmpdir(), 'ser-microphone-'))
  const file = join(sound, 'sound.wav')
  if (microphone !== undefined) writeFileSync(file, microphone)
  const devices = ['--use-fake-device-for-media-stream', `--use-file-for-fake-audio-capture=${file}%noloop`]
  const browser = await startChromium(microphone === undefined ? [] : [...devices, '--use-fake-ui-for-media-stream'])
  const page = await (await browser.newContext(rest)).newPage()
  page.setDefaultTimeout(PATIENCE)
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const complaints: string[] = []
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`))
  page.on('pageerror', (error) => complaints.push(String(error)))
  // What browsers say about workers, a policy's violations among it, is in the log alone.
  const tools = await page.context().newCDPSession(page)
  tools.on('Log.entryAdded', ({ entry }) => complaints.push(`${entry.source} ${entry.level}: ${entry.text}`))
  await tools.send('Log.enable')
  page.on('request', (request) => {
    if (!/^(blob|data):/.test(request.url()) && !request.url().startsWith(address)) complaints.push(request.url())
  })
  if (before !== undefined) await page.addInitScript(before)
  await page.goto(address)
  await page.getByText('Ready.', { exact: true }).waitFor()
  const close = async (): Promise<void> => {
    await browser.close()
    rmSync(sound, { recursive: true })
    server.closeAllConnections()
    server.close()
  }
  return { page, complaints, close }
}

/** Some speech with pauses. */
export interface Speech {
  /** Where it comes from, for titles. */
  name: string
  samples: Float32Array
  sampleRate: number
  /** Number of sentences. */
  sentences: number
}

const names = ['03a01Nc', '03a01Wa', '03a05Tc']
const PAUSE_SECONDS = 1.2

/** Three sentences of EmoDB, or of a synthetic voice where it is missing. */
export function someSpeech(): Speech {
  const sampleRate = 16000
  const parts = hasEmodb
    ? names.map((name) => toMono(decodeWav(readFileSync(join(emodbFolder, 'wav', `${name}.wav`)))))
    : syntheticCorpus({ speakers: 1, sentences: 1, emotions: ['neutral', 'sadness', 'anger'] }).map((one) =>
        one.samples(),
      )
  const pause = PAUSE_SECONDS * sampleRate
  const samples = new Float32Array(parts.reduce((sum, { length }) => sum + length + pause, pause))
  let at = pause
  for (const part of parts) {
    samples.set(part, at)
    at += part.length + pause
  }
  return { name: hasEmodb ? 'EmoDB' : 'a synthetic voice', samples, sampleRate, sentences: parts.length }
}

/** The speech as a file of a rate. */
export function speechFile({ samples, sampleRate }: Speech, rate: number = sampleRate): Uint8Array {
  return encodeWav({ sampleRate: rate, channels: [resample(samples, sampleRate, rate)] })
}
