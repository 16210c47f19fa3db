/** The script of the package's workers, built to `dist/worker.js`. */
import { gradientTasks } from '../models/training/gradient-worker.ts'
import { serve } from '../threads/calls.ts'
import { ownPort } from '../threads/host.ts'

serve(ownPort(), gradientTasks())
