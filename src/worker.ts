/** The script of the package's workers, built to `dist/worker.js`. */

import { serve } from './threads/calls.ts'
import { ownPort } from './threads/host.ts'
import { gradientTasks } from './training/gradient-worker.ts'

serve(ownPort(), gradientTasks())
