import { describe, expect, it } from 'vitest'
import { jsonDifferences } from '../../src/experiments/differences.ts'
import { fileNames } from '../../src/experiments/file-names.ts'
import { checkPlan, type ExperimentPlan } from '../../src/experiments/plan.ts'

const plan: ExperimentPlan = {
  format: 'ser-core/plan',
  version: 1,
  corpus: { kind: 'synthetic', synthetic: { speakers: 2 } },
  systems: [
    { name: 'lstm', system: 'lstm', options: {} },
    { name: 'small', system: 'lstm', options: { units: 4 } },
  ],
  seeds: [1, 'two'],
  protocols: ['strict'],
  combinations: [{ name: 'both', members: ['lstm', 'small'] }],
}

describe('checkPlan', () => {
  it('gives the plan, with the names of systems filled in', () => {
    expect(checkPlan(plan)).toEqual(plan)
    expect(checkPlan({ ...plan, systems: [{ system: 'lstm' }], combinations: [] }).systems).toEqual([
      { name: 'lstm', system: 'lstm', options: {} },
    ])
  })

  it.each<[object, RegExp]>([
    [{ version: 2 }, /plan: "version" expected 1, got 2/],
    [{ format: 'x' }, /plan: "format" expected one of "ser-core\/plan"/],
    [{ systems: [] }, /plan: "systems" expected at least 1 item/],
    [{ systems: [{ system: 'forest' }] }, /plan: "systems\[0\].system" expected one of "crbm-dnn"/],
    [{ systems: [{ system: 'lstm', options: { untis: 1 } }] }, /lstmSystem: unknown option "untis"/],
    [{ systems: [...plan.systems, plan.systems[0]] }, /"systems and combinations" names "lstm" twice/],
    [{ systems: [{ name: '', system: 'lstm' }] }, /"systems\[0\].name" expected a name, got ""/],
    [{ seeds: [1, '1'] }, /"seeds" names "1" twice/],
    [{ seeds: [Number.NaN] }, /"seed" expected a finite number or a string/],
    [{ protocols: ['loose'] }, /"protocols" expected one of "strict", "speaker"/],
    [
      { combinations: [{ name: 'x', members: ['blstm'] }] },
      /"combinations\[0\].members" expected one of "lstm", "small"/,
    ],
    [{ combinations: [{ name: 'x', members: ['lstm'], seeds: 'some' }] }, /"combinations\[0\].seeds" expected one of/],
    [{ combinations: [{ name: 'lstm', members: ['small'] }] }, /names "lstm" twice/],
    [{ colour: 'red' }, /plan: unknown option "colour"/],
  ])('refuses %j', (change, message) => {
    expect(() => checkPlan({ ...plan, ...change })).toThrow(message)
  })
})

describe('fileNames', () => {
  it('numbers names that are equal once they are cut, in their order', () => {
    const long = Array.from({ length: 3000 }, (_, i) => `${'x'.repeat(80)}${i}`)
    const names = fileNames(['x'.repeat(80).concat('~3'), ...long])
    expect(names.slice(0, 3)).toEqual(['x'.repeat(80), `${'x'.repeat(80)}~2`, `${'x'.repeat(80)}~3`])
    expect(new Set(names).size).toBe(3001)
    expect(fileNames(['a', 'A', 'a'])).toEqual(['a', 'A~2', 'a~3'])
  })

  it('keeps plain names and makes any others safe and different', () => {
    expect(fileNames(['03', 's01', 'crbm-dnn', 'v1.2'])).toEqual(['03', 's01', 'crbm-dnn', 'v1.2'])
    const odd = ['', '.', '..', '../../etc', 'a/b', 'a\\b', 'a%2fb', 'a:b', 'DC', 'dc', 'nul', 'Äpfel', '🙂', ' x ']
    const names = fileNames([...odd, 'x'.repeat(300), `${'x'.repeat(300)}y`, 'dc~2'])
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(odd.length + 3)
    for (const name of names) {
      expect(name).toMatch(/^[\w%~.-]{1,90}$/)
      expect(name).not.toMatch(/^\.|\.$/)
    }
    expect(names.slice(3, 5)).toEqual(['%2e%2e%2f..%2fetc', 'a%2fb'])
  })
})

describe('jsonDifferences', () => {
  it('takes names that every object has as those of fields', () => {
    const other = JSON.parse('{ "toString": 1, "__proto__": 2 }')
    expect(jsonDifferences({}, other)).toEqual(['toString: nothing there, 1 here', '__proto__: nothing there, 2 here'])
  })

  it('tells each place and both values', () => {
    expect(jsonDifferences(plan as never, structuredClone(plan) as never)).toEqual([])
    const other = { ...plan, seeds: [1], systems: [plan.systems[0], { ...plan.systems[1], options: { units: 5 } }] }
    expect(jsonDifferences(plan as never, other as never)).toEqual([
      'systems[1].options.units: 4 there, 5 here',
      'seeds[1]: "two" there, nothing here',
    ])
    expect(jsonDifferences({ a: [1] }, { a: { 0: 1 } })).toEqual(['a: [1] there, {"0":1} here'])
  })
})
