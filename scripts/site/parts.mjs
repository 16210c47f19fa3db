/** The site's four parts, and the order of their pages. A page that no list names stands with its folder's. */
import { readdirSync } from 'node:fs'

const root = new URL('../../', import.meta.url)

const below = (folder, listed = []) =>
  readdirSync(new URL(folder, root))
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .map((name) => `${folder}/${name}`)
    .filter((path) => !listed.includes(path))
    .sort()

const guide = (...names) => names.map((name) => `docs/guide/${name}.md`)

const listed = {
  tutorial: guide('first-recognizer'),
  sound: guide('audio', 'features', 'voice', 'egemaps', 'speech-measures'),
  models: guide('networks', 'mlp', 'linear-kernel', 'energy-models', 'training', 'optimisation'),
  recognise: guide('choosing-a-system', 'recognizer', 'pipeline', 'adaptation', 'live'),
  measure: guide('corpora', 'experiments', 'dimensions', 'evaluation', 'reports'),
  exchange: guide('saving', 'onnx', 'command-line', 'bundlers'),
  coming: guide('from-0.1', 'from-librosa', 'from-opensmile', 'from-praat', 'from-pytorch-keras', 'from-scikit-learn'),
  facts: [
    'METHODS.md',
    ...guide('limits'),
    'models/README.md',
    'models/edition-1.md',
    'CHANGELOG.md',
    'docs/benchmarks.md',
  ],
  limits: guide('ethics-law-limits'),
}
const everywhere = Object.values(listed).flat()

/** Each part with an introduction and its groups of pages, from the project's folder. */
export const parts = [
  {
    ...{
      name: 'Tutorial',
      slug: 'tutorial',
      about: 'Learn by doing: a recogniser of your own, and notebooks to play with.',
    },
    groups: {
      'First steps': listed.tutorial,
      Notebooks: ['features-and-pitch', 'dreaming-mfcc', 'unheard-speakers'].map((name) => `docs/notebooks/${name}.md`),
    },
  },
  {
    ...{ name: 'How-to', slug: 'how-to', about: 'A worked example for each task; every program runs as it stands.' },
    groups: {
      Start: ['docs/guide/README.md'],
      Recognise: listed.recognise,
      'Sound and features': listed.sound,
      'Models and training': listed.models,
      'Corpora and experiments': [...listed.measure, ...below('docs/guide', everywhere)],
      'Files, programs, platforms': [...listed.exchange, 'docs/demo/README.md'],
      'Coming from elsewhere': listed.coming,
    },
  },
  {
    ...{
      name: 'Reference',
      slug: 'reference',
      about:
        'Facts to look up: methods and their measured errors, results with the command that made them. Functions and classes have pages of their own, under ser-core and ser-core/node in the list beside.',
    },
    groups: { Facts: listed.facts, 'Measured results': below('docs/results') },
  },
  {
    ...{
      name: 'Explanation',
      slug: 'explanation',
      about: 'Background: the mathematics of each model, the reasons behind the design, ethics and law.',
    },
    groups: {
      'Ethics and law': listed.limits,
      Mathematics: below('docs/math'),
      'How it is built': ['docs/architecture.md', 'CONTRIBUTING.md'],
      Decisions: below('docs/decisions'),
    },
  },
]

/** All pages of the site, from the project's folder; those of notebooks end in `.md` too. */
export const sitePages = parts.flatMap(({ groups }) => Object.values(groups).flat())
