import type { Expression } from '../expression';
import type { Statement } from '../statement';
import { pieceOf } from '../drafts';
import { inFunction, type Lowered } from './context';
import { declaredFunction, declarationsOf, decoratorsOf } from './declarations';
import { fieldOf, kidOf, type PlainNode } from '../plainTree';

/** `import a, {b as c} from 'm'`, `import * as n from 'm'`, `import 'm'`, `import x = require('m')`. */
export function importStatement(file: Lowered, node: PlainNode): void {
  const equals = kidOf(node, 'import_require_clause');
  const source = fieldOf(equals ?? node, 'source');
  if (source === undefined) return;
  const names: Record<string, string> = {};
  const local = equals && kidOf(equals, 'identifier');
  if (local !== undefined) names[file.textOf(local)] = '*';
  const clause = kidOf(node, 'import_clause');
  for (const kid of clause?.kids ?? []) importNames(file, kid, names);
  const typeOnly = /^import\s+type\b(?!\s*(,|from\b))/.test(file.textOf(node)) ? { typeOnly: true as const } : {};
  const from = file.textOf(source).slice(1, -1);
  file.imports.push({ from, names, ...typeOnly, ...inFunction(file), ...pieceOf(node) });
}

function importNames(file: Lowered, node: PlainNode, names: Record<string, string>): void {
  switch (node.type) {
    case 'identifier':
      names[file.textOf(node)] = 'default';
      return;
    case 'namespace_import':
      if (node.kids[0]) names[file.textOf(node.kids[0])] = '*';
      return;
    case 'named_imports':
      for (const one of node.kids.filter((kid) => kid.type === 'import_specifier')) {
        const name = fieldOf(one, 'name');
        const alias = fieldOf(one, 'alias') ?? name;
        if (name && alias) names[file.textOf(alias)] = unquoted(file, name);
      }
      return;
    default:
  }
}

/** `export const a`, `export {a as b}`, `export default …`, `export … from 'm'`, `export = a`. */
export function exportStatement(file: Lowered, node: PlainNode, depth: number): readonly Statement[] {
  const source = fieldOf(node, 'source');
  if (source !== undefined) {
    reExport(file, node, unquoted(file, source));
    return [];
  }
  const declaration = fieldOf(node, 'declaration');
  const isDefault = /^(@[^]*?\s)?export\s+default\b/.test(
    file.textOf({ start: node.start, end: declaration?.start ?? node.end }),
  );
  if (declaration !== undefined) return exported(file, node, declaration, isDefault, depth);
  const clause = kidOf(node, 'export_clause');
  for (const one of clause?.kids ?? []) {
    const name = fieldOf(one, 'name');
    if (name) addExport(file, file.textOf(name), unquoted(file, fieldOf(one, 'alias') ?? name));
  }
  const value = fieldOf(node, 'value') ?? node.kids.find((kid) => kid !== clause && kid.type !== 'decorator');
  if (clause !== undefined || value === undefined) return [];
  return defaultValue(file, node, value, depth);
}

/** `export default f(…)` is a variable `default` with that value. */
function defaultValue(file: Lowered, node: PlainNode, value: PlainNode, depth: number): readonly Statement[] {
  const isFunction = value.type === 'arrow_function' || /^(generator_)?function/.test(value.type);
  if (value.type === 'class') {
    const name = fieldOf(value, 'name');
    addExport(file, name ? file.textOf(name) : 'default', 'default');
    file.class(value, decoratorsOf(file, node.kids, depth), depth);
    return [];
  }
  if (isFunction) {
    const id = declaredFunction(file, value, depth, { modifiers: ['exported'] });
    addExport(file, file.functions[id]!.name, 'default');
    return [{ kind: 'function', function: id, ...pieceOf(value) }];
  }
  const given = file.expression(value, depth);
  if (given.kind === 'name' && !file.exports.has(given.name)) {
    file.exports.set(given.name, 'default');
    return [];
  }
  file.exports.set('default', 'default');
  const target = { kind: 'name' as const, name: 'default', ...pieceOf(value) };
  return [{ kind: 'assign', targets: [target], values: [given], operator: '=', declares: true, ...pieceOf(node) }];
}

function exported(
  file: Lowered,
  node: PlainNode,
  declaration: PlainNode,
  isDefault: boolean,
  depth: number,
): readonly Statement[] {
  const name = fieldOf(declaration, 'name');
  if (/function_declaration$/.test(declaration.type)) {
    const id = declaredFunction(file, declaration, depth, { modifiers: ['exported'] });
    addExport(file, file.functions[id]!.name, isDefault ? 'default' : file.functions[id]!.name);
    return [{ kind: 'function', function: id, ...pieceOf(declaration) }];
  }
  if (/class_declaration$/.test(declaration.type)) {
    const written = name ? file.textOf(name) : 'default';
    addExport(file, written, isDefault ? 'default' : written);
    file.class(declaration, decoratorsOf(file, node.kids, depth), depth);
    return [];
  }
  const before = file.imports.length;
  const statements = declarationsOf(file, declaration, depth);
  for (const statement of statements) {
    if (statement.kind !== 'assign') continue;
    for (const target of statement.targets) for (const local of namesIn(target)) addExport(file, local, local);
  }
  for (const loaded of file.imports.slice(before)) {
    for (const local of Object.keys(loaded.names)) addExport(file, local, local);
  }
  return statements;
}

function namesIn(target: Expression): string[] {
  if (target.kind === 'name') return [target.name];
  if (target.kind === 'assignment') return namesIn(target.target);
  if (target.kind === 'object') return target.entries.flatMap(({ value }) => namesIn(value));
  if (target.kind === 'list') return target.items.flatMap(({ value }) => namesIn(value));
  return [];
}

/** `export {a as b} from 'm'` imports `b` and exports it; `export * from 'm'` imports everything. */
function reExport(file: Lowered, node: PlainNode, from: string): void {
  const names: Record<string, string> = {};
  const typeOnly = /^export\s+type\b/.test(file.textOf(node)) ? { typeOnly: true as const } : {};
  const namespace = kidOf(node, 'namespace_export');
  const clause = kidOf(node, 'export_clause');
  if (namespace?.kids[0]) names[file.textOf(namespace.kids[0])] = '*';
  for (const one of clause?.kids ?? []) {
    const name = fieldOf(one, 'name');
    const alias = fieldOf(one, 'alias') ?? name;
    if (name && alias) names[unquoted(file, alias)] = unquoted(file, name);
  }
  for (const local of Object.keys(names)) addExport(file, local, local);
  const all = namespace === undefined && clause === undefined ? { all: true as const } : {};
  file.imports.push({ from, names, ...all, ...typeOnly, ...pieceOf(node) });
}

/** The first name wins: something exported under two is found by the first of them. */
function addExport(file: Lowered, local: string, as: string): void {
  if (!file.exports.has(local)) file.exports.set(local, as);
}

function unquoted(file: Lowered, node: PlainNode): string {
  return file.textOf(node).replace(/^['"]|['"]$/g, '');
}
