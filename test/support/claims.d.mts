/** Whether the value is the one in the text: numbers to the digits that it shows, all else exactly. */
export function agrees(value: unknown, text: string): boolean
