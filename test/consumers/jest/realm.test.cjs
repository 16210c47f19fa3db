/**
 * @jest-environment jsdom
 *
 * jest runs tests in a context of its own, where `Float32Array` is neither that of Node, which files are read into, nor that of other
 * contexts. For a project that has ser-core, jest and jest-environment-jsdom; test/platform/realm-cases.cjs stands beside
 * this file.
 */
const { readFileSync } = require('node:fs')
const { runInNewContext, runInThisContext } = require('node:vm')
const lib = require('ser-core')
const { caseNames, runCase } = require('./realm-cases.cjs')

const files = { recognizer: readFileSync(require.resolve('ser-core/models/recognizer.safetensors')) }
const node = runInThisContext('globalThis')
const other = runInNewContext('globalThis')

test('realms differ', () => {
  expect(new Set([Float32Array, node.Float32Array, other.Float32Array]).size).toBe(3)
})

test.each(caseNames)('%s: same bits with arrays of any realm', async (name) => {
  const expected = await runCase(name, lib, globalThis, files)
  expect((await runCase(name, lib, node, files)) === expected).toBe(true)
  expect((await runCase(name, lib, other, files)) === expected).toBe(true)
})

test('a signal of jsdom ends a training', async () => {
  const stop = new AbortController()
  const net = new lib.Sequential([new lib.Dense({ inputs: 2, units: 2, activation: 'softmax' })])
  const optimizer = new lib.Adam({ learningRate: 0.1 })
  const fit = net.fit([[[1, 2]]], [0], { optimizer, epochs: 5, signal: stop.signal, onEpoch: () => stop.abort() })
  await expect(fit).rejects.toHaveProperty('name', 'AbortError')
})
