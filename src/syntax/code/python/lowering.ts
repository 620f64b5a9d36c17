import type { Code } from '../code';
import type { Lowering, LoweringInput } from '../lowering';
import { FileBuilder } from './fileBuilder';
import { Statements } from './statements';

/** Texts are only ever taken as they are written. */
const CLOSED = new Set(['string_content', 'format_specifier']);

/** Python as statements and expressions. */
export const pythonLowering: Lowering = {
  lower({ language, root, source, plain }: LoweringInput): Code {
    const module = plain({ closed: CLOSED, namedOnly: true });
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
    return {
      language,
      text: source.text,
      namespace: '',
      hasErrors: root.hasError,
      imports,
      exports: {},
      functions,
      types,
    };
  },
};
