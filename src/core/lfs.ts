/** Pointers of Git LFS: small texts in place of files that have not been fetched. */

/** First characters of a pointer. */
export const lfsSignature = 'version https://git-lfs.github.com/spec/'

/** Error text for a pointer found in place of a file. */
export function lfsRemedy(what: string): string {
  return `a Git LFS pointer, not the ${what} itself: fetch it with "git lfs pull"`
}

/** Whether the bytes are those of a pointer. */
export function isLfsPointer(bytes: Uint8Array): boolean {
  return Array.from(lfsSignature).every((character, i) => bytes[i] === character.charCodeAt(0))
}
