import type { ExpressionValues } from './expressionValues';
import { settingOf } from './settingName';
import type { SourceFile } from './sourceFile';

/**
 * Adds variables and fields that are filled from settings: `const topic = process.env.TOPIC`, `this.topic =
 * config.get('topic')`. Fields are members of their type, wherever they are assigned.
 * @param mayBe a look at the text: asking every variable costs time, and most files read no settings.
 */
export function readSettingConstants(file: SourceFile & { readonly values: ExpressionValues }, mayBe: RegExp): void {
  const { captures, source, constants, values, outline } = file;
  if (!mayBe.test(source.text)) return;
  for (const { node, parts } of [...captures.of('made'), ...captures.of('setting')]) {
    if (parts.name === undefined || parts.value === undefined || !mayBe.test(source.of(parts.value))) continue;
    const value = values.text(parts.value);
    const names = value?.kind === 'reference' ? [value.name] : value?.kind === 'template' ? (value.holes ?? []) : [];
    if (value === undefined || !names.some((name) => settingOf(name) !== undefined)) continue;
    const written = source.of(parts.name);
    const name = /^(?:this\.|self\.|_?\w+\.)?(\w+)$/.exec(written)?.[1];
    if (name === undefined) continue;
    const type = outline.typeScopeAt(node.startIndex);
    const around = outline.draft(outline.functionAt(node.startIndex))?.name;
    // A constructor's assignment without `this` is one to a field, too.
    const isAssigned = written.includes('.') || (node.type === 'assignment_expression' && around === type?.name);
    if (type !== undefined && (isAssigned || around === undefined)) constants.add(name, value, type.start, [type.name]);
    else constants.add(name, value, node.startIndex);
  }
}
