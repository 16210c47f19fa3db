/** The worker that trains; as in listening-worker.ts, the library comes after the policy. */
import { startWorker } from './policy.ts'

void startWorker(() => import('./training.ts'))
