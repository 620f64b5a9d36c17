/**
 * Reads JSON as `tsconfig.json` is written: with `//` and block comments, trailing commas and a byte-order mark.
 * @returns undefined for what is not even that.
 */
export function parseJsonWithComments(text: string): unknown {
  // Texts in quotes are kept as they are; only between them can a comment or a comma stand.
  const bare = text
    .replace(/^\uFEFF/, '')
    .replace(/"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[^]*?\*\//g, (part) => (part.startsWith('"') ? part : ' '))
    .replace(/"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])/g, (part) => (part.startsWith('"') ? part : ''));
  try {
    return JSON.parse(bare) as unknown;
  } catch {
    // Half-typed: the defaults hold until it can be read.
    return undefined;
  }
}
