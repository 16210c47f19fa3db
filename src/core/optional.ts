/** Packages that bundlers leave out: optional ones, and those that load files of their own. */

/**
 * Imports a package by a specifier that bundlers do not follow; a bundle resolves it at run time, from its own
 * location. With a literal such as `import('vega')` a bundler would fail where the package is not installed, or include
 * files that cannot be bundled.
 *
 * @throws the host's error where the package is not found
 */
export async function importUnbundled<Module>(name: string): Promise<Module> {
  return await import(/* webpackIgnore: true */ /* @vite-ignore */ name)
}
