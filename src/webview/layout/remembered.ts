/** The value of a key, made at its first use. Beyond `most` keys all are forgotten together: cheaper than to know the oldest. */
export function remembered<K, V>(cache: Map<K, V>, key: K, most: number, make: () => V): V {
  const known = cache.get(key);
  if (known !== undefined) return known;
  if (cache.size >= most) cache.clear();
  const made = make();
  cache.set(key, made);
  return made;
}
