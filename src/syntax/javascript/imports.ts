import type { Node } from 'web-tree-sitter';
import type { Captures } from '../extract/captures';
import { child, children, type SourceText } from '../extract/sourceText';
import type { ImportFact } from '../facts';

/** `import`, re-exports and `require`. */
export function javascriptImports(captures: Captures, source: SourceText): ImportFact[] {
  const imports: ImportFact[] = [];
  for (const { node, parts } of captures.of('import')) {
    if (parts.from !== undefined)
      imports.push({ from: unquoted(parts.from, source), names: importNames(node, source) });
  }
  for (const { parts } of captures.of('require')) {
    if (parts.from === undefined || parts.names === undefined) continue;
    const member = parts.member === undefined ? undefined : source.of(parts.member);
    imports.push({ from: unquoted(parts.from, source), names: requireNames(parts.names, member, source) });
  }
  return imports;
}

function unquoted(node: Node, source: SourceText): string {
  return source.of(node).slice(1, -1);
}

function importNames(node: Node, source: SourceText): Record<string, string> {
  const names: Record<string, string> = {};
  const todo = children(node);
  for (let part = todo.shift(); part !== undefined; part = todo.shift()) {
    switch (part.type) {
      case 'import_clause':
      case 'named_imports':
      case 'export_clause':
        todo.push(...children(part));
        break;
      case 'identifier':
        names[source.of(part)] = 'default';
        break;
      case 'namespace_import':
      case 'namespace_export':
        names[source.of(part).replace(/^\*\s*as\s*/, '')] = '*';
        break;
      case 'import_require_clause':
        names[source.of(part).replace(/\s*=[^]*$/, '')] = '*';
        break;
      case 'import_specifier':
      case 'export_specifier': {
        const name = child(part, 'name');
        const alias = child(part, 'alias') ?? name;
        if (name !== undefined && alias !== undefined) names[source.of(alias)] = source.of(name);
        break;
      }
      default:
        break;
    }
  }
  return names;
}

function requireNames(node: Node, member: string | undefined, source: SourceText): Record<string, string> {
  if (node.type === 'identifier') return { [source.of(node)]: member ?? '*' };
  const names: Record<string, string> = {};
  for (const part of children(node)) {
    const key = child(part, 'key');
    const value = child(part, 'value');
    if (key !== undefined && value !== undefined) names[source.of(value)] = source.of(key);
    else if (part.type === 'shorthand_property_identifier_pattern') names[source.of(part)] = source.of(part);
  }
  return names;
}
