/** The looks of the report: on screens of any width and on paper. */
export const style = `
:root { color-scheme: only light; }
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: #222; font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 1000px; margin: 0 auto; padding: 24px 20px 48px; }
h1 { font-size: 1.8rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 .75rem; padding-top: .75rem; border-top: 1px solid #ddd; }
h3 { font-size: 1.05rem; margin: 1.5rem 0 .5rem; }
p, li { max-width: 46rem; }
.lead { font-size: 1.1rem; }
.quiet, figcaption, .note { color: #555; font-size: .9rem; }
figure { margin: 1rem 0; overflow-x: auto; }
figure svg { display: block; max-width: 100%; height: auto; }
figcaption { margin-top: .4rem; max-width: 46rem; }
.matrices { display: flex; flex-wrap: wrap; gap: 20px 12px; margin: 0 0 28px; }
.matrices figure { margin: 0; }
.utterance svg g.mark-rect path { shape-rendering: crispEdges; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .86rem; font-variant-numeric: tabular-nums; margin: .5rem 0; }
th, td { padding: 4px 8px; text-align: right; border-bottom: 1px solid #e3e3e3; white-space: nowrap; }
th { font-weight: 600; color: #444; }
tbody th { font-weight: 500; color: #222; }
thead th { border-bottom: 2px solid #bbb; vertical-align: bottom; }
td.word, th.word { text-align: left; }
th.word { white-space: normal; }
tbody tr:hover { background: #f5f8fb; }
tr.best td, tr.best th { font-weight: 700; }
pre { background: #f5f5f5; padding: 12px; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; font-size: .85rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; }
dt { color: #555; }
dd { margin: 0; overflow-wrap: anywhere; }
details { margin: .5rem 0; }
summary { cursor: pointer; color: #0b5394; }
@media (max-width: 600px) {
  main { padding: 16px 12px; }
  .wide svg { min-width: 560px; }
}
@media print {
  main { max-width: none; padding: 0; }
  h2, h3 { break-after: avoid; }
  figure, tr { break-inside: avoid; }
  .scroll, figure { overflow: visible; }
  table { font-size: .75rem; }
}
`
