/** The folders and the name of a path, without `.wav` in any case; null for another kind of file. */
export function wavName(path: string): { folders: string[]; name: string } | null {
  const folders = path.split(/[\\/]/)
  const file = folders.pop() ?? ''
  return /.\.wav$/i.test(file) ? { folders, name: file.slice(0, -'.wav'.length) } : null
}
