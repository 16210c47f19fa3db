/** The worker that listens. The library is not imported here: it would look for what the policy forbids. */
import { startWorker } from './policy.ts'

void startWorker(() => import('./engine.ts'))
