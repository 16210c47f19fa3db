export declare function htmlFiles(folder: string): string[]
export declare function checkSite(folder: string): string[]
