/** METHODS.md, measured anew. */
export function methodsPage(): Promise<string>
