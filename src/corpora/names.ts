/** File name extensions of sound files searched for in folders; the format itself is detected by content. */
const soundEnding = /.\.(wave?|w64|aiff?|aifc|flac|mp3|og[ga]|opus|m4a|aac|webm|caf|wma|amr)$/i

/** Whether a file has the extension of a sound file; not of a video, whose sound often duplicates another file. */
export function isSoundName(file: string): boolean {
  return soundEnding.test(file)
}

/** The folders and the name of a path without its sound file extension (any case); null for other files. */
export function wavName(path: string): { folders: string[]; name: string } | null {
  const folders = path.split(/[\\/]/)
  const file = folders.pop() ?? ''
  return isSoundName(file) ? { folders, name: file.slice(0, file.lastIndexOf('.')) } : null
}
