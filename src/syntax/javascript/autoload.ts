import type { CallSite } from '../extract/callSite';
import { child, children } from '../extract/sourceText';
import { literal } from '../extract/textBuilder';
import type { SyntaxNode } from '../syntaxNode';
import type { JavascriptFile } from './file';
import { unwrapped } from './values';

/** Whether a plugin is `@fastify/autoload`, which registers every file of a folder. */
export function isAutoload(plugin: SyntaxNode, file: JavascriptFile): boolean {
  const written = file.source.of(plugin);
  const from = /^require\(\s*['"`](.+?)['"`]\s*\)/.exec(written)?.[1] ?? file.imported.get(written)?.from;
  return from !== undefined && /^(@fastify\/autoload|fastify-autoload)$/.test(from);
}

/** `app.register(autoload, { dir: path.join(__dirname, 'routes'), options: { prefix: '/api' } })`. */
export function addAutoload(call: CallSite, options: SyntaxNode | undefined, file: JavascriptFile): void {
  const folder = folderOf(file.values.property(options, 'dir'), file);
  if (folder === undefined || file.values.property(options, 'dirNameRoutePrefix')?.type === 'false') return;
  const given = file.values.property(file.values.property(options, 'options'), 'prefix');
  const prefix = given === undefined ? literal('') : file.values.text(given);
  if (prefix === undefined) return;
  file.facts.mounts.push({ receiver: call.receiver, prefix, target: `*autoload:${folder}`, range: call.range });
}

/** The constant part of `path.join(__dirname, '..', 'routes')` or `` `${__dirname}/routes` ``, relative to the file. */
function folderOf(given: SyntaxNode | undefined, file: JavascriptFile): string | undefined {
  if (given === undefined) return undefined;
  const value = unwrapped(given);
  const list = value.type === 'call_expression' ? child(value, 'arguments') : undefined;
  const parts = list === undefined ? [value] : children(list);
  const known = parts.flatMap((part) => {
    const text = file.values.text(part);
    if (text?.kind === 'literal') return text.text;
    return text?.kind === 'template' ? text.parts.join('') : [];
  });
  return known.length === 0 ? undefined : known.join('/');
}
