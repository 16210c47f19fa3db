/** The project that the suite and the programs run in: the package as npm installs it, recordings, and the suite in one file for each host. */
import { execFileSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

/** This folder. */
export const here = dirname(fileURLToPath(import.meta.url))

/** EmoDB's letters for the emotions of the synthetic voices. */
const letters = { joy: 'F', neutral: 'N', sadness: 'T', anger: 'W' }

/** Synthetic voices of two speakers under EmoDB's names. */
async function writeRecordings(project, installed) {
  const { encodeWav, syntheticCorpus } = await import(pathToFileURL(join(installed, 'dist/index.js')).href)
  const wav = join(project, 'emodb/wav')
  mkdirSync(wav, { recursive: true })
  const voices = syntheticCorpus({ speakers: 2, sentences: 1 })
  for (const { label, speaker, sampleRate, samples } of voices) {
    const name = `${speaker === voices[0].speaker ? '03' : '08'}a01${letters[label]}a.wav`
    writeFileSync(join(wav, name), encodeWav({ sampleRate, channels: [samples().slice(0, 32000)] }))
  }
  copyFileSync(join(wav, '03a01Fa.wav'), join(project, '03a01Fa.wav'))
}

/** The suite in one file. Where the library is none of the project's, it is taken from there into the file. */
async function bundle(project, entry, outfile, more) {
  await build({
    entryPoints: [join(here, entry)],
    outfile: join(project, outfile),
    ...{ bundle: true, format: 'esm', target: 'es2022', logLevel: 'error', ...more },
  })
}

/** Makes a folder in a project with ser-core, with what the runs need. */
export async function prepare(project, installed = join(project, '../node_modules/ser-core')) {
  mkdirSync(project)
  await writeRecordings(project, installed)
  await bundle(project, 'host.mjs', 'host.mjs', { platform: 'node', external: ['ser-core', 'ser-core/node'] })
  const alias = { 'ser-core': join(installed, 'dist/index.js') }
  const inside = { platform: 'browser', external: ['recognizer.safetensors'], alias }
  for (const entry of ['page', 'worklet', 'worklet-page', 'workerd']) {
    await bundle(project, `${entry}.mjs`, `web/${entry}.js`, inside)
  }
  for (const file of ['dist/worker.js', 'models/recognizer.safetensors'])
    copyFileSync(join(installed, file), join(project, 'web', file.split('/')[1]))
}

/** A folder of the project for the files of one host, with the programs and recordings. */
export function folderFor(project, name) {
  const folder = join(project, `on-${name.replace(/\W+/g, '-')}`)
  mkdirSync(folder)
  for (const file of ['03a01Fa.wav', 'emodb', 'host.mjs'])
    cpSync(join(project, file), join(folder, file), { recursive: true })
  cpSync(join(here, 'programs'), folder, { recursive: true })
  copyFileSync(join(here, '../platform/realm-cases.cjs'), join(folder, 'realm-cases.cjs'))
  return folder
}

/** The output of a command, with the version that it tells. */
export const versionOf = (command, args = ['--version']) =>
  /\d[\w.-]+/.exec(execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))?.[0] ?? '?'

export const read = (project, name) => readFileSync(join(project, 'web', name))
