/** Annotation files of Praat, ELAN, Audacity and Label Studio on disk. */
import { dirname, join, resolve } from 'node:path'
import { describe, FormatError } from '../../core/errors.ts'
import { parseAudacity } from '../../corpora/foreign/audacity.ts'
import { elanMedia, elanOffset, elanTiers } from '../../corpora/foreign/elan.ts'
import { type ForeignEntry, type ForeignList, utterancesOf } from '../../corpora/foreign/entries.ts'
import { labelStudioPaths, parseLabelStudio } from '../../corpora/foreign/label-studio.ts'
import { parseTextGrid } from '../../corpora/foreign/textgrid.ts'
import { entriesOfTiers, type TierChoice } from '../../corpora/foreign/tiers.ts'
import { readWhole } from '../files.ts'
import { isFolder } from '../sound-folder.ts'
import { annotationFiles, type FoundCorpus, inFile, isWithin, readText, soundBeside } from './files.ts'
import { type ForeignOptions, listOf } from './options.ts'
import { parseXmlRoot } from './packages.ts'

/** Contents of one annotation file. */
interface Annotated {
  /** Names of sound files in it. */
  media: readonly string[]
  entries(sound: string): ForeignList
}

/** Reads all annotation files of a folder, each with the sound file of its name. */
async function loadAnnotations(
  path: string,
  { root }: ForeignOptions,
  { ending, what, read }: { ending: RegExp; what: string; read: (file: string) => Promise<Annotated> },
): Promise<FoundCorpus> {
  const { base, files, problems } = await annotationFiles(path, ending, what)
  const sounds = resolve(root ?? base)
  const all: ForeignList = { entries: [], problems: [...problems] }
  for (const file of files) {
    await inFile(file, async () => {
      const { media, entries } = await read(join(base, file))
      const found = await soundBeside(sounds, file, media)
      if ('reason' in found) return all.problems.push({ path: file, reason: found.reason })
      const list = entries(found.path)
      const told = list.entries.map((entry) => ({ ...entry, place: `${file}, ${entry.place}` }))
      all.entries.push(...told)
      return all.problems.push(...list.problems)
    })
  }
  return { ...utterancesOf(all), base: sounds }
}

function tierChoice({ labelFrom, speakerFrom }: ForeignOptions): TierChoice {
  return { labels: listOf(labelFrom), speaker: speakerFrom }
}

/** Reads TextGrids. */
export async function loadTextGrid(path: string, options: ForeignOptions): Promise<FoundCorpus> {
  const read = async (file: string): Promise<Annotated> => {
    const tiers = parseTextGrid(await readWhole(file))
    return { media: [], entries: (sound) => entriesOfTiers(sound, tiers, tierChoice(options)) }
  }
  return await loadAnnotations(path, options, { ending: /\.textgrid$/i, what: '.TextGrid file', read })
}

function refused(path: string, reason: string): ForeignList {
  return { entries: [], problems: [{ path, reason }] }
}

/** Reads annotation files of ELAN. */
export async function loadElan(path: string, options: ForeignOptions): Promise<FoundCorpus> {
  const read = async (file: string): Promise<Annotated> => {
    const root = await parseXmlRoot(await readText(file))
    const shifted = elanOffset(root)
    if (shifted !== undefined) return { media: elanMedia(root), entries: () => refused(file, shifted) }
    const tiers = elanTiers(root)
    return { media: elanMedia(root), entries: (sound) => entriesOfTiers(sound, tiers, tierChoice(options), false) }
  }
  return await loadAnnotations(path, options, { ending: /\.eaf$/i, what: '.eaf file', read })
}

/** Reads label tracks of Audacity; in a folder, text files without a sound of their name are problems, whatever is in them. */
export async function loadAudacity(path: string, options: ForeignOptions): Promise<FoundCorpus> {
  const read = async (file: string): Promise<Annotated> => {
    const text = await readText(file)
    return { media: [], entries: (sound) => parseAudacity(text, sound) }
  }
  return await loadAnnotations(path, options, { ending: /\.txt$/i, what: 'label track (.txt)', read })
}

/** A file of a task, or why there is none. */
type SoundOfTask = { path: string } | { reason: string }

/** The sound files by their addresses; one file is not that of several. */
function soundsOf(entries: readonly ForeignEntry[], base: string): Map<string, SoundOfTask> {
  const addresses = [...new Set(entries.map(({ file }) => file))]
  const places = addresses.map((address) => labelStudioPaths(address))
  const found = places.map((paths) => paths.find((path) => isWithin(base, path)))
  return new Map(
    addresses.map((address, i): [string, SoundOfTask] => {
      const path = found[i]
      if (path === undefined) {
        return [address, { reason: `no sound file of this name in the folder (${places[i].join(', ')})` }]
      }
      const others = addresses.filter((_, k) => found[k] === path && places[k][0] !== places[i][0])
      if (others.length === 0) return [address, { path }]
      return [address, { reason: `${describe(path)} would be the sound of ${others.map(describe).join(' and ')} too` }]
    }),
  )
}

/** Reads an export of Label Studio. */
export async function loadLabelStudio(file: string, options: ForeignOptions): Promise<FoundCorpus> {
  if (await isFolder(file)) throw new FormatError('it is a folder: name its JSON file')
  const { labelFrom, speakerFrom, root } = options
  const list = parseLabelStudio(await readText(file), { label: labelFrom as string | undefined, speaker: speakerFrom })
  const base = resolve(root ?? dirname(file))
  const missing = new Map<string, string>()
  const sounds = soundsOf(list.entries, base)
  const entries = list.entries.flatMap((entry) => {
    const found = sounds.get(entry.file) as SoundOfTask
    if (!('reason' in found)) return [{ ...entry, file: found.path }]
    missing.set(entry.file, `${entry.place}: ${found.reason}; "root" (--root) names another folder`)
    return []
  })
  const problems = [...list.problems, ...Array.from(missing, ([path, reason]) => ({ path, reason }))]
  return { ...utterancesOf({ entries, problems }), base }
}
