/** Sizes of what a page downloads for one function: a bundle by esbuild, minified and gzipped. */
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { checkBuilt } from '../support/built.ts'
import { root } from '../support/run.ts'

/** Bytes of `import { NAME } from 'ser-core'`, used. */
async function downloaded(name: string): Promise<number> {
  checkBuilt()
  const { outputFiles } = await build({
    stdin: { contents: `import { ${name} } from 'ser-core'\nconsole.log(${name})`, resolveDir: root },
    ...{ bundle: true, minify: true, format: 'esm', platform: 'browser', write: false },
  })
  return gzipSync(outputFiles[0].contents).length
}

describe('a bundle of one function, minified and gzipped', () => {
  // 0.1.0's and today's in comments. decodeWav reads AIFF (1.3 kB of it), Wave64 (0.4) and ADPCM (1.4) since, which 0.1.0 did not;
  // 4.6 are left without them and without the names of what it refuses.
  it.each([
    ['wilsonInterval', 1_400], // 12,299, 1,378
    ['minimize', 7_200], // 17,014, 7,144: no ndarray
    ['decodeWav', 8_000], // 14,280, 7,981
    ['mfcc', 22_000], // 46,085, 21,981: ndarray 2.4 of it, fft.js 2.1, WebAssembly 2.2
  ])('has at most so many bytes: %s, %i', async (name, most) => {
    const bytes = await downloaded(name)
    expect(bytes).toBeGreaterThan(500)
    expect(bytes).toBeLessThan(most)
  })
})
