/** Lists by key, keys in order of appearance. */
export function grouped<T, K>(items: readonly T[], keys: ArrayLike<K>): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const [i, item] of items.entries()) {
    const group = groups.get(keys[i])
    if (group === undefined) groups.set(keys[i], [item])
    else group.push(item)
  }
  return groups
}

/** The positions of each key, keys in order of appearance. */
export function positionsBy<K>(keys: ArrayLike<K>): Map<K, number[]> {
  return grouped(
    Array.from(keys, (_, i) => i),
    keys,
  )
}
