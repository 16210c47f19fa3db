export interface NotebookCell {
  kind: 'markdown' | 'code'
  text: string
}
export declare const names: string[]
export declare function notebookPath(name: string): URL
export declare function cellsOf(name: string): NotebookCell[]
export declare function notebookOf(name: string): object
