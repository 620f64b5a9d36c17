import type { Code, CodeFunction, CodeImport, CodeType, Field, Parameter } from '../code';
import type { Lowering, LoweringInput } from '../lowering';
import type { Piece } from '../piece';
import type { Statement } from '../statement';
import { GoExpressions } from './expressions';
import { importsOf } from './imports';
import { GoStatements } from './statements';
import type { PlainNode } from '../plainTree';

/** Types and texts are only ever taken as they are written. */
const CLOSED = new Set([
  'array_type',
  'channel_type',
  'function_type',
  'generic_type',
  'interpreted_string_literal',
  'map_type',
  'pointer_type',
  'raw_string_literal',
  'slice_type',
]);

/** Go files as {@link Code}. */
export const goLowering: Lowering = {
  lower: (input) => new GoFileLowering(input).lower(),
};

class GoFileLowering {
  private readonly text: string;
  private readonly functions: CodeFunction[] = [];
  private readonly types: CodeType[] = [];
  private readonly imports: CodeImport[] = [];
  private readonly expressions: GoExpressions;
  private readonly statements: GoStatements;
  /** The function whose body is being lowered. */
  private current = 0;

  constructor(private readonly input: LoweringInput) {
    this.text = input.source.text;
    const functionLiteral = (literal: PlainNode, name: string, depth: number): number =>
      this.addFunction(literal, name, { start: literal.start, end: literal.start }, depth, { modifiers: ['lambda'] });
    this.expressions = new GoExpressions({ text: this.text, functionLiteral });
    this.statements = new GoStatements(this.expressions, this.text, (declaration, depth) =>
      this.declare(declaration, depth),
    );
  }

  lower(): Code {
    const { root, plain } = this.input;
    const file = plain({ closed: CLOSED, namedOnly: true });
    const whole = { start: 0, end: this.text.length };
    const top = { id: 0, name: '<top>', parent: undefined, parameters: [], annotations: [], modifiers: [] };
    this.functions.push({ ...top, body: [], nameAt: { start: 0, end: 0 }, ...whole });
    let namespace = '';
    for (const child of file.kids) {
      if (child.type === 'package_clause') namespace = this.textOf(child.kids[0] ?? child);
      else if (child.type === 'import_declaration') this.imports.push(...importsOf(child, this.text));
    }
    this.functions[0] = { ...this.functions[0]!, body: this.statements.body(file, 0) };
    return {
      language: this.input.language,
      text: this.text,
      namespace,
      hasErrors: root.hasError,
      imports: this.imports,
      exports: {},
      functions: this.functions.map((fn) => this.withType(fn)),
      types: this.types,
    };
  }

  private textOf(piece: Piece): string {
    return this.text.slice(piece.start, piece.end);
  }

  private withType(fn: CodeFunction): CodeFunction {
    if (fn.owner === undefined) return fn;
    const type = this.types.findIndex((candidate) => candidate.name === fn.owner && candidate.function === 0);
    return type < 0 ? fn : { ...fn, type };
  }

  private declare(of: PlainNode, depth: number): Statement | undefined {
    if (of.type === 'type_declaration') {
      for (const spec of of.kids) this.addType(spec);
      return undefined;
    }
    const parts = of.kids;
    const at = parts.findIndex((part) => part.type === 'identifier' || part.type === 'field_identifier');
    const name = parts[at];
    if (name === undefined) return undefined;
    const self = at > 0 ? parts[0] : undefined;
    const receiver = self && this.parametersOf(self)[0];
    const modifiers = /^\p{Lu}/u.test(this.textOf(name)) ? (['exported'] as const) : [];
    const owner = receiver?.type?.replace(/[*()\s]|\[[^]*$/g, '');
    const more = {
      modifiers,
      ...(owner ? { owner } : {}),
      ...(receiver?.name ? { self: receiver.name } : {}),
    };
    const id = this.addFunction(of, this.textOf(name), { start: name.start, end: name.end }, depth + 1, more, at + 1);
    return { kind: 'function', function: id, start: of.start, end: of.end };
  }

  /** `from`: where among the children the parameters may begin, after a method's receiver and the name. */
  private addFunction(
    of: PlainNode,
    name: string,
    nameAt: Piece,
    depth: number,
    more: Partial<CodeFunction> & Pick<CodeFunction, 'modifiers'>,
    from = 0,
  ): number {
    const id = this.functions.length;
    const parts = of.kids.slice(from).filter((part) => part.type !== 'type_parameter_list');
    const body = parts.find((part) => part.type === 'block');
    const [list, result] = parts.filter((part) => part !== body);
    const parameters = list === undefined ? [] : this.parametersOf(list);
    const returns = result === undefined ? {} : { returns: this.textOf(result) };
    const parent = this.current;
    const piece = { start: of.start, end: of.end };
    const fn: CodeFunction = {
      id,
      name,
      parent,
      parameters,
      ...returns,
      annotations: [],
      body: [],
      nameAt,
      ...piece,
      ...more,
    };
    this.functions.push(fn);
    this.current = id;
    this.functions[id] = { ...fn, body: this.statements.body(body, depth) };
    this.current = parent;
    return id;
  }

  private parametersOf(list: PlainNode): Parameter[] {
    if (list.type !== 'parameter_list') return [];
    return list.kids.flatMap((declaration): Parameter[] => {
      const parts = declaration.kids;
      const names = parts.filter((part) => part.type === 'identifier');
      const written = parts.find((part) => part.type !== 'identifier');
      const type = written === undefined ? {} : { type: this.textOf(written) };
      const rest = declaration.type === 'variadic_parameter_declaration' ? { rest: true as const } : {};
      const one = { annotations: [], ...type, ...rest };
      if (names.length === 0) return [{ name: '', start: declaration.start, end: declaration.end, ...one }];
      return names.map((name) => ({ name: this.textOf(name), start: name.start, end: name.end, ...one }));
    });
  }

  private addType(spec: PlainNode): void {
    const parts = spec.kids.filter((part) => part.type !== 'type_parameter_list');
    const [name, type] = parts;
    if (name === undefined || type === undefined) return;
    const members = this.membersOf(type);
    this.types.push({
      id: this.types.length,
      name: this.textOf(name),
      kind: type.type === 'struct_type' ? 'struct' : type.type === 'interface_type' ? 'interface' : 'object',
      bases:
        members.bases.length > 0 || /^(struct|interface)_type$/.test(type.type) ? members.bases : [this.textOf(type)],
      annotations: [],
      fields: members.fields,
      function: this.current,
      nameAt: { start: name.start, end: name.end },
      start: spec.start,
      end: spec.end,
    });
  }

  /** Fields and embedded types of a struct; of an interface its methods as fields of a function's type. */
  private membersOf(type: PlainNode): { bases: string[]; fields: Field[] } {
    const bases: string[] = [];
    const fields: Field[] = [];
    const list = type.type === 'struct_type' ? type.kids[0] : type.type === 'interface_type' ? type : undefined;
    for (const member of list === undefined ? [] : list.kids) {
      const parts = member.kids.filter((part) => !part.type.endsWith('string_literal'));
      const names = parts.filter((part) => part.type === 'field_identifier');
      const written = parts.filter((part) => part.type !== 'field_identifier');
      const piece = { annotations: [], modifiers: [] };
      if (names.length === 0) {
        bases.push(this.textOf(written[0] ?? member).replace(/^\*/, ''));
        continue;
      }
      const text = written.map((part) => this.textOf(part)).join(' ');
      const kind = member.type === 'method_elem' ? `func${text}` : text;
      for (const name of names)
        fields.push({ name: this.textOf(name), type: kind, start: name.start, end: name.end, ...piece });
    }
    return { bases, fields };
  }
}
