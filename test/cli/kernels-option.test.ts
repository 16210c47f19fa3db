import { afterAll, expect, it } from 'vitest'
import { chooseKernels } from '../../src/cli/kernels-option.ts'
import { kernelsInUse, useKernels } from '../../src/kernels/index.ts'
import { useWideKernels } from '../../src/node/wide-kernels.ts'

const before = kernelsInUse()
afterAll(() => useKernels(before))

it('wide kernels are compiled for many recordings, and not for a few', () => {
  chooseKernels(undefined, 99)
  expect(kernelsInUse()).toBe('simd')
  chooseKernels(undefined, 100)
  const many = kernelsInUse()
  expect(many).toBe(useWideKernels().inUse ? 'wide' : 'simd')
  chooseKernels('js', 1)
  expect(kernelsInUse()).toBe('js')
})

it('wide kernels are used for one recording where they are asked for, or refused with the reason', () => {
  const { inUse, reason } = useWideKernels()
  useKernels('simd')
  if (inUse) chooseKernels('wide', 1)
  else expect(() => chooseKernels('wide', 1)).toThrow(`--kernels wide: ${reason}`)
  expect(kernelsInUse()).toBe(inUse ? 'wide' : 'simd')
})
