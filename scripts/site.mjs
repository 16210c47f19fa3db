// Builds the site of the documentation in site/: pages and reference by TypeDoc, formulas, notebooks, the demo. Then checks its links.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Application } from 'typedoc'
import { checkSite, htmlFiles } from './site/check.mjs'
import { headed, notebookText, titleOf, withFormulas } from './site/markdown.mjs'
import { parts, sitePages } from './site/parts.mjs'

const HELP = `usage: npm run site -- [--out FOLDER] [--no-demo]

Writes the documentation as a site of static files, for any folder of any host, and checks its links.

  --out FOLDER  default site
  --no-demo     leave the demo page out`

const root = fileURLToPath(new URL('..', import.meta.url))

/** Text of a page of the repository, or of a notebook. */
function textOf(path) {
  if (!path.startsWith('docs/notebooks/')) return readFileSync(join(root, path), 'utf8')
  return notebookText(JSON.parse(readFileSync(join(root, path.replace(/\.md$/, '.ipynb')), 'utf8')))
}

function write(stage, path, text) {
  mkdirSync(dirname(join(stage, path)), { recursive: true })
  writeFileSync(join(stage, path), text)
}

/** The front page: the README's first words, and the four parts. */
function frontPage() {
  const [, lead] = /^# .*\n\n([\s\S]*?)\n\n/.exec(textOf('README.md'))
  const cards = parts.map(
    ({ name, slug, about }) => `<div class="card">\n\n**[${name}](parts/${slug}.md)**\n\n${about}\n\n</div>`,
  )
  const [first] = parts[0].groups['First steps']
  const start = `[Your first recogniser in ten minutes](${first})`
  return `${lead}\n\n<div class="cards">\n\n${cards.join('\n\n')}\n\n</div>\n\nStart here: ${start}.\nHear it work: <a href="DEMO">the demo page</a>, in your browser; sound never leaves it.\n`
}

const slugOf = (name) => name.toLowerCase().replace(/[^a-z]+/g, '-')

const linksTo = (paths, up) => paths.map((path) => `- [${titleOf(textOf(path))}](${up}${path})`).join('\n')

/** The page of a group of pages within a part; a group of one page is that page. */
function writeGroup(stage, slug, group, pages) {
  for (const path of pages) {
    const text = textOf(path)
    write(stage, path, headed({ title: titleOf(text) }, withFormulas(text)))
  }
  if (pages.length === 1) return `../${pages[0]}`
  const facts = { title: group, children: pages.map((path) => `../../${path}`) }
  const name = `${slug}/${slugOf(group)}.md`
  write(stage, `parts/${name}`, headed(facts, `# ${group}\n\n${linksTo(pages, '../../')}\n`))
  return name
}

/** Writes all pages to a folder, where they stand as in the repository. */
function writePages(stage) {
  for (const { name, slug, about, groups } of parts) {
    const children = Object.entries(groups).map(([group, pages]) => writeGroup(stage, slug, group, pages))
    const lists = Object.entries(groups).map(([group, pages]) => `## ${group}\n\n${linksTo(pages, '../')}`)
    const text = `# ${name}\n\n${about}\n\n${lists.join('\n\n')}\n`
    write(stage, `parts/${slug}.md`, headed({ title: name, children }, text))
  }
  write(stage, 'front.md', frontPage())
  const linked = sitePages.flatMap((path) => {
    const targets = Array.from(textOf(path).matchAll(/\]\(([^)#:\s]+)/g), ([, target]) => join(dirname(path), target))
    return targets.filter((target) => !sitePages.includes(target) && existsSync(join(root, target)))
  })
  for (const path of new Set(linked.filter((one) => !existsSync(join(stage, one))))) {
    mkdirSync(dirname(join(stage, path)), { recursive: true })
    symlinkSync(join(root, path), join(stage, path))
  }
}

async function typedoc(stage, out) {
  const { out: _, readme: __, $schema, ...options } = JSON.parse(readFileSync(join(root, 'typedoc.json'), 'utf8'))
  const app = await Application.bootstrapWithPlugins({
    ...options,
    tsconfig: join(root, 'tsconfig.json'),
    entryPoints: options.entryPoints.map((path) => join(root, path)),
    name: 'ser-core',
    readme: join(stage, 'front.md'),
    projectDocuments: parts.map(({ slug }) => join(stage, `parts/${slug}.md`)),
    customCss: join(root, 'scripts/site/style.css'),
    navigation: {
      includeCategories: true,
      includeGroups: true,
      compactFolders: false,
      includeFolders: false,
      excludeReferences: true,
    },
    navigationLinks: { Demo: 'DEMO' },
    sort: ['source-order'],
    searchInDocuments: true,
    skipErrorChecking: true,
    hideGenerator: true,
    treatWarningsAsErrors: false,
    logLevel: 'Error',
  })
  const project = await app.convert()
  if (project === undefined) throw new Error('site: TypeDoc does not read the sources')
  const modules = { index: 'ser-core', 'node/index': 'ser-core/node', node: 'ser-core/node' }
  for (const child of project.children ?? []) child.name = modules[child.name] ?? child.name
  // Without groups of their own, parts and modules stand side by side in the navigation.
  project.groups = undefined
  await app.generateDocs(project, out)
  if (app.logger.hasErrors()) throw new Error('site: TypeDoc has errors')
}

/** The demo's address from each page. */
function linkDemo(out, hasDemo) {
  for (const file of htmlFiles(out)) {
    const text = readFileSync(file, 'utf8')
    const home = relative(dirname(file), out) || '.'
    writeFileSync(file, text.replaceAll('href="DEMO"', `href="${home}/${hasDemo ? 'demo/index.html' : 'index.html'}"`))
  }
}

function buildDemo(out) {
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  const args = [
    vite,
    'build',
    join(root, 'docs/demo'),
    '--outDir',
    join(out, 'demo'),
    '--emptyOutDir',
    '--logLevel',
    'error',
  ]
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit', cwd: root })
  if (status !== 0) throw new Error('site: the demo is not built')
}

async function main({ out: name, 'no-demo': withoutDemo }) {
  const out = resolve(root, name)
  const stage = mkdtempSync(join(tmpdir(), 'ser-site-'))
  try {
    writePages(stage)
    await typedoc(stage, out)
    if (!withoutDemo) buildDemo(out)
    linkDemo(out, !withoutDemo)
    cpSync(join(root, 'docs/demo/public/icon.svg'), join(out, 'assets/icon.svg'))
  } finally {
    rmSync(stage, { recursive: true, force: true })
  }
  const problems = checkSite(out)
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) process.exitCode = 1
  console.log(`${name}: ${htmlFiles(out).length} pages, ${problems.length} problems`)
}

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'site' },
    'no-demo': { type: 'boolean', default: false },
    help: { type: 'boolean' },
  },
})
if (values.help) console.log(HELP)
else await main(values)
