/** The style of the report: screens of any width, light and dark mode, and print. */
import { counterparts } from './colors.ts'

/** The colours of the page itself; charts have theirs in `colors.ts`. */
const day = `--ground: #fff; --text: #222; --quiet: #555; --line: #ddd; --faint: #e6e6e6; --strong-line: #bbb; --box: #f5f5f5;
  --hover: #f1f6fb; --link: #0b5394; --shadow: rgb(0 0 0 / .38);`
const night = `--ground: #15191e; --text: #e6e9ec; --quiet: #b3bac1; --line: #3a4149; --faint: #2d333a; --strong-line: #5b636c;
  --box: #20262d; --hover: #1f2d3c; --link: #7ab8f5; --shadow: rgb(190 215 240 / .42);`

/** Dark mode of drawings. They are coloured by attributes, because strict content policies forbid inline styles. */
const nightDrawings = counterparts
  .flatMap(([from, to]) => ['fill', 'stroke'].map((paint) => `svg [${paint}="${from}"] { ${paint}: ${to}; }`))
  .join('\n')

const screens = `
:root { color-scheme: light; ${day} }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 1000px; margin: 0 auto; padding: 24px 20px 48px; }
h1 { font-size: 1.8rem; line-height: 1.2; margin: 0 0 .5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 .75rem; padding-top: .75rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.5rem 0 .5rem; overflow-wrap: anywhere; }
p, li { max-width: 46rem; overflow-wrap: anywhere; }
.lead { font-size: 1.1rem; }
figcaption, .note { color: var(--quiet); font-size: .9rem; overflow-wrap: anywhere; }
figure { margin: 1rem 0; }
figure svg { display: block; max-width: 100%; height: auto; }
figcaption { margin-top: .4rem; max-width: 46rem; }
.narrow { display: none; }
.drawings { display: flex; flex-wrap: wrap; gap: 20px 12px; margin: 0 0 28px; }
.drawings figure { margin: 0; max-width: 100%; }
.utterance svg g.mark-rect path { shape-rendering: crispEdges; }
table { border-collapse: separate; border-spacing: 0; font-size: .86rem; font-variant-numeric: tabular-nums; margin: .5rem 0; }
th, td { padding: 4px 8px; text-align: right; border-bottom: 1px solid var(--faint); white-space: nowrap; }
th { font-weight: 600; color: var(--quiet); }
tbody th { font-weight: 500; color: var(--text); }
thead th { border-bottom: 2px solid var(--strong-line); vertical-align: bottom; max-width: 9rem; white-space: normal; }
td.word, th.word, td.name { text-align: left; }
tbody th, td.name { white-space: normal; overflow-wrap: anywhere; min-width: 9rem; max-width: 22rem; }
tbody tr:hover { background: var(--hover); }
tr.best td, tr.best th { font-weight: 700; }
pre { background: var(--box); padding: 12px; white-space: pre-wrap; overflow-wrap: anywhere; font-size: .85rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }
details { margin: .5rem 0; }
summary { cursor: pointer; color: var(--link); }
`

/**
 * Tables and charts wider than the page scroll by themselves. A shadow marks each side with hidden content: it is fixed
 * to the region, and a cover that moves with the content hides it at the ends.
 */
const scrolling = `
.scroll {
  overflow-x: auto;
  background: linear-gradient(to right, var(--ground) 30%, transparent) 0 0 / 48px 100% no-repeat local,
    linear-gradient(to left, var(--ground) 30%, transparent) 100% 0 / 48px 100% no-repeat local,
    linear-gradient(to right, var(--shadow), transparent) 0 0 / 18px 100% no-repeat scroll,
    linear-gradient(to left, var(--shadow), transparent) 100% 0 / 18px 100% no-repeat scroll;
}
.scroll:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.scroll svg > rect { fill: none; }
`

const phones = `
@media screen and (max-width: 640px) {
  main { padding: 16px 12px; }
  h1 { font-size: 1.5rem; }
  .wide { display: none; }
  .narrow { display: block; }
  .scroll svg { max-width: none; min-width: 640px; width: 640px; }
  th, td { padding: 4px 6px; }
  tbody th, td.name { min-width: 7.5rem; max-width: 9rem; }
  tr > :first-child { position: sticky; left: 0; background: var(--ground); }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .5rem; }
}
`

const nights = `
@media screen and (prefers-color-scheme: dark) {
:root { color-scheme: dark; ${night} }
${nightDrawings}
}
`

/** Print: collapsed details are opened, and headings stay with the following text. */
const paper = `
@media print {
  main { max-width: none; padding: 0; }
  body { font-size: 11pt; }
  h1, h2, h3, summary, .keep { break-after: avoid; break-inside: avoid; }
  figure, tr, pre, li, dd, p { break-inside: avoid; }
  dt { break-after: avoid; }
  thead { display: table-header-group; }
  .drawings { display: block; }
  .drawings figure { display: inline-block; margin: 0 12px 16px 0; }
  .scroll { overflow: visible; background: none; }
  table { font-size: 8pt; }
  th, td { padding: 2px 5px; }
  td { white-space: normal; }
  summary { list-style: none; color: var(--text); font-weight: 600; }
  details::details-content { content-visibility: visible; display: block; block-size: auto; overflow: visible; }
}
`

/** The style sheet. */
export const style: string = [screens, scrolling, phones, nights, paper].join('')
