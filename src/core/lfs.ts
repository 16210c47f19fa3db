/** Git LFS leaves a small text in a file's place until the file itself is fetched. */

/** What the text begins with. */
export const lfsSignature = 'version https://git-lfs.github.com/spec/'

/** Error text for a pointer in the place of something. */
export function lfsRemedy(what: string): string {
  return `a Git LFS pointer, not the ${what} itself: fetch it with "git lfs pull"`
}

/** Whether these are the bytes of a pointer. */
export function isLfsPointer(bytes: Uint8Array): boolean {
  return Array.from(lfsSignature).every((character, i) => bytes[i] === character.charCodeAt(0))
}
