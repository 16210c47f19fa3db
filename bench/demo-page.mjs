// The built demo page in Chromium, whose microphone plays synthetic voices: times to ready, to the first answer, and from a block's
// last sample to its answer. `npm run build && npm run demo && node bench/demo-page.mjs [seconds]`
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { encodeWav, resample, syntheticCorpus } from 'ser-core'
import { preview } from 'vite'
import { showHelp } from '../scripts/show-help.mjs'
import { findChromium } from '../test/support/chromium.mjs'

showHelp(import.meta.url)

const SECONDS = Number(process.argv[2] ?? 40)
const RATE = 48_000

/** Voices with a second between them, as a WAV file. */
function voices() {
  const samples = new Float32Array(SECONDS * RATE)
  let at = 0
  for (const voice of syntheticCorpus({ speakers: 6, sentences: 4 })) {
    const sound = resample(voice.samples(), voice.sampleRate, RATE)
    if (at + sound.length > samples.length) break
    samples.set(sound, at)
    at += sound.length + RATE
  }
  return encodeWav({ sampleRate: RATE, channels: [samples] })
}

/** The value below which a share of the values lies. */
function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
}

const folder = mkdtempSync(join(tmpdir(), 'ser-demo-bench-'))
const sound = join(folder, 'voices.wav')
writeFileSync(sound, voices())
const server = await preview({ root: fileURLToPath(new URL('../docs/demo', import.meta.url)), preview: { port: 0 } })
const quiet = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update']
const devices = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']
const args = [...quiet, ...devices, `--use-file-for-fake-audio-capture=${sound}%noloop`]
const browser = await chromium.launch({ executablePath: findChromium(), args })
try {
  const page = await browser.newPage()
  await page.goto(server.resolvedUrls.local[0])
  await page.getByText('Ready.', { exact: true }).waitFor()
  const ready = await page.evaluate(() => performance.getEntriesByName('ready')[0].startTime)
  await page.getByRole('button', { name: 'Listen', exact: true }).click()
  await page.waitForTimeout(1000 * SECONDS)
  const { first, delays } = await page.evaluate(() => {
    const answers = performance.getEntriesByName('answer')
    const started = performance.getEntriesByName('first block')[0].startTime
    return {
      first: answers[0].startTime + answers[0].duration - started,
      delays: answers.map(({ duration }) => duration),
    }
  })
  console.log(`${browser.version()}, Node ${process.versions.node}`)
  console.log(`ready ${ready.toFixed(0)} ms after the page was opened`)
  console.log(`first answer ${(first - 2000).toFixed(0)} ms after the first two seconds of sound`)
  const [median, most] = [0.5, 0.95].map((share) => quantile(delays, share).toFixed(1))
  console.log(
    `${delays.length} answers: median ${median} ms after the last sample of their block, 95 % within ${most} ms`,
  )
  console.log(`lost: ${await page.locator('#fact-lost').textContent()}`)
} finally {
  await browser.close()
  await server.close()
  rmSync(folder, { recursive: true })
}
