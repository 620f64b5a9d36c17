import type { Code, CodeImport } from '../code';
import { codeOf, emptyFile } from '../loweredFile';
import type { Lowering, LoweringInput } from '../lowering';
import { kidOf, type PlainNode } from '../plainTree';
import type { KotlinLowered } from './context';
import { lowerExpression } from './expressions';
import { lowerFunction } from './functions';
import { lowerStatements } from './statements';
import { lowerType } from './types';

/** What is only ever taken as text. */
const CLOSED = new Set([
  'package_header',
  'import',
  'type_parameters',
  'type_arguments',
  'type_constraints',
  'user_type',
  'nullable_type',
  'non_nullable_type',
  'function_type',
  'parenthesized_type',
]);

/**
 * Reads Kotlin in the terms of Java, whose libraries it calls: `T(…)` is `new T(…)`, and `factory.concurrency = 3` is
 * `factory.setConcurrency(3)`, as the language has it for Java's properties ("Calling Java from Kotlin").
 */
export const kotlinLowering: Lowering = { lower };

function lower(input: LoweringInput): Code {
  const tree = input.plain({ closed: CLOSED });
  const file: KotlinLowered = {
    ...emptyFile(input.source.text),
    expression: (node, depth) => lowerExpression(file, node, depth),
    statements: (nodes, depth) => lowerStatements(file, nodes, depth),
    function: (node, placement, depth) => lowerFunction(file, node, placement, depth),
    type: (node, depth, anonymous) => lowerType(file, node, depth, anonymous),
  };
  file.functions[0]!.body = file.statements(tree.kids, 0);
  const header = kidOf(tree, 'package_header');
  return codeOf(file, input, {
    namespace: header ? (/package\s+([\w.`]+)/.exec(file.textOf(header))?.[1] ?? '').replaceAll('`', '') : '',
    imports: tree.kids.filter(({ type }) => type === 'import').map((node) => importOf(file, node)),
  });
}

/** `import a.b.C`, `import a.b.C as D`, `import a.b.*`. */
function importOf(file: KotlinLowered, node: PlainNode): CodeImport {
  const [, path = '', alias] = /^import\s+([\w.*`]+)(?:\s+as\s+(\w+))?/.exec(file.textOf(node)) ?? [];
  const parts = path.replaceAll('`', '').split('.');
  const last = parts.pop() ?? '';
  const from = parts.join('.');
  const piece = { start: node.start, end: node.end };
  if (last === '*') return { from, names: {}, all: true, ...piece };
  return { from, names: { [alias ?? last]: last }, ...piece };
}
