import { plainPath } from '../extract/callSite';
import { addSetting } from '../extract/settingName';
import { child, children, type SourceText } from '../extract/sourceText';
import type { TextBuilder } from '../extract/textBuilder';
import { literalText } from '../extract/textBuilder';
import type { TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';

/** What reads a variable of the environment: `os.getenv`, `environ.get`, django-environ's `env.str`, decouple's `config`. */
const READS_VARIABLE =
  /^(?:os\.)?(?:getenv|environ\.get)$|^env(?:\.str)?$|^config$|^(?:get_env|env_or_default|getenv_or\w*)$/;

/** Whether a callee reads a variable of the environment. */
export function readsVariable(callee: string): boolean {
  return READS_VARIABLE.test(callee);
}

/** Objects that hold settings. */
const HOLDS_SETTINGS = /(?:^|[._])(?:config|conf|cfg|settings|options|env)\w*$/i;

/**
 * `os.environ["TOPIC"]` as the variable, `app.config["TOPIC"]` and `config["kafka"]["topic"]` as members of what holds
 * settings.
 * @returns whether it is one of these.
 */
export function addSubscript(node: SyntaxNode, source: SourceText, text: TextBuilder): boolean {
  const keys: string[] = [];
  let holder: SyntaxNode = node;
  while (holder.type === 'subscript') {
    const key = child(holder, 'subscript');
    const inner = child(holder, 'value');
    if (key?.type !== 'string' || inner === undefined) return false;
    keys.unshift(source.of(key).replace(/^\w*["']|["']$/g, ''));
    holder = inner;
  }
  const name = plainPath(source.of(holder));
  if (keys.length === 1 && /^(?:os\.)?environ$/.test(name)) addSetting(text, 'variable', keys[0]!);
  else if (HOLDS_SETTINGS.test(name) && /^[\w.]+$/.test(name)) text.hole([name, ...keys].join('.'));
  else return false;
  return true;
}

/** `get_settings().orders_topic` as a member of the function, which is looked up by the name of the member. */
export function withoutCalls(written: string): string {
  return written.replace(/^((?:\w+\.)*\w*(?:settings|config))\(\)(?=\.)/i, '$1');
}

/** What a call of a reader of the environment yields. */
export function addVariableCall(
  args: readonly SyntaxNode[],
  textOf: (node: SyntaxNode) => TextFact | undefined,
  text: TextBuilder,
): void {
  const [first, second] = args;
  const key = first === undefined ? undefined : literalText(textOf(first));
  const value = second?.type === 'keyword_argument' ? children(second).at(-1) : second;
  const byDefault = value === undefined ? undefined : textOf(value);
  if (key === undefined) text.hole();
  else if (byDefault !== undefined && byDefault.kind !== 'literal') text.addFact(byDefault);
  else addSetting(text, 'variable', key, byDefault);
}
