import type { Code } from '../code';
import type { Lowering, LoweringInput } from '../lowering';
import { FileBuilder } from './fileBuilder';
import { Statements } from './statements';
import { SyntaxNode } from './syntaxNode';

/** Python as statements and expressions. */
export const pythonLowering: Lowering = {
  lower({ language, root, source }: LoweringInput): Code {
    const module = new SyntaxNode(root);
    const file = new FileBuilder(source.text);
    const statements = new Statements(file);
    const whole = { start: 0, end: source.text.length };
    file.addFunction(
      () => [],
      () => ({
        name: '<top>',
        annotations: [],
        modifiers: [],
        body: statements.body(module),
        nameAt: { start: 0, end: 0 },
      }),
      whole,
    );
    const { imports, functions, types } = file;
    const { hasErrors } = module;
    return { language, text: source.text, namespace: '', hasErrors, imports, exports: {}, functions, types };
  },
};
