/** Checks of a built site: links and anchors lead somewhere, and no page asks another host for anything. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

function filesOf(folder, end) {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return found.filter((name) => name.endsWith(end)).map((name) => join(folder, name))
}

/** The pages of a site. */
export function htmlFiles(folder) {
  return filesOf(folder, '.html')
}

const entities = { '&amp;': '&', '&quot;': '"', '&#39;': "'", '&lt;': '<', '&gt;': '>' }
const plain = (text) => text.replace(/&(amp|quot|#39|lt|gt);/g, (entity) => entities[entity])

/** Values of attributes with the name, outside of scripts and code. */
function valuesOf(text, name) {
  return Array.from(text.matchAll(new RegExp(`<[a-z][^>]*?\\s${name}="([^"]*)"`, 'gi')), ([tag, value]) => ({
    tag,
    value: plain(value),
  }))
}

const isElsewhere = (address) => /^(?:[a-z][a-z+.-]*:|\/\/)/i.test(address)

/** Addresses from which a page would load something. */
function loadedBy(text) {
  const sources = valuesOf(text, 'src').map(({ value }) => value)
  const styles = valuesOf(text, 'href').flatMap(({ tag, value }) =>
    /^<(?:link|image|use)\b/i.test(tag) && !/rel="canonical"/.test(tag) ? [value] : [],
  )
  return [...sources, ...styles].filter((address) => isElsewhere(address) && !address.startsWith('data:'))
}

function problemsOf(folder, file, anchorsOf) {
  const text = readFileSync(file, 'utf8').replace(/<script[^>]*>[\s\S]*?<\/script>/g, (script) =>
    script.replace(/>[\s\S]*</, '><'),
  )
  const page = relative(folder, file)
  const problems = loadedBy(text).map((address) => `${page}: loads ${address}`)
  for (const { tag, value } of valuesOf(text, 'href')) {
    if (isElsewhere(value) || /^<(?:image|use)\b/i.test(tag)) continue
    const [path, anchor] = value.split('#')
    const target = path === '' ? file : join(dirname(file), decodeURIComponent(path.split('?')[0]))
    const found = existsSync(target) && statSync(target).isDirectory() ? join(target, 'index.html') : target
    if (!existsSync(found)) problems.push(`${page}: no ${value}`)
    else if (
      anchor &&
      found.endsWith('.html') &&
      !anchorsOf(found).has(decodeURIComponent(anchor)) &&
      !page.startsWith('demo/') &&
      !value.includes('hierarchy.html#')
    ) {
      problems.push(`${page}: no anchor ${value}`)
    }
  }
  return problems
}

/** Everything that is wrong with the site, a line each. TypeDoc's own links to its page of hierarchies, which has no types, are left out. */
export function checkSite(folder) {
  const known = new Map()
  const anchorsOf = (file) => {
    if (!known.has(file)) known.set(file, new Set(valuesOf(readFileSync(file, 'utf8'), 'id').map(({ value }) => value)))
    return known.get(file)
  }
  const sheets = filesOf(folder, '.css').flatMap((file) => {
    const loaded = readFileSync(file, 'utf8').matchAll(/(?:url\(|@import\s+)['"]?((?:https?:)?\/\/[^'")]*)/g)
    return Array.from(loaded, ([, address]) => `${relative(folder, file)}: loads ${address}`)
  })
  return [...new Set([...htmlFiles(folder).flatMap((file) => problemsOf(folder, file, anchorsOf)), ...sheets])]
}
