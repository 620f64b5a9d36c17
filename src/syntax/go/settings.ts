import { lastPart } from '../extract/callSite';
import { addSetting } from '../extract/settingName';
import type { SourceFile } from '../extract/sourceFile';
import { literal, TextBuilder } from '../extract/textBuilder';
import type { TextFact } from '../facts';

const READS_VARIABLE = /^(os\.Getenv|os\.LookupEnv|syscall\.Getenv)$/;
const READS_VARIABLE_OR =
  /^(?:get|must|lookup|read|env)_?(?:env|envString|orDefault|or|string|str)(?:Or\w*|With\w*|Default|Str(?:ing)?)?$|^env(?:OrDefault|Or|String|Default)?$/i;
const READS_PATH = /^(viper|v|vp|k|ko|koanf|cfg|conf|config)\.(?:Get)?(?:Must)?String$/;

/** Whether a callee may be one that {@link addSettingCall} knows: asked before its arguments are read. */
export function readsSetting(callee: string): boolean {
  return READS_VARIABLE.test(callee) || READS_PATH.test(callee) || READS_VARIABLE_OR.test(lastPart(callee));
}

/**
 * What a call reads from the settings of the running program: `os.Getenv("X")`, `getEnv("X", "orders")` of the project,
 * viper's and koanf's `GetString("kafka.topic")`.
 * @returns whether the call is one of these.
 */
export function addSettingCall(callee: string, args: readonly (TextFact | undefined)[], text: TextBuilder): boolean {
  const [key, byDefault] = args;
  if (key?.kind !== 'literal') return false;
  if (READS_VARIABLE.test(callee)) addSetting(text, 'variable', key.text);
  else if (READS_PATH.test(callee) && args.length === 1) addSetting(text, 'path', key.text);
  else if (READS_VARIABLE_OR.test(lastPart(callee)) && args.length <= 2)
    addSetting(text, 'variable', key.text, byDefault);
  else return false;
  return true;
}

/**
 * Fields that are filled from settings, by their tags: `env:"X" envDefault:"orders"` (caarlos0/env), `envconfig:"X"
 * default:"orders"` (kelseyhightower/envconfig), `mapstructure:"topic" default:"orders"`. The members of a struct within
 * a struct have the field as a container too.
 */
export function taggedFields(file: SourceFile): void {
  const { text } = file.source;
  if (!/`[^`\n]*\b(?:env|envconfig|default|envDefault):"/.test(text)) return;
  const around: { readonly name: string; readonly indent: number }[] = [];
  for (const match of text.matchAll(ROW)) {
    const indent = match[1]!.length;
    while (around.length > 0 && around.at(-1)!.indent >= indent) around.pop();
    if (match[2] !== undefined) around.push({ name: match[3]!, indent });
    else if (match[4] !== undefined) {
      const value = taggedValue(match[5]!);
      const containers = around.map(({ name }) => name);
      if (value !== undefined) file.constants.add(match[4], value, 0, containers);
    }
  }
}

/** Where a struct begins (as a type or a field), or a text field with a tag. */
const ROW = /^(\t*)(?:((?:type\s+)?(\w+)\s+struct\s*\{)|([A-Z]\w*)\s+\*?(?:\[\])?string\s+`([^`\n]*)`)/gm;

function taggedValue(tag: string): TextFact | undefined {
  const value = (key: string): string | undefined => new RegExp(`\\b${key}:"([^"]*)"`).exec(tag)?.[1];
  const variable = (value('env') ?? value('envconfig'))?.replace(/,.*$/, '');
  const byDefault = value('envDefault') ?? value('default') ?? value('env-default') ?? value('env_default');
  if (variable !== undefined && variable !== '' && variable !== '-') {
    const text = new TextBuilder();
    addSetting(text, 'variable', variable, byDefault === undefined ? undefined : literal(byDefault));
    return text.finish();
  }
  return byDefault === undefined || byDefault === '' ? undefined : literal(byDefault);
}

/** Texts that show that a file reads settings. */
export const READS_SETTINGS = /\benv\w*\(|[eE]nv\w*\(|\.(?:Must)?(?:Get)?String\(/;
