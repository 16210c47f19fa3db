/** Packages that bundles leave where they are: those that may be missing, and those that need files of their own. */

/**
 * Imports a package by a name that bundlers do not follow. A bundle is made whether the package is installed or not, and looks for
 * it from its own place when it runs; `import('vega')` in its words would end a bundler that does not find it, or bring
 * along what cannot be bundled.
 *
 * @throws the host's error where it is not found
 */
export async function importUnbundled<Module>(name: string): Promise<Module> {
  return await import(/* webpackIgnore: true */ /* @vite-ignore */ name)
}
