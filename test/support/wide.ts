/** Makes the kernel set `wide` known to tests: its lanes are paired where this Node can, its bits are the same where not. */
import { readFileSync } from 'node:fs'
import { kernelsInUse, registerWide, useKernels } from '../../src/kernels/index.ts'
import { compileModule } from '../../src/kernels/simd/module.ts'
import { useWideKernels } from '../../src/node/wide-kernels.ts'

const before = kernelsInUse()
const { inUse } = useWideKernels()
useKernels(before)
if (!inUse) {
  const module = compileModule(readFileSync(new URL('../../src/kernels/simd/wide.wasm', import.meta.url)))
  if (module === null) throw new Error('wide.wasm does not compile')
  registerWide(module)
}
