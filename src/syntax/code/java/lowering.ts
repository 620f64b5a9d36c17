import type { Code, CodeImport } from '../code';
import type { Lowering, LoweringInput } from '../lowering';
import type { PlainNode } from '../plainTree';
import { codeOf, emptyFile } from '../loweredFile';
import type { JavaLowered } from './context';
import { lowerExpression } from './expressions';
import { lowerFunction } from './functions';
import { lowerStatements } from './statements';
import { lowerType } from './types';

/** What is only ever taken as text. */
const CLOSED = new Set([
  'package_declaration',
  'import_declaration',
  'string_literal',
  'type_parameters',
  'type_arguments',
  'scoped_type_identifier',
  'array_type',
  'catch_formal_parameter',
  'superclass',
  'throws',
]);

/** Reads Java. */
export const javaLowering: Lowering = { lower };

function lower(input: LoweringInput): Code {
  const tree = input.plain({ closed: CLOSED });
  const file: JavaLowered = {
    ...emptyFile(input.source.text),
    expression: (node, depth) => lowerExpression(file, node, depth),
    statements: (nodes, depth) => lowerStatements(file, nodes, depth),
    function: (node, placement, depth) => lowerFunction(file, node, placement, depth),
    type: (node, depth, anonymous) => lowerType(file, node, depth, anonymous),
  };
  file.functions[0]!.body = file.statements(tree.kids, 0);
  const namespace = tree.kids.find(({ type }) => type === 'package_declaration');
  return codeOf(file, input, {
    namespace: namespace ? (/package\s+([\w.\s]+)/.exec(file.textOf(namespace))?.[1] ?? '').replace(/\s+/g, '') : '',
    imports: tree.kids.filter(({ type }) => type === 'import_declaration').map((node) => importOf(file, node)),
  });
}

/** `import a.b.C`, `import static a.B.m`, `import a.b.*`. */
function importOf(file: JavaLowered, node: PlainNode): CodeImport {
  const written = /^import\s+(?:static\s+)?([^;]*)/.exec(file.textOf(node))?.[1] ?? '';
  const parts = written.replace(/\s+/g, '').split('.');
  const last = parts.pop() ?? '';
  const from = parts.join('.');
  const piece = { start: node.start, end: node.end };
  return last === '*' ? { from, names: {}, all: true, ...piece } : { from, names: { [last]: last }, ...piece };
}
