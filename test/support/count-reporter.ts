import type { Reporter, TestModule } from 'vitest/node'

/** Ends a run with one plain line that any log reader can find: `Tests: N passed, N failed, N skipped`. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 }
    for (const module of modules) for (const test of module.children.allTests()) count[test.result().state]++
    const skipped = count.skipped + count.pending
    process.once('exit', () => console.log(`Tests: ${count.passed} passed, ${count.failed} failed, ${skipped} skipped`))
  }
}
