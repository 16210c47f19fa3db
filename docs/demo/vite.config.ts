/** The page as static files in `docs/demo/dist`: relative addresses, for any folder of any host. */
import { fileURLToPath } from 'node:url'
import type { Plugin, UserConfig } from 'vite'

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

/** All that the page needs. `'wasm-unsafe-eval'` may be left out: the recogniser then computes without WebAssembly. */
export const contentSecurityPolicy: string = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self'",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

/** Puts the policy into the built page; the development server needs inline styles. */
const policy: Plugin = {
  name: 'policy',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: { 'http-equiv': 'Content-Security-Policy', content: contentSecurityPolicy },
      injectTo: 'head-prepend',
    },
  ],
}

/**
 * The library's threads stay outside: the page trains in a worker of its own, and Vite would bundle a script for them, which
 * has another name in the sources.
 */
const withoutThreads: Plugin = {
  name: 'without-threads',
  enforce: 'pre',
  load: (id) =>
    id.endsWith('/src/threads/host.ts')
      ? "export const scriptRemedy = ''; export function startThread() { throw new Error('threads are not in this page') }"
      : null,
}

const config: UserConfig = {
  root: path('.'),
  base: './',
  plugins: [policy],
  resolve: { alias: { 'ser-core': path('../../src/index.ts') } },
  worker: { format: 'es', plugins: () => [withoutThreads] },
  build: { target: 'es2022', modulePreload: { polyfill: false }, chunkSizeWarningLimit: 1000 },
  preview: { headers: { 'Content-Security-Policy': contentSecurityPolicy } },
}
export default config
