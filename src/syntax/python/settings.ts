import type { Node } from 'web-tree-sitter';
import { plainPath } from '../extract/callSite';
import type { ScopeDraft } from '../extract/outline';
import { addSetting } from '../extract/settingName';
import { child, children, type SourceText } from '../extract/sourceText';
import { literalText, TextBuilder } from '../extract/textBuilder';
import type { TextFact } from '../facts';
import type { PythonFile } from './file';

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
export function addSubscript(node: Node, source: SourceText, text: TextBuilder): boolean {
  const keys: string[] = [];
  let holder: Node = node;
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

/** `orders_topic: str`, `topic: str = Field(...)`, `queue: Optional[str] = None`. */
const FIELD =
  /^[ \t]+([A-Za-z]\w*)[ \t]*:[ \t]*(?:str|Optional\[str\]|str[ \t]*\|[ \t]*None)[ \t]*(?:=[ \t]*([^\n]*))?$/gm;

/**
 * Fields of pydantic's settings that have no default in the code: the variable of the environment of that name, or the
 * one that the field names.
 */
export function settingsFields(file: PythonFile): void {
  for (const type of file.outline.types()) {
    if (!isSettings(type)) continue;
    const body = file.source.text.slice(type.nameSpan.endIndex, type.end);
    const at = type.nameSpan.endIndex;
    for (const match of body.matchAll(FIELD)) {
      const [, name = '', value] = match;
      if (file.constants.textOf(`${type.name}.${name}`, at) !== undefined) continue;
      const given = value === undefined ? undefined : namedVariable(value);
      if (value !== undefined && given === undefined && !/^(?:Field\(\s*(?:\.\.\.)?|None\b)/.test(value)) continue;
      const text = new TextBuilder();
      addSetting(text, 'variable', given ?? variableOf(name, body));
      const fact = text.finish();
      if (fact !== undefined) file.constants.add(name, fact, at + match.index);
    }
  }
}

/** The default of a field of settings as the variable that may be set in its place; anything else as it is. */
export function fieldValue(
  name: string,
  value: TextFact,
  written: string,
  type: ScopeDraft | undefined,
  source: SourceText,
): TextFact {
  if (type === undefined || !isSettings(type) || literalText(value) === undefined) return value;
  const text = new TextBuilder();
  addSetting(
    text,
    'variable',
    namedVariable(written) ?? variableOf(name, source.text.slice(type.start, type.end)),
    value,
  );
  return text.finish() ?? value;
}

function isSettings({ bases }: ScopeDraft): boolean {
  return bases.some((base) => /(?:^|\.)\w*Settings$/.test(base));
}

function variableOf(field: string, body: string): string {
  return `${/\benv_prefix\s*=\s*["'](\w+)["']/.exec(body)?.[1] ?? ''}${field}`.toUpperCase();
}

/** The variable that `Field(…, alias="X")`, `validation_alias="X"` or `env="X"` names. */
function namedVariable(written: string): string | undefined {
  return /\b(?:validation_alias|alias|env)\s*=\s*["'](\w+)["']/.exec(written)?.[1];
}

/** What a call of a reader of the environment yields. */
export function addVariableCall(
  args: readonly Node[],
  textOf: (node: Node) => TextFact | undefined,
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
