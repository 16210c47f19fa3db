/**
 * Recognition of a corpus by its file names. Corpora that can be loaded by name use their own grammars; the patterns of
 * others serve messages about a folder mistaken for another corpus. The patterns of EMOVO, AESDD, nEMO, ASED, TurEV,
 * URDU, EmoTale, ESD and SUBESCO are from published lists and recipes, those of BanglaSER and RESD from recordings.
 */
import { corpora } from './grammars.ts'
import { wavName } from './names.ts'

/** A corpus that file names resemble. */
export interface Likeness {
  title: string
  /** Its name for `loadCorpus`; undefined for a corpus that cannot be loaded by name. */
  kind?: string
}

/** All except `folder`, which matches any names. */
const { folder: _, ...loaded } = corpora

/** Rules of names; the first group, where there is one, is what tells the class. */
const others: Readonly<Record<string, RegExp>> = {
  BanglaSER: /^0[13]-01-(0[1-5])-0[12]-0[1-3]-0[1-3]-(?:0[1-9]|[12]\d|3[0-4])$/,
  EMOVO: /^(rab|dis|pau|gio|neu|tri|sor)-[fm][1-3]-[a-z]+\d*$/,
  AESDD: /^([adfhs])\d\d? ?\(\d+\)[a-z]?$/,
  nEMO: /^[A-Z]{2}\d_(anger|fear|happiness|neutral|sadness|surprised)_\d+$/,
  ASED: /^([nfhsa])\d-\d\d-\d\d-\d-\d\d$/i,
  TurEV: /^\d+_(kz|mt|hl|sk)_/,
  URDU: /^S[MF]\d+_F\d+_([AHNS])\d+$/,
  EmoTale: /^[A-Z]{2}_\d{3}_([ABHNS])_\d+$/,
  ESD: /^00(?:0[1-9]|1\d|20)_\d{6}$/,
  SUBESCO: /^[FM]_\d\d_[A-Z]+_S_\d+_(ANGRY|DISGUST|FEAR|HAPPY|NEUTRAL|SAD|SURPRISE)_\d+$/,
  RESD: /^\d\d_[a-z]+_[a-z]+_([ahnsdef])_\d+$/,
}

/** The corpus whose pattern matches most paths and more than half of them, or null. */
export function likenessOf(paths: readonly string[]): Likeness | null {
  const names = paths.map((path) => wavName(path)?.name ?? '')
  const candidates = [
    ...Object.entries(loaded).map(([kind, { title, parse }]) => ({
      likeness: { title, kind },
      count: paths.filter((path) => parse(path) !== null).length,
    })),
    ...Object.entries(others).map(([title, pattern]) => ({
      likeness: { title },
      count: names.filter((name) => pattern.test(name)).length,
    })),
  ]
  const best = candidates.reduce((most, one) => (one.count > most.count ? one : most))
  return 2 * best.count > paths.length ? best.likeness : null
}

/** The class that the name of a file tells by the rule of a corpus, or undefined. */
function classBy({ kind, title }: Likeness, path: string): string | undefined {
  if (kind !== undefined) return loaded[kind as keyof typeof loaded].parse(path)?.label
  return others[title].exec(wavName(path)?.name ?? '')?.[1]
}

/** How many of the pairs share the most frequent second with those of the same first, as a share of all. */
function agreement(pairs: readonly (readonly [string, string])[]): number {
  const counts = new Map<string, Map<string, number>>()
  for (const [key, value] of pairs) {
    const row = counts.get(key) ?? new Map<string, number>()
    counts.set(key, row.set(value, (row.get(value) ?? 0) + 1))
  }
  let most = 0
  for (const row of counts.values()) most += Math.max(...row.values())
  return most / pairs.length
}

/**
 * The corpus that files are named like where their folders are no classes of it, as with a folder for each speaker;
 * null where nothing tells so. A folder that holds several classes of the names, as `negative`, is one where these
 * stand in no other.
 *
 * @param labels - the folder of each path
 */
export function misfoldered(paths: readonly string[], labels: readonly string[]): Likeness | null {
  const likeness = likenessOf(paths)
  if (likeness === null || new Set(labels).size < 2) return null
  const pairs = paths.flatMap((path, i) => {
    const name = classBy(likeness, path)
    return name === undefined ? [] : [[labels[i], name] as const]
  })
  if (pairs.length === 0) return null
  const mixed = agreement(pairs) <= 0.5
  return mixed && agreement(pairs.map(([label, name]) => [name, label] as const)) <= 0.5 ? likeness : null
}
