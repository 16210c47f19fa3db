/** The options, completed from `defaults` wherever one is missing or undefined. */
export function withDefaults<T extends object, D extends object>(options: T, defaults: D): T & D {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  return { ...defaults, ...Object.fromEntries(given) } as T & D
}
