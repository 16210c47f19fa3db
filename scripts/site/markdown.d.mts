export declare function withFormulas(text: string): string
export declare function titleOf(text: string): string
export declare function headed(facts: Record<string, unknown>, text: string): string
export declare function notebookText(notebook: { cells: readonly object[] }): string
