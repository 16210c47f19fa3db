export declare function missingForNotebooks(python: string): string | null
export declare function runNotebooks(notebooks: readonly object[], python: string): string[]
