/** An exported name with its kind. */
export interface Export {
  name: string
  kind: 'function' | 'class' | 'constant' | 'type'
}
/** Sources of the package's entries. */
export const entries: Record<'ser-core' | 'ser-core/node', string>
/** Path of the reviewed list. */
export const list: string
/** Names and kinds of an entry's exports. */
export function exportsOf(entry: string): Export[]
/** The list as it is now. */
export function exportsText(): string
/** What came and went between two lists, with what to do. */
export function changes(reviewed: string, now: string): string | undefined
