import { lastPart } from '../extract/callSite';
import { addSetting, type SettingName } from '../extract/settingName';
import type { ExpressionValues } from '../extract/expressionValues';
import type { SourceFile } from '../extract/sourceFile';
import { child, children, type SourceText } from '../extract/sourceText';
import { TextBuilder } from '../extract/textBuilder';
import type { SyntaxNode } from '../syntaxNode';

/** Texts that show that a file reads settings. */
export const READS_SETTINGS = /\.env\b|[eE]nv\w*\(|(?:onfig\w*|onf)\s*\.\s*get\w*|[eE]nv\.get\(/;

const VARIABLE = /^(?:process|import\.meta|Bun|Deno|globalThis\.process)\.env\.(\w+)$/;

/** `process.env.TOPIC`, `process.env['TOPIC']`, `import.meta.env.TOPIC`. @returns whether it is one. */
export function addVariable(written: string, text: TextBuilder): boolean {
  if (written.length > 100) return false;
  const plain = written.replace(/[\s!?]/g, '').replace(/\[['"](\w+)['"]\]$/, '.$1');
  const name = VARIABLE.exec(plain)?.[1];
  if (name === undefined) return false;
  addSetting(text, 'variable', name);
  return true;
}

const READS_VARIABLE =
  /^(?:get|must|require|required|read|optional|load|fetch)_?(?:env|environment)(?:_?(?:var(?:iable)?|or\w*|string|str|value))?$|^env(?:Or\w*|Var|String)?$/i;

/** What a callee reads when it is given a key: Nest's `configService.get`, node-config's `config.get`, own helpers. */
export function settingReadBy(callee: string): SettingName['kind'] | undefined {
  const name = lastPart(callee);
  if (READS_VARIABLE.test(name)) return 'variable';
  if (!/^(get|getOrThrow|getString|require|required)$/.test(name)) return undefined;
  const holder = lastPart(callee.slice(0, Math.max(0, callee.length - name.length - 1)));
  if (/^(env|nconf)$/i.test(holder)) return 'variable';
  return /(config|conf|settings|env)(service|provider|manager)?$/i.test(holder) ? 'path' : undefined;
}

/** What is converted by a call that leaves a text as it is: `env.get('X').required().asString()`, `x.trim()`. */
export function conversionOf(callee: SyntaxNode, written: string): SyntaxNode | undefined {
  if (callee.type !== 'member_expression') return undefined;
  const isConversion = /\.(trim|toString|asString|required|default)$/.test(written.slice(-12));
  return isConversion && !written.endsWith('.default') ? child(callee, 'object') : undefined;
}

/** Members of objects that are filled from settings, and `const { TOPIC } = process.env`. */
export function readSettingMembers({
  captures,
  source,
  constants,
  values,
}: SourceFile & { readonly values: ExpressionValues }): void {
  for (const { node, parts } of captures.of('setting')) {
    if (parts.taken === undefined) continue;
    const name = source.of(parts.taken);
    const text = new TextBuilder();
    if (parts.from !== undefined) addSetting(text, 'member', `${source.of(parts.from)}.${name}`);
    else if (/^(process|import\.meta|Bun)\.env$/.test(source.of(child(node, 'value') ?? node))) {
      addSetting(text, 'variable', name);
    }
    const value = text.finish();
    if (value?.kind === 'reference') constants.add(name, value, node.startIndex);
  }
  for (const { node, parts } of captures.of('settingPair')) {
    const value = values.text(parts.value);
    const around = objectsAround(node, source);
    if (value === undefined || parts.name === undefined || around === undefined) continue;
    constants.add(keyOf(parts.name, source), value, 0, around);
  }
}

/**
 * The keys, the variable, or Nest's namespace (`registerAs('kafka', () => ({ … }))`) that an object's member is under;
 * undefined for an object that is given to a call.
 */
function objectsAround(pair: SyntaxNode, source: SourceText): string[] | undefined {
  const names: string[] = [];
  for (let at = pair.parent; at !== null; at = at.parent) {
    const name = child(at, at.type === 'pair' ? 'key' : 'name');
    if (at.type === 'pair' && name !== undefined) names.unshift(keyOf(name, source));
    else if (at.type === 'variable_declarator' && name !== undefined) return [source.of(name), ...names];
    else if (at.type === 'call_expression') {
      const callee = source.of(child(at, 'function') ?? at);
      const [first] = children(child(at, 'arguments') ?? at);
      if (callee === 'registerAs' && first?.type === 'string') return [keyOf(first, source), ...names];
      if (!/^(Object\.freeze|defineConfig|registerAs)$/.test(callee)) return undefined;
    }
  }
  return names;
}

function keyOf(key: SyntaxNode, source: SourceText): string {
  return source.of(key).replace(/^['"[]+|['"\]]+$/g, '');
}
