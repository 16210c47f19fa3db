/** Names of files with the features of one recording. */

/** Endings of such files. */
export const featureEnding: RegExp = /\.(npy|npz|csv|tsv)$/i

/** Whether a file in a folder of features is one of a recording's. */
export function isFeatureName(name: string): boolean {
  return featureEnding.test(name)
}
