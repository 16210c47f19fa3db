/**
 * A step of the build: the command line without white space. Only its process reads that file, so that nothing is left to take apart, as
 * bundlers do with the rest.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { transformSync } from 'esbuild'

const path = fileURLToPath(new URL('../dist/cli.js', import.meta.url))
const { code } = transformSync(readFileSync(path, 'utf8'), {
  ...{ format: 'esm', target: 'es2022', minifyWhitespace: true, minifySyntax: true, lineLimit: 160 },
})
writeFileSync(path, code)
