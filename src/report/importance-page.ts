/** Importance of groups of measures as an HTML page. */
import { signedText } from '../core/text.ts'
import type { Importance, RateLoss } from '../pipelines/importance.ts'
import { percentage, plural } from './facts.ts'
import { row, table } from './html-tables.ts'
import { checkedImportance, importanceSpec } from './importance-chart.ts'
import { html, Markup } from './markup.ts'
import { pageOf } from './page.ts'
import { renderSvg } from './render.ts'

/** Facts that the page tells beside the numbers. */
export interface ImportanceFacts {
  corpus: { name: string; speakers: readonly string[] }
  system: string
  repeats: number
  seed: number | string
}

const cells = ({ mean, sd, low, high }: RateLoss): string[] => [
  signedText(mean),
  sd.toFixed(3),
  `${signedText(low)} to ${signedText(high)}`,
]

/**
 * The page: chart, table, and how it was made.
 *
 * @throws StateError where the optional packages `vega` and `vega-lite` are not installed
 */
export async function importancePage(importance: Importance & ImportanceFacts): Promise<string> {
  const { groups, recordings, accuracy, unweightedRecall, corpus, system, repeats, seed } = importance
  checkedImportance('importancePage', importance)
  const drawing = new Markup(await renderSvg(importanceSpec(importance), { idPrefix: 'importance-' }))
  const columns = ['group', 'recall lost', 'sd', '95 % interval', 'accuracy lost', 'sd', '95 % interval']
  const rows = groups.map((one) => row([one.group, ...cells(one.unweightedRecall), ...cells(one.accuracy)]))
  return pageOf(
    `Why: ${corpus.name}`,
    html`<h1>By what a recogniser decides: ${corpus.name}</h1>
<p>A recogniser of ${system} on ${plural(recordings, 'recording')} of ${plural(corpus.speakers.length, 'speaker')}: accuracy ${percentage(accuracy)},
unweighted recall ${percentage(unweightedRecall)}. Each group of measures in turn was exchanged among the recordings at random, ${plural(repeats, 'time')}
(seed ${seed}): what is lost then is what the group tells and no other does. Intervals are of a bootstrap over speakers.</p>
<figure>${drawing}</figure>
${table('Rates lost without each group', columns, rows)}`,
  )
}
