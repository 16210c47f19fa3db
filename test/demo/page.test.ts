/** The demo page in Chromium: the answers of Node, under strict policies, from a microphone that plays recordings. */
import { readFileSync } from 'node:fs'
import type { Download, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { toMono } from '../../src/audio/mono.ts'
import { decodeWav } from '../../src/audio/wav-decode.ts'
import { useKernels } from '../../src/kernels/index.ts'
import { Recognizer } from '../../src/pipelines/recognizer.ts'
import { chromiumTitle, hasChromium } from '../support/browser.ts'
import { contrast } from '../support/contrast.ts'
import {
  buildDemo,
  type Demo,
  type OpenDemo,
  type OpenOptions,
  openDemo,
  policies,
  someSpeech,
  speechFile,
} from '../support/demo.ts'
import { flacBytes } from '../support/flac.ts'
import { root } from '../support/run.ts'

interface Turn {
  start: number
  end: number
  label: string | null
  sure: boolean
  probabilities: Record<string, number>
}

const speech = someSpeech()

/** The turns that Node hears in a file, as the page does: adapting. */
function turnsInNode(file: Uint8Array): Turn[] {
  const recognizer = Recognizer.from(readFileSync(`${root}models/recognizer.safetensors`))
  const audio = decodeWav(file)
  const stream = recognizer.stream({ sampleRate: audio.sampleRate, adapt: true })
  return [...stream.push(toMono(audio)), ...stream.flush()].filter(({ kind }) => kind === 'turn')
}

async function textOf(download: Download): Promise<string> {
  return readFileSync(await download.path(), 'utf8')
}

/** What a button saves. */
async function saved(page: Page, button: string): Promise<string> {
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: button }).click()
  return await textOf(await download)
}

async function turnsOf(page: Page): Promise<Turn[]> {
  return JSON.parse(await saved(page, 'Save JSON')).turns
}

async function hear(page: Page, file: Uint8Array): Promise<void> {
  await page
    .getByLabel('Open a recording')
    .setInputFiles({ name: 'speech.wav', mimeType: 'audio/wav', buffer: Buffer.from(file) })
  await page.getByText('Heard speech.wav.').waitFor()
}

describe.skipIf(!hasChromium)(chromiumTitle('the demo page'), () => {
  let demo: Demo
  let open: OpenDemo | undefined
  beforeAll(async () => {
    demo = await buildDemo()
  })
  afterAll(() => demo?.remove())
  afterEach(async () => {
    await open?.close()
    expect(open?.complaints).toEqual([])
    open = undefined
  })
  async function visit(options: OpenOptions = {}): Promise<Page> {
    open = await openDemo(demo.folder, options)
    return open.page
  }

  it(`gives the bits of Node for a recording (${speech.name})`, async () => {
    useKernels('simd')
    const file = speechFile(speech)
    const expected = turnsInNode(file)
    expect(expected).toHaveLength(speech.sentences)
    const page = await visit()
    await hear(page, file)
    const turns = await turnsOf(page)
    expect(turns.map(({ label, sure, probabilities }) => ({ label, sure, probabilities }))).toEqual(
      expected.map(({ label, sure, probabilities }) => ({ label, sure, probabilities })),
    )
    const times = expected.map(({ start, end }) => [expect.closeTo(start, 3), expect.closeTo(end, 3)])
    expect(turns.map(({ start, end }) => [start, end])).toEqual(times)
    expect(await page.getByText('3 turns heard').count()).toBe(1)
  })

  it.each(['typed arrays', 'defaults'] as const)('needs neither WebAssembly nor generated code: %s', async (name) => {
    const page = await visit({ policy: policies[name] })
    expect(await page.locator('#fact-model').textContent()).toContain('without WebAssembly')
    const file = speechFile(speech)
    await hear(page, file)
    const labels = (await turnsOf(page)).map(({ label }) => label)
    expect(labels).toEqual(turnsInNode(file).map(({ label }) => label))
  })

  // Again where the machine is so busy that Chromium loses sound, which it does before any page sees it.
  it('hears the microphone untouched and whole, and says what Node says of the recordings', { retry: 2 }, async () => {
    const microphone = speechFile(speech, 48000)
    const page = await visit({ microphone })
    await page.getByRole('button', { name: 'Listen', exact: true }).click()
    await page
      .locator('#turns-body tr')
      .nth(speech.sentences - 1)
      .waitFor()
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.getByText(/^Heard /).waitFor()
    expect(await page.locator('#fact-processing').textContent()).toMatch(/^none/)
    expect(await page.locator('#fact-lost').textContent()).toMatch(/^0 of \d\d+ blocks/)
    const heard = await turnsOf(page)
    const expected = turnsInNode(microphone)
    expect(heard.map(({ label }) => label)).toEqual(expected.map(({ label }) => label))
    // When the fake microphone begins to play is not known: the lengths are.
    const length = ({ start, end }: Turn): number => end - start
    expect(heard.map(length)).toEqual(expected.map((turn) => expect.closeTo(length(turn), 0)))
  })

  it('says why there is no microphone', async () => {
    const page = await visit()
    await page.getByRole('button', { name: 'Listen', exact: true }).click()
    await page.getByRole('alert').waitFor()
    expect(await page.getByRole('alert').textContent()).toMatch(/microphone/)
    expect(await page.getByRole('button', { name: 'Listen', exact: true }).isEnabled()).toBe(true)
  })

  it('says where the browser processes the sound all the same', async () => {
    const before = (): void => {
      const { getSettings } = MediaStreamTrack.prototype
      MediaStreamTrack.prototype.getSettings = function () {
        return { ...getSettings.call(this), autoGainControl: true }
      }
    }
    const page = await visit({ microphone: speechFile(speech, 48000), before })
    await page.getByRole('button', { name: 'Listen', exact: true }).click()
    await page.getByRole('button', { name: 'Stop' }).waitFor()
    expect(await page.getByRole('alert').textContent()).toMatch(/keeps automatic gain on/)
    await page.getByText('automatic gain could not be switched off').waitFor()
    expect(await page.locator('#fact-processing').textContent()).toMatch(/^automatic gain/)
  })

  it('trains, shows the test, and listens with what it trained', async () => {
    const page = await visit()
    await page.getByLabel('Speakers').fill('4')
    await page.getByLabel('Sentences').fill('1')
    await page.getByRole('button', { name: 'Train' }).click()
    await page.getByText(/of 8 utterances of two unheard speakers right/).waitFor()
    const counts = await page.locator('#confusion-body td').allTextContents()
    expect(counts.reduce((sum, count) => sum + Number(count), 0)).toBe(8)
    expect(await page.locator('#loss').getAttribute('aria-label')).toMatch(/from \d+\.\d\d to \d+\.\d\d in \d+ epochs/)
    await page.getByRole('button', { name: 'Listen with it' }).click()
    await page.getByText('This recogniser does not adapt').waitFor()
    await hear(page, speechFile(speech))
    expect(await turnsOf(page)).not.toEqual([])
    await page.getByRole('button', { name: 'Back to the included recogniser' }).click()
    await page.getByText(/^included, second edition/).waitFor()
  })

  it('forgets the speaker, and does without adaptation', async () => {
    const page = await visit()
    await page.getByRole('button', { name: 'Synthetic voice' }).click()
    await page.getByText('Heard a synthetic voice.').waitFor()
    const rows = await page.locator('#turns-body tr').count()
    expect(rows).toBeGreaterThan(1)
    await page.getByText(`${rows} turns heard`).waitFor()
    await page.getByRole('button', { name: 'Forget speaker' }).click()
    await page.getByText('No turn heard yet').waitFor()
    await page.getByLabel('Adapt to the speaker').click()
    await page.getByText('every voice is judged like those of the training').waitFor()
    expect(await page.getByRole('button', { name: 'Forget speaker' }).isDisabled()).toBe(true)
  })

  it('goes on with a speaker that was saved', async () => {
    const page = await visit()
    await hear(page, speechFile(speech))
    const statistics = await saved(page, 'Save statistics of the speaker')
    expect(JSON.parse(statistics).recordings).toBe(speech.sentences)
    await page.getByRole('button', { name: 'Forget speaker' }).click()
    await page.getByText('No turn heard yet').waitFor()
    const file = (text: string) => ({ name: 'a.json', mimeType: 'application/json', buffer: Buffer.from(text) })
    await page.getByLabel('Load statistics of a speaker').setInputFiles(file(statistics))
    await page.getByText('3 turns heard').waitFor()
    await page.getByLabel('Load statistics of a speaker').setInputFiles(file('no JSON'))
    await page.getByText('This file holds no statistics of a speaker.').waitFor()
    await page.getByLabel('Load statistics of a speaker').setInputFiles(file('{}'))
    await page.getByText('no statistics of this recogniser’s measures').waitFor()
  })

  it('leaves to the browser what the library does not decode', async () => {
    const page = await visit()
    const flac = flacBytes(speech.sampleRate, speech.samples)
    await hear(page, flac)
    const labels = (await turnsOf(page)).map(({ label }) => label)
    expect(labels).toEqual(turnsInNode(speechFile(speech)).map(({ label }) => label))
  })

  it('refuses what is no recording', async () => {
    const page = await visit()
    const buffer = Buffer.from('no sound at all')
    await page.getByLabel('Open a recording').setInputFiles({ name: 'note.txt', mimeType: 'text/plain', buffer })
    await page.getByText('note.txt is no recording that this browser can read.').waitFor()
  })

  it('fits 360 px, can be worked by the keyboard, and speaks to screen readers', async () => {
    const page = await visit({ viewport: { width: 360, height: 780 } })
    await hear(page, speechFile(speech))
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
    expect(await page.getByRole('status').first().textContent()).toMatch(/^Turn 3, \d+\.\d seconds: \w+/)
    const reached: string[] = []
    for (let i = 0; i < 25; i++) {
      await page.keyboard.press('Tab')
      reached.push(await page.evaluate(() => document.activeElement?.id || document.activeElement?.className || ''))
    }
    expect(reached).toEqual(
      expect.arrayContaining([
        'skip',
        'listen',
        'file',
        'example',
        'span',
        'save-csv',
        'scroll',
        'adapt',
        'forget',
        'system',
        'train',
      ]),
    )
    for (const id of ['waveform', 'mel', 'pitch', 'probabilities']) {
      expect(await page.locator(`#${id}`).getAttribute('aria-label')).not.toMatch(/nothing heard/)
    }
  })

  it.each(['light', 'dark'] as const)(
    'has texts that can be read in %s, and charts that are sharp',
    async (colorScheme) => {
      const page = await visit({ colorScheme, deviceScaleFactor: 2 })
      const colours = await page.evaluate(() => {
        const style = getComputedStyle(document.documentElement)
        const texts = ['ink', 'quiet', 'joy-text', 'neutral-text', 'sadness-text', 'anger-text']
        const of = (name: string): string => style.getPropertyValue(`--${name}`).trim()
        return { paper: of('card'), texts: texts.map(of), primary: [of('accent'), of('on-accent')] }
      })
      for (const text of colours.texts) expect(contrast(text, colours.paper)).toBeGreaterThan(4.5)
      expect(contrast(colours.primary[0], colours.primary[1])).toBeGreaterThan(4.5)
      const [drawn, shown] = await page
        .locator('#mel')
        .evaluate((canvas: HTMLCanvasElement) => [canvas.width, canvas.clientWidth])
      expect(drawn).toBe(2 * shown)
    },
  )

  it('saves turns as CSV', async () => {
    const page = await visit()
    await hear(page, speechFile(speech))
    const [head, ...rows] = (await saved(page, 'Save CSV')).trimEnd().split('\r\n')
    expect(head).toBe('turn,start,end,speech,label,sure,joy,neutral,sadness,anger')
    expect(rows).toHaveLength(speech.sentences)
    const turns = await turnsOf(page)
    expect(rows.map((row) => row.split(',')[4])).toEqual(turns.map(({ label }) => label ?? ''))
  })
})
