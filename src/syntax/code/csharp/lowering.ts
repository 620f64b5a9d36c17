import type { Code, CodeImport } from '../code';
import type { Lowering, LoweringInput } from '../lowering';
import { fieldOf, type PlainNode } from '../plainTree';
import { codeOf, emptyFile, type LoweredFile } from '../loweredFile';
import { lowerExpression } from './expressions';
import { lowerFunction } from './functions';
import { lowerStatements } from './statements';
import { lowerType } from './types';

/** What is only ever taken as text. */
const CLOSED = new Set([
  'using_directive',
  'string_literal',
  'verbatim_string_literal',
  'raw_string_literal',
  'character_literal',
  'type_parameter_list',
  'type_parameter_constraints_clause',
  'generic_name',
  'qualified_name',
  'nullable_type',
  'array_type',
  'modifier',
  'interpolation_format_clause',
]);
/** `using A = B.C;`, `global using static B.C;`. */
const USING = /^(?:global\s+)?using\s+(static\s+)?(?:unsafe\s+)?(?:@?([\p{L}_]\w*)\s*=\s*)?(?:global::)?([^;]+)/u;

/** Reads C#. */
export const csharpLowering: Lowering = { lower };

function lower(input: LoweringInput): Code {
  const tree = input.plain({ closed: CLOSED });
  const file: LoweredFile = {
    ...emptyFile(input.source.text),
    expression: (node, depth) => lowerExpression(file, node, depth),
    statements: (nodes, depth) => lowerStatements(file, nodes, depth),
    function: (node, placement, depth) => lowerFunction(file, node, placement, depth),
    type: (node, depth) => lowerType(file, node, depth),
  };
  file.functions[0]!.body = file.statements(tree.kids, 0);
  const namespace = tree.kids.find(({ type }) => type.endsWith('namespace_declaration'));
  const name = namespace && fieldOf(namespace, 'name');
  return codeOf(file, input, {
    namespace: name ? file.textOf(name).replace(/\s+/g, '') : '',
    imports: usings(tree).flatMap((node) => importOf(file, node) ?? []),
  });
}

/** The `using`s of the file and of its namespaces. */
function usings(tree: PlainNode): PlainNode[] {
  const found: PlainNode[] = [];
  const pending = [tree];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    for (const kid of at.kids) {
      if (kid.type === 'using_directive') found.push(kid);
      else if (/namespace_declaration$|^declaration_list$|^preproc_/.test(kid.type)) pending.push(kid);
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

function importOf(file: LoweredFile, node: PlainNode): CodeImport | undefined {
  const match = USING.exec(file.textOf(node));
  if (match === null) return undefined;
  const [, , alias, written] = match;
  const named = written!.replace(/\s+/g, '');
  const piece = { start: node.start, end: node.end };
  if (alias === undefined) return { from: named, names: {}, all: true, ...piece };
  const plain = named.replace(/<.*$/, '');
  const dot = plain.lastIndexOf('.');
  return { from: plain.slice(0, Math.max(0, dot)), names: { [alias]: plain.slice(dot + 1) }, ...piece };
}
