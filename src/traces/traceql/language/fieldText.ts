import type { Field } from './ast';

/** A field as TraceQL writes it: also the name of a series' label. */
export function fieldText(field: Field): string {
  if (field.node === 'intrinsic') return field.name;
  return `${field.scope === 'any' ? '' : field.scope}.${attributeText(field.name)}`;
}

/** An attribute's name, in quotes where it must be. */
export function attributeText(name: string): string {
  return name !== '' && /^[^\s{}()=~!<>&|^,"]+$/u.test(name) ? name : `"${name.replace(/["\\]/g, '\\$&')}"`;
}

/** A text in quotes. */
export function stringText(value: string): string {
  return value.includes('`') || value.includes('\r')
    ? `"${escaped(value)}"`
    : /["\\\n]/.test(value)
      ? `\`${value}\``
      : `"${value}"`;
}

function escaped(value: string): string {
  return value.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}
