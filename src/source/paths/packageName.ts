/** The `name` of a package.json; undefined where it has none or is no JSON. */
export function packageName(text: string): string | undefined {
  try {
    const manifest = JSON.parse(text) as unknown;
    const name = typeof manifest === 'object' && manifest !== null && 'name' in manifest ? manifest.name : undefined;
    return typeof name === 'string' ? name : undefined;
  } catch {
    // Half-typed, or with comments: a package without a name.
    return undefined;
  }
}
