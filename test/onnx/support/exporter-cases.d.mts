export interface Numbers {
  shape: number[]
  data: number[]
}
export interface Case {
  by: string
  x: Numbers
  outputs: Record<string, Numbers>
  labels?: string[]
}
export const sets: readonly string[]
export function casesOf(set: string): Record<string, Case>
export function bytesOf(name: string): Uint8Array
export function filesOf(name: string): [Uint8Array, { externalData?: Record<string, Uint8Array> }]
export function rowsOf(x: Numbers): number[][]
export function outputsOf<M>(
  name: string,
  network: { forward(x: M): { data: ArrayLike<number> } },
  x: Numbers,
  matrix: (rows: number[][]) => M,
): number[]
export function wantedOf(name: string, one: Case): number[]
