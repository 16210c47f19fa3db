/** Endings of the files that corpora and commands look for in folders; what a file is, its content tells. */
const soundEnding = /.\.(wave?|w64|aiff?|aifc|flac|mp3|og[ga]|opus|m4a|aac|webm|caf|wma|amr)$/i

/** Whether a file is named as sound files are. Videos are none: their sound is often a copy of another file's. */
export function isSoundName(file: string): boolean {
  return soundEnding.test(file)
}

/** The folders and the name of a path, without the ending of a sound file in any case; null for another kind of file. */
export function wavName(path: string): { folders: string[]; name: string } | null {
  const folders = path.split(/[\\/]/)
  const file = folders.pop() ?? ''
  return isSoundName(file) ? { folders, name: file.slice(0, file.lastIndexOf('.')) } : null
}
