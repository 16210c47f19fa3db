/** Finds files that ship with the code, relative to the running file. */
import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { besideOwnFile, scriptsBeside } from '../threads/own-files.ts'

/** The first of the places, relative to the running file, that exists; undefined if none does. */
export function findOwnFile(...places: string[]): URL | undefined {
  return besideOwnFile(places, pathToFileURL).find((place) => existsSync(place))
}

/** A script next to the running file, with that file's extension or another one of JavaScript. */
export function findOwnScript(name: string): URL | undefined {
  return scriptsBeside(name, pathToFileURL).find((place) => existsSync(place))
}
