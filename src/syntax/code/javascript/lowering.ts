import type { Code } from '../code';
import type { Lowering, LoweringInput } from '../lowering';
import { lowerClass } from './classes';
import { topDraft } from '../drafts';
import type { Lowered } from './context';
import { lowerExpression } from './expressions';
import { lowerFunction } from './functions';
import { lowerPattern } from './patterns';
import { lowerStatements } from './statements';

/** What is only ever taken as text. */
const CLOSED = new Set([
  'type_annotation',
  'type_arguments',
  'type_parameters',
  'type_predicate_annotation',
  'asserts_annotation',
  'function_signature',
  'regex',
  'comment',
]);

/** Reads TypeScript, TSX and JavaScript. */
export const javascriptLowering: Lowering = { lower };

function lower({ language, root, source, plain }: LoweringInput): Code {
  const tree = plain({ closed: CLOSED });
  const top = topDraft(source.text.length);
  const file: Lowered = {
    source,
    functions: [top],
    types: [],
    imports: [],
    exports: new Map(),
    current: 0,
    expression: (node, depth) => lowerExpression(file, node, depth),
    statements: (nodes, depth) => lowerStatements(file, nodes, depth),
    pattern: (node, depth) => lowerPattern(file, node, depth),
    function: (node, placement, depth) => lowerFunction(file, node, placement, depth),
    class: (node, annotations, depth) => lowerClass(file, node, annotations, depth),
    textOf: ({ start, end }) => source.text.slice(start, end),
  };
  top.body = file.statements(tree.kids, 0);
  const { functions, types, imports } = file;
  const exports = Object.fromEntries(file.exports);
  return { language, text: source.text, namespace: '', hasErrors: root.hasError, imports, exports, functions, types };
}
