/** Parts of the page. */

/** The element of an id, which `index.html` has. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`the page has no #${id}`)
  return found as T
}

/** A new element with text and attributes. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  text: string = '',
  attributes: Record<string, string> = {},
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name)
  made.textContent = text
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  return made
}

/** Gives a file to the user. */
export function download(name: string, type: string, content: BlobPart): void {
  const address = URL.createObjectURL(new Blob([content], { type }))
  element('a', '', { href: address, download: name }).click()
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}

/** `0.784` as `78 %`. */
export function percent(share: number): string {
  return `${Math.round(100 * share)} %`
}

/** `64.25` as `1:04.3`. */
export function clock(seconds: number): string {
  const tenths = Math.round(10 * seconds)
  const minutes = Math.floor(tenths / 600)
  const rest = ((tenths % 600) / 10).toFixed(1)
  return `${minutes}:${rest.padStart(4, '0')}`
}
