import type { ScopeDraft } from '../extract/outline';
import { addSetting } from '../extract/settingName';
import type { SourceText } from '../extract/sourceText';
import { literalText, TextBuilder } from '../extract/textBuilder';
import type { TextFact } from '../facts';
import type { PythonFile } from './file';

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
