import { annotationsOf } from '../extract/annotations';
import type { ScopeDraft } from '../extract/outline';
import { givenTexts, type JvmFile } from './file';

/** `private String topic;`, a record's `String topic,`, Kotlin's `val topic: String`. */
const FIELD =
  /\b(?:String|List\s*<\s*String\s*>)\s+(\w+)\s*[;,)=]|\b(?:val|var)\s+(\w+)\s*:\s*(?:String|List\s*<\s*String\s*>)/g;

/** What a class is called after that holds settings. */
const HOLDS_SETTINGS = /Prop(?:s|erties)?$|Config(?:uration)?$|Settings$|Options$/;

/**
 * Classes that are filled from the application's configuration: a field of `@ConfigurationProperties("app.kafka")` (Quarkus'
 * `@ConfigMapping`) is a reference to its key, below the fields that hold nested classes.
 */
export function configurationProperties(file: JvmFile): void {
  if (!/@Config(?:urationProperties|Mapping)\b/.test(file.source.text)) return;
  const types = file.outline.types();
  for (const type of types) {
    const on = annotationsOf(type, file.annotations).find(({ name }) =>
      /^Config(?:urationProperties|Mapping)$/.test(name),
    );
    const [prefix] = on === undefined ? [] : givenTexts(file, on.site, 'prefix', 'value');
    if (prefix?.kind !== 'literal') continue;
    const prefixes = new Map([[type, prefix.text]]);
    const nested = types.filter(({ start, end }) => start > type.start && end <= type.end);
    for (const inner of nested) {
      const outer = types.findLast(({ start, end }) => start < inner.start && end >= inner.end);
      const above = outer && prefixes.get(outer);
      const field = outer && fieldOf(inner.name, ownText(outer, types, file));
      if (above !== undefined && field !== undefined) prefixes.set(inner, `${above}.${field}`);
    }
    for (const [one, path] of prefixes) addFields(one, path, ownText(one, types, file), file);
  }
}

/** The text of a type without the types inside it. */
function ownText(type: ScopeDraft, types: readonly ScopeDraft[], { source }: JvmFile): string {
  let text = source.text.slice(type.nameSpan.startIndex, type.end);
  for (const inner of types) {
    if (inner.start <= type.start || inner.end > type.end) continue;
    text = text.replace(source.text.slice(inner.start, inner.end), '');
  }
  return text;
}

/** The field that holds a nested class: `private Topics topics`, `val topics: Topics`, a mapping's `Topics topics()`. */
function fieldOf(type: string, text: string): string | undefined {
  const match = new RegExp(`\\b${type}\\s+(\\w+)\\s*(?:[;,)=]|\\(\\))|\\b(\\w+)\\s*:\\s*${type}\\b`).exec(text);
  return match?.[1] ?? match?.[2];
}

function addFields(type: ScopeDraft, prefix: string, text: string, file: JvmFile): void {
  const at = type.nameSpan.startIndex;
  const container = file.outline.containerAt(at);
  // A mapping is an interface whose methods are its keys.
  const getters = text.matchAll(/\bString\s+(\w+)\s*\(\s*\)\s*;/g);
  for (const [, java, kotlin] of [...text.matchAll(FIELD), ...getters]) {
    const name = java ?? kotlin!;
    if (file.constants.textOf(`${type.name}.${name}`, at) !== undefined) continue;
    file.constants.add(name, { kind: 'reference', name: `${prefix}.${name}` }, at, container);
  }
}

/**
 * What `props.getTopics().getOrders()`, `props.topics().orders()` and `props.topics.orders` mean, where the type of `props`
 * is known and called like one that holds settings: `OrderProperties.topics.orders`.
 */
export function settingsMember(written: string, typeOf: (variable: string) => string | undefined): string | undefined {
  const parts = written.replace(/\s+|^this\./g, '').split('.');
  const type = parts.length < 2 ? undefined : typeOf(parts[0]!);
  if (type === undefined || !HOLDS_SETTINGS.test(type)) return undefined;
  const members = parts.slice(1).map((part) => /^(?:get(?=[A-Z]))?(\w+)(?:\(\))?$/.exec(part)?.[1]);
  if (members.some((member) => member === undefined)) return undefined;
  return [type, ...members.map((member) => member!.charAt(0).toLowerCase() + member!.slice(1))].join('.');
}
