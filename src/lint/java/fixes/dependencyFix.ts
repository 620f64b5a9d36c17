import type { Fix } from '../../../model/finding';
import type { Dependency } from '../../project/processUnit';

/** Declares `group:artifact` before another dependency of the same manifest. */
export function dependencyFix(beside: Dependency | undefined, name: string): Fix[] {
  const { before } = beside ?? {};
  if (beside === undefined || before === undefined) return [];
  const [group, artifact] = name.split(':');
  const { file } = beside.at;
  const { indent, range } = before;
  const step = indent.includes('\t') ? '\t' : indent.length >= 8 ? '    ' : '  ';
  const text = file.endsWith('.xml')
    ? [
        '<dependency>',
        `${indent}${step}<groupId>${group}</groupId>`,
        `${indent}${step}<artifactId>${artifact}</artifactId>`,
        `${indent}</dependency>`,
      ].join('\n')
    : file.endsWith('.kts')
      ? `implementation("${name}")`
      : `implementation '${name}'`;
  return [{ title: `Add ${name}`, edits: [{ file, range, newText: `${text}\n${indent}` }] }];
}
