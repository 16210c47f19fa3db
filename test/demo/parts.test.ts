/** Parts of the demo page that need no page. */
import { describe, expect, it } from 'vitest'
import { clock } from '../../docs/demo/src/dom.ts'
import { Ring } from '../../docs/demo/src/history.ts'
import { forbidden } from '../../docs/demo/src/policy.ts'
import type { Answer } from '../../docs/demo/src/protocol.ts'
import { turnsCsv, turnsJson } from '../../docs/demo/src/turns.ts'

const turn: Answer = {
  ...{ kind: 'turn', start: 0.12345, end: 1.5, speech: true, label: 'say "joy", loud', sure: false },
  probabilities: { 'say "joy", loud': 0.75, anger: 0.25 },
}
const none: Answer = { ...turn, label: null, speech: false }

describe('forbidden', () => {
  it.each([
    [null, false, false],
    ["img-src 'self'", false, false],
    ["default-src 'self'", true, true],
    ["script-src 'self' 'wasm-unsafe-eval'; default-src 'none'", true, false],
    ["default-src 'none'; Script-Src 'self' 'Unsafe-Eval'", false, false],
    ["script-src 'self' 'wasm-unsafe-eval', script-src 'self'", true, true],
  ])('of %s', (policy, code, wasm) => expect(forbidden(policy)).toEqual({ code, wasm }))
})

describe('files of turns', () => {
  it('are CSV by RFC 4180', () => {
    expect(turnsCsv([turn, none], ['say "joy", loud', 'anger'])).toBe(
      'turn,start,end,speech,label,sure,"say ""joy"", loud",anger\r\n' +
        '1,0.123,1.5,true,"say ""joy"", loud",false,0.75,0.25\r\n2,0.123,1.5,false,,false,0.75,0.25\r\n',
    )
  })

  it('are JSON with source and recogniser', () => {
    const { source, turns } = JSON.parse(turnsJson([turn], { source: 'a.wav' }))
    expect([source, turns[0].start, turns[0].kind]).toEqual(['a.wav', 0.123, undefined])
  })
})

it('a ring keeps the latest rows under their indices', () => {
  const ring = new Ring(new Float32Array(6), 2)
  for (let i = 0; i < 5; i++) ring.push(Float32Array.of(i, -i))
  expect([ring.first, ring.end]).toEqual([2, 5])
  expect([2, 3, 4].map((row) => [ring.at(row, 0), ring.at(row, 1)])).toEqual([2, 3, 4].map((i) => [i, -i]))
})

it('times are minutes and tenths of seconds', () => {
  expect([0, 9.96, 59.97, 64.25].map(clock)).toEqual(['0:00.0', '0:10.0', '1:00.0', '1:04.3'])
})
