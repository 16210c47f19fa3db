import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { encodeWav } from '../../src/audio/wav-encode.ts'
import { chromiumTitle, hasChromium } from '../support/browser.ts'
import { findChromium, resultOfPage } from '../support/chromium.mjs'
import { spoken, strung } from '../support/live.ts'
import { root, runNode } from '../support/run.ts'

const example = `${root}examples/live.mjs`
const turns =
  /^[01]\.\d to \d\.\d s {2}\w+ [01]\.\d\d(, not sure)?\n\d\.\d to \d\.\d s {2}\w+ [01]\.\d\d(, not sure)?\n2 turns\n$/

describe('examples/live.mjs', () => {
  it('tells the turns of two voices', async () => {
    const { code, stdout, stderr } = await runNode([example, '--synthetic'])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(turns)
  })

  it('listens to a pipe', async () => {
    const { sound } = strung(spoken(2), 1)
    const wav = encodeWav({ sampleRate: 16000, channels: [sound] })
    expect((await runNode([example], root, {}, wav)).stdout).toMatch(turns)
  })

  it.each([['deno', 'run', '-A'], ['bun']])('says the same in %s, where it is in PATH', (command, ...args) => {
    if (spawnSync(command, ['--version']).error !== undefined) return
    const { stdout } = spawnSync(command, [...args, example, '--synthetic'], { cwd: root, encoding: 'utf8' })
    expect(stdout).toMatch(turns)
  })
})

describe.skipIf(!hasChromium)(chromiumTitle('examples/live-browser.mjs'), () => {
  it('shows an answer for whoever speaks', async () => {
    // A microphone that plays a voice, in a context that needs no speaker.
    const page = `<button></button><output></output><script type="module">
      const tell = (body) => fetch('result', { method: 'POST', body: JSON.stringify(body) })
      navigator.mediaDevices.getUserMedia = async () => 'microphone'
      globalThis.AudioContext = class {
        sampleRate = 16000
        audioWorklet = { addModule: async (url) => { this.code = await (await fetch(url)).text() } }
        createMediaStreamSource = (stream) => ({ connect: (node) => node.play(stream) })
      }
      globalThis.AudioWorkletNode = class {
        port = {}
        play = async () => {
          const voice = new Float32Array(await (await fetch('voice.bin')).arrayBuffer())
          for (let at = 0; at < voice.length; at += 128) this.port.onmessage({ data: voice.slice(at, at + 128) })
        }
      }
      addEventListener('unhandledrejection', ({ reason }) => tell(String(reason)))
      new MutationObserver(() => {
        const text = document.querySelector('output').textContent
        if (text.includes('turn')) tell(text)
      }).observe(document.querySelector('output'), { childList: true })
      await import('./live.js')
      document.querySelector('button').click()
    </script>`
    const bundle = await build({
      ...{ entryPoints: [`${root}examples/live-browser.mjs`], bundle: true, format: 'esm', write: false },
    })
    const { sound } = strung(spoken(1), 1)
    const answer = await resultOfPage(findChromium() as string, {
      'index.html': page,
      'live.js': bundle.outputFiles[0].contents,
      'recognizer.safetensors': readFileSync(`${root}models/recognizer.safetensors`),
      'voice.bin': new Uint8Array(sound.buffer),
    })
    expect(answer).toMatch(/^\d\.\d s {2}(joy|neutral|sadness|anger) \(turn\)$/)
  })
})
