/**
 * A section of a Markdown text, its heading left out: what stands under the heading of this name, of any level, up to
 * the next heading of that level or above. Undefined if there is none.
 */
export function markdownSection(text: string, heading: string): string | undefined {
  const lines = text.split(/\r?\n/);
  const from = lines.findIndex((line) => /^#+\s/.test(line) && line.replace(/^#+\s+/, '').trim() === heading);
  if (from < 0) return undefined;
  const level = levelOf(lines[from]!);
  let isCode = false;
  const rest = lines.slice(from + 1);
  const end = rest.findIndex((line) => {
    if (line.startsWith('```')) isCode = !isCode;
    return !isCode && levelOf(line) > 0 && levelOf(line) <= level;
  });
  return (end < 0 ? rest : rest.slice(0, end)).join('\n').trim();
}

/** The `#` before a heading; 0 for other lines. */
function levelOf(line: string): number {
  return /^(#+)\s/.exec(line)?.[1]!.length ?? 0;
}
