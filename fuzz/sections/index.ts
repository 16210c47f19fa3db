/** The parts of a campaign in the order of its page. */
import { abortSection } from './aborts.ts'
import { fullSection, killSection } from './disturbed.ts'
import { growthSection } from './growth.ts'
import { inputSection } from './inputs.ts'
import { peerSection } from './peers.ts'
import type { Section } from './section.ts'
import { testSection } from './tests.ts'

export const sections: readonly Section[] = [
  ...[inputSection, growthSection, abortSection, killSection, fullSection, peerSection, testSection],
]
