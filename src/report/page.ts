/** A self-contained HTML page without scripts. */
import { html, Markup, type MarkupValue } from './markup.ts'
import { style } from './style.ts'

/** The page of a title and its content. */
export function pageOf(title: string, body: MarkupValue): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`.text
}
