/** The speaker that the recogniser adapts to. */

import type { SpeakerStatisticsJson } from 'ser-core'
import { byId, download, element } from './dom.ts'
import type { SpeakerFacts } from './protocol.ts'

/** Turns from which adaptation is known to help, and from which it is good. */
const HELPFUL = 3
const GOOD = 10

function stateOf({ adapts, turns }: SpeakerFacts, on: boolean): string {
  if (!adapts) return 'This recogniser does not adapt to speakers.'
  if (!on) return 'Off: every voice is judged like those of the training.'
  if (turns === 0) return 'No turn heard yet. After a few, answers are relative to how this voice sounds otherwise.'
  const heard = turns === 1 ? '1 turn heard' : `${turns} turns heard`
  if (turns < HELPFUL) return `${heard}; three begin to help.`
  return turns < GOOD
    ? `${heard}: answers lean on them; ten are good.`
    : `${heard}: answers are relative to this voice.`
}

/** The panel: what it asks of the listening worker goes through the callbacks. */
export class SpeakerPanel {
  private readonly adapt = byId<HTMLInputElement>('adapt')
  private facts: SpeakerFacts = { adapts: false, turns: 0, warning: null, statistics: null }

  constructor(
    onAdapt: (on: boolean) => void,
    onForget: () => void,
    onGive: (statistics: SpeakerStatisticsJson) => void,
  ) {
    this.adapt.addEventListener('change', () => onAdapt(this.adapt.checked))
    byId('forget').addEventListener('click', onForget)
    const file = byId<HTMLInputElement>('given')
    file.addEventListener('change', () => void this.give(file, onGive))
    byId('keep').addEventListener('click', () => {
      download('speaker.json', 'application/json', `${JSON.stringify(this.facts.statistics)}\n`)
    })
  }

  private async give(file: HTMLInputElement, onGive: (statistics: SpeakerStatisticsJson) => void): Promise<void> {
    const text = await file.files?.[0]?.text()
    file.value = ''
    if (text === undefined) return
    try {
      onGive(JSON.parse(text))
    } catch {
      this.warn('This file holds no statistics of a speaker.')
    }
  }

  private warn(text: string | null): void {
    byId('speaker-warning').hidden = text === null
    byId('speaker-warning').textContent = text ?? ''
  }

  /** Shows what is known of the speaker. */
  show(facts: SpeakerFacts): void {
    this.facts = facts
    const { turns, warning } = facts
    this.adapt.disabled = !facts.adapts
    byId('speaker-state').textContent = stateOf(facts, this.adapt.checked)
    const dots = Array.from({ length: GOOD }, (_, i) => element('li', '', i < turns ? { class: 'heard' } : {}))
    byId('speaker-dots').replaceChildren(...dots)
    byId('speaker-dots').hidden = !facts.adapts || !this.adapt.checked
    this.warn(warning === null ? null : `Careful: ${warning}.`)
    byId<HTMLInputElement>('given').disabled = !facts.adapts
    for (const id of ['forget', 'keep']) byId<HTMLButtonElement>(id).disabled = turns === 0
  }
}
