import type { FileFacts } from '../../syntax/facts';

/** The names the facts of `file` import, by local name. */
export function importsOf(facts: FileFacts): Map<string, { from: string; imported: string }> {
  const names = new Map<string, { from: string; imported: string }>();
  for (const fact of facts.imports) {
    for (const [local, imported] of Object.entries(fact.names)) names.set(local, { from: fact.from, imported });
  }
  return names;
}
