/** Where the code that runs lies: files that ship beside it are found from there. */
import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { besideOwnFile, scriptsBeside } from '../threads/own-files.ts'

/** The first of the places, beside the file that runs, where there is a file or a folder; undefined where there is none. */
export function findOwnFile(...places: string[]): URL | undefined {
  return besideOwnFile(places, pathToFileURL).find((place) => existsSync(place))
}

/** A script beside the file that runs, with that file's extension or another one of JavaScript. */
export function findOwnScript(name: string): URL | undefined {
  return scriptsBeside(name, pathToFileURL).find((place) => existsSync(place))
}
