import { lastPart } from '../extract/callSite';
import { children } from '../extract/sourceText';
import { literal } from '../extract/textBuilder';
import type { TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import type { CallIdiom, JavascriptFile } from './file';
import { unwrapped } from './values';

/** Nest's `'1'`, `['1', '2']`, `VERSION_NEUTRAL` (''): the versions that an expression names. */
export function versionsOf(given: SyntaxNode | undefined, file: JavascriptFile): TextFact[] {
  if (given === undefined) return [];
  const value = unwrapped(given);
  const items = value.type === 'array' ? children(value) : [value];
  return items.flatMap((item) => {
    if (lastPart(file.source.of(item)) === 'VERSION_NEUTRAL') return literal('');
    return file.values.text(item) ?? [];
  });
}

/** Of `${CONTEXT}v`, whose beginning is only known at run time, the end that stands in the version's segment. */
function ending(text: TextFact | undefined): TextFact | undefined {
  return text?.kind === 'template' ? literal(text.parts.at(-1)!.replace(/^.*\//s, '')) : text;
}

/**
 * Nest's `app.enableVersioning({ type: VersioningType.URI, prefix: 'v', defaultVersion: '1' })`; without options that is
 * the URI's versioning. Versions in headers leave the path alone.
 */
export const enableVersioning: CallIdiom = (call, file) => {
  const [options] = call.args;
  const type = file.values.property(options, 'type');
  if (type !== undefined && lastPart(file.source.of(type)) !== 'URI') return;
  const given = file.values.property(options, 'prefix');
  const prefix =
    given?.type === 'false' ? literal('') : given === undefined ? literal('v') : ending(file.values.text(given));
  const base = { receiver: call.receiver, range: call.range };
  if (prefix !== undefined) file.facts.mounts.push({ ...base, prefix, target: '*version' });
  for (const version of versionsOf(file.values.property(options, 'defaultVersion'), file)) {
    file.facts.mounts.push({ ...base, prefix: version, target: '*defaultVersion' });
  }
};
