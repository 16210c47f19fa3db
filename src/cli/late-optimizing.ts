/**
 * When V8 compiles functions for good. Of the processor time of `ser predict` of one recording a third went into that in Node 20, and was
 * hardly won back in a minute of sound (docs/decisions/package.md).
 */

/** The flag with which V8 of this version compiles later; null where none was tried: later versions have compilers between. */
export function lateOptimizingFlag(v8: string): string | null {
  return v8.startsWith('11.3.') ? '--interrupt-budget=540000' : null
}

/** Has this process compile functions for good later, for commands whose work is mostly short. */
export async function optimizeLate(): Promise<void> {
  const flag = lateOptimizingFlag(process.versions.v8 ?? '')
  if (flag === null) return
  const { setFlagsFromString } = await import('node:v8')
  setFlagsFromString(flag)
}
