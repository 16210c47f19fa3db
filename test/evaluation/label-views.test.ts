import ndarray from 'ndarray'
import { describe, expect, it } from 'vitest'
import type { StridedArray } from '../../src/core/types.ts'
import { ConfusionMatrix } from '../../src/evaluation/confusion-matrix.ts'
import { accuracy, unweightedRecall } from '../../src/evaluation/metrics.ts'
import {
  checkSpeakerOverlap,
  groupKFold,
  holdOutGroups,
  leaveOneGroupOut,
  stratifiedKFold,
} from '../../src/evaluation/splits.ts'
import { LabelEncoder } from '../../src/networks/label-encoder.ts'

const truth = [0, 1, 1, 0, 1, 0]
const said = [0, 1, 0, 0, 0, 1]
const groups = [3, 3, 8, 8, 9, 9]

const forms: [string, (labels: number[]) => StridedArray][] = [
  ['an ndarray', (labels) => ndarray(Int32Array.from(labels))],
  ['every other element of one', (labels) => ndarray(labels.flatMap((label) => [label, 99])).step(2)],
  ['{ data, shape }', (data) => ({ data, shape: [data.length] })],
]

describe.each(forms)('labels in %s', (_, form) => {
  it('are scored', () => {
    expect(accuracy(form(truth), form(said))).toBe(0.5)
    expect(unweightedRecall(form(truth), said)).toBe((2 / 3 + 1 / 3) / 2)
    const classes = ['joy', 'anger']
    const counted = new ConfusionMatrix(classes).addAll(form(truth), form(said))
    expect(counted.toJSON()).toEqual(new ConfusionMatrix(classes).addAll(truth, said).toJSON())
  })

  it('are split', () => {
    expect(leaveOneGroupOut(form(groups))).toEqual(leaveOneGroupOut(groups))
    expect(groupKFold(form(groups), { folds: 2 })).toEqual(groupKFold(groups, { folds: 2 }))
    const onWarning = () => {}
    expect(stratifiedKFold(form(truth), { folds: 3, groups: form(groups), onWarning })).toEqual(
      stratifiedKFold(truth, { folds: 3 }),
    )
    const within = [0, 1, 2, 3]
    expect(holdOutGroups(form(groups), { count: 1, within: form(within) })).toEqual(
      holdOutGroups(groups, { count: 1, within }),
    )
    const split = { train: Int32Array.of(0, 2), test: Int32Array.of(1, 4) }
    expect(checkSpeakerOverlap(split, form(groups))).toEqual([3])
  })

  it('are names again', () => {
    const encoder = new LabelEncoder(['joy', 'anger'])
    expect(encoder.inverseTransform(form([1, 0]))).toEqual(['anger', 'joy'])
    expect(encoder.transform(form([1, 0]))).toEqual(Int32Array.of(1, 0))
  })
})

it('labels of two dimensions are refused by name', () => {
  const square = { data: [0, 1, 1, 0], shape: [2, 2] }
  expect(() => accuracy(square, square)).toThrow('accuracy: "truth" expected one dimension')
  expect(() => leaveOneGroupOut(square)).toThrow('leaveOneGroupOut: "groups" expected one dimension')
})
