/** Pages of the repository as TypeDoc takes them: a heading of YAML, formulas as MathML, notebooks as text. */
import temml from 'temml'

const escaped = {
  '*': '&#42;',
  _: '&#95;',
  '|': '&#124;',
  '`': '&#96;',
  '\\': '&#92;',
  '[': '&#91;',
  ']': '&#93;',
  '~': '&#126;',
}

/**
 * The formula as MathML, which browsers show without fonts or scripts; in letters that Markdown leaves alone. A prime is a letter, as
 * browsers without a font for mathematics raise the operator too far.
 */
function mathOf(tex, displayMode) {
  const math = temml.renderToString(tex.trim().replaceAll("'", '{\\text{′}}'), {
    displayMode,
    throwOnError: true,
    strict: true,
  })
  const text = math.replace(
    />([^<]+)</g,
    (_, inner) => `>${inner.replace(/[*_|`\\[\]~]/g, (letter) => escaped[letter])}<`,
  )
  return text.replaceAll('\n', ' ')
}

/** Fences and code spans, in which a dollar is one. */
const code = /^( *)(```|~~~)[\s\S]*?^\1\2[^\n]*$|(`+)(?!`)[\s\S]*?[^`]\3(?!`)/gm

/** The text with its formulas replaced, `$...$` within lines and `$$...$$` on their own. */
export function withFormulas(text) {
  const kept = []
  const bare = text.replace(code, (part) => `\uE000${kept.push(part) - 1}\uE000`)
  const block = bare.replace(/\$\$([\s\S]+?)\$\$/g, (_, tex) => `<span class="formula">${mathOf(tex, true)}</span>`)
  const inline = block.replace(/(?<![\\\w$])\$(?=\S)([^$\n]*?\S)\$(?![\w$])/g, (_, tex) => mathOf(tex, false))
  return inline.replace(/\uE000(\d+)\uE000/g, (_, i) => kept[i])
}

/** The first heading, without marks. */
export function titleOf(text) {
  return (/^# (.+)$/m.exec(text)?.[1] ?? '').replace(/[`*]/g, '')
}

/** YAML at the head of a page. */
export function headed(facts, text) {
  const lines = Object.entries(facts).map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
  return `---\n${lines.join('\n')}\n---\n\n${text}`
}

function outputOf({ text, data }) {
  const html = data?.['text/html']?.join('')
  if (html !== undefined) return `<div class="output">${html.replace(/\n\s*/g, ' ')}</div>`
  return `\`\`\`text\n${(text ?? data['text/plain']).join('').trimEnd()}\n\`\`\``
}

/** A notebook with its outputs as Markdown. */
export function notebookText({ cells }) {
  return cells
    .map(({ cell_type, source, outputs = [] }) => {
      const text = source.join('')
      return cell_type === 'markdown' ? text : [`\`\`\`js\n${text}\n\`\`\``, ...outputs.map(outputOf)].join('\n\n')
    })
    .join('\n\n')
}
