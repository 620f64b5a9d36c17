import { literal, TextBuilder } from '../extract/textBuilder';
import type { TextFact } from '../facts';

/**
 * Spring's `${orders.topic:orders}` → `orders`; `${orders.topic}` → a reference to the key, which the application's
 * configuration may tell; with text around it a template. `#{'${orders.topics}'.split(',')}` means what is inside.
 */
export function withoutPlaceholders(fact: TextFact | undefined): TextFact | undefined {
  if (fact?.kind !== 'literal' || !/[$#]\{/.test(fact.text)) return fact;
  const text = /^#\{\s*'(\$\{[^}]*\})'[^}]*\}$/.exec(fact.text)?.[1] ?? fact.text;
  if (text.startsWith('#{')) return undefined;
  const whole = /^\$\{([^:}]*)(?::([^}]*))?\}$/.exec(text);
  if (whole !== null) {
    return whole[2] === undefined ? { kind: 'reference', name: whole[1] ?? '' } : literal(whole[2]);
  }
  const builder = new TextBuilder();
  let at = 0;
  for (const match of text.matchAll(/\$\{([^:}]*)(?::([^}]*))?\}/g)) {
    builder.add(text.slice(at, match.index));
    if (match[2] === undefined) builder.hole(match[1]);
    else builder.add(match[2]);
    at = match.index + match[0].length;
  }
  builder.add(text.slice(at));
  return builder.finish();
}
