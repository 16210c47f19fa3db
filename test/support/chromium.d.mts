import type { IncomingMessage, ServerResponse } from 'node:http'

/** The path of a Chromium: where SER_CHROMIUM says, or in PATH; undefined where there is none. */
export function findChromium(): string | undefined

/** Handler of requests for `/result`, and the text that was posted there. */
export function resultHandler(): {
  posted: Promise<string>
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>
}

/** Opens a page and gives the JSON that it posts. */
export function visit(chromium: string, url: string, posted: Promise<string>): Promise<unknown>

/**
 * Opens `index.html` of the files, from a server of this process, and gives the JSON that the page posts to `/result`.
 *
 * @param files - by path, such as `index.html`
 */
export function resultOfPage(chromium: string, files: Record<string, string | Uint8Array>): Promise<unknown>
