import path from 'node:path';
import type { CodeFunction, CodeType, Field } from '../../syntax/code/code';
import type { Expression, Text } from '../../syntax/code/expression';
import { bindingOf } from '../code/bindings';
import type { SourceCode } from '../code/sourceCode';
import { SOURCE_NAMES } from './coverage';
import { lastName, type DotnetCode } from './dotnetCode';
import { valueOfField } from './fieldValues';

/** Constants that are made of others are followed this far. */
const MAX_STEPS = 5;

/** Where an expression stands. */
interface Scope {
  readonly source: SourceCode;
  readonly function: CodeFunction;
  /** The type whose field it is given to. */
  readonly owner?: CodeType | undefined;
}

/**
 * A text, or what gives one that is known without running: the constant of a class or variable, `nameof(X)`, the names of
 * `typeof(X)` and of its assembly, which are those of its project, and what is put together of them. Of a field's value
 * the type is told whose field it is.
 */
export function constantOf(
  code: DotnetCode,
  source: SourceCode,
  fn: CodeFunction,
  value: Expression,
  owner?: CodeType,
): string | undefined {
  return textOf(code, { source, function: fn, owner }, value, MAX_STEPS);
}

function textOf(code: DotnetCode, scope: Scope, value: Expression, steps: number): string | undefined {
  if (steps === 0) return undefined;
  const read = (one: Expression): string | undefined => textOf(code, scope, one, steps - 1);
  switch (value.kind) {
    case 'text':
      return value.value ?? joined(value, read);
    case 'cast':
      return read(value.value);
    case 'binary': {
      // What may be missing by its type only: an assembly has a name.
      if (value.operator === '??') return read(value.left);
      const parts = value.operator === '+' ? [read(value.left), read(value.right)] : [];
      return parts.length === 2 && parts.every((part) => part !== undefined) ? parts.join('') : undefined;
    }
    case 'call':
      return value.callee.kind === 'name' && value.callee.name === 'nameof' && value.args[0] !== undefined
        ? lastName(value.args[0].value)
        : undefined;
    case 'name':
    case 'member': {
      const named =
        value.kind === 'member'
          ? (nameOfType(code, value) ?? nameOfAssembly(code, scope, value) ?? nameOfProcess(code, value))
          : undefined;
      const meant = named === undefined ? meaningOf(code, scope, value) : undefined;
      if (named !== undefined) return named;
      if (meant !== undefined) return textOf(code, meant, meant.value, steps - 1);
      return nameOfSource(code, scope, value, steps) ?? ofLibrary(code, value);
    }
    default:
      return undefined;
  }
}

/** The name of the project that a file belongs to: that of its assembly, where the project says no other. */
export function projectOf({ code: { unit } }: DotnetCode, { path: file }: SourceCode): string {
  const projects = [unit.manifest.file, ...unit.uses].filter((one) => {
    const folder = path.dirname(one);
    return /\.\w+proj$/.test(one) && file.startsWith(folder + path.sep);
  });
  const nearest = projects.sort((a, b) => path.dirname(b).length - path.dirname(a).length)[0] ?? unit.manifest.file;
  return path.basename(nearest).replace(/\.\w+proj$/, '');
}

function joined({ pieces, holes }: Text, read: (one: Expression) => string | undefined): string | undefined {
  const filled = holes.map(read);
  if (filled.some((one) => one === undefined)) return undefined;
  return pieces.map((piece, i) => piece + (filled[i] ?? '')).join('');
}

/** `Source.Name` of an activity source that is made with it. */
function nameOfSource(code: DotnetCode, scope: Scope, value: Expression, steps: number): string | undefined {
  if (value.kind !== 'member' || value.name !== 'Name') return undefined;
  const made = meaningOf(code, scope, value.object);
  if (made?.value.kind !== 'call' || made.value.isNew !== true) return undefined;
  const [name] = made.value.args;
  return /^(ActivitySource)?$/.test(lastName(made.value.callee)) && name !== undefined
    ? textOf(code, made, name.value, steps - 1)
    : undefined;
}

/** The constant of a library's class: one of the same name among the files says something else. */
function ofLibrary({ program }: DotnetCode, value: Expression): string | undefined {
  if (value.kind !== 'member') return undefined;
  const type = lastName(value.object);
  return program.typesNamed(type).length > 0 ? undefined : SOURCE_NAMES.get(`${type}.${value.name}`);
}

interface Meaning extends Scope {
  readonly value: Expression;
}

/** What a variable, a field or another class's field was given, once. */
function meaningOf(code: DotnetCode, scope: Scope, value: Expression): Meaning | undefined {
  const { source, function: fn, owner } = scope;
  if (value.kind === 'name') {
    const binding = bindingOf(source, fn, value.name);
    const [one, more] = binding?.kind === 'variable' ? binding.assigned : [];
    if (binding?.kind === 'variable' && one?.value !== undefined && more === undefined)
      return { source, function: binding.function, value: one.value };
    return ofField(code, code.fieldOf(owner ?? code.typeAround(scope), value.name));
  }
  if (value.kind !== 'member') return undefined;
  const [place] = code.program.typesNamed(lastName(value.object));
  return ofField(
    code,
    place?.type.fields.find(({ name }) => name === value.name),
  );
}

function ofField({ program }: DotnetCode, field: Field | undefined): Meaning | undefined {
  if (field === undefined) return undefined;
  const source = program.sources.find((one) => one.code.types.some(({ fields }) => fields.includes(field)));
  const type = source?.code.types.find(({ fields }) => fields.includes(field));
  const given = source && type && valueOfField(source, type, field);
  return given && { source, owner: type, ...given };
}

/** `typeof(Orders)` as it is written. */
function typeNamed(value: Expression): Expression | undefined {
  return value.kind === 'other' && value.what === 'typeof_expression' ? value.parts[0] : undefined;
}

/** `typeof(Orders).Name`, `.FullName`, `.Namespace`. */
function nameOfType(code: DotnetCode, { object, name }: Extract<Expression, { kind: 'member' }>): string | undefined {
  const type = typeNamed(object);
  if (type === undefined) return undefined;
  const simple = lastName(type);
  if (name === 'Name') return simple;
  if (name !== 'FullName' && name !== 'Namespace') return undefined;
  const [place, more] = code.program.typesNamed(simple);
  const namespace = more === undefined ? place?.source.code.namespace : undefined;
  if (namespace === undefined) return undefined;
  return name === 'Namespace' ? namespace : `${namespace}.${simple}`;
}

/** `AppDomain.CurrentDomain.FriendlyName`: the assembly that the process starts with. */
function nameOfProcess(
  { code: { unit } }: DotnetCode,
  { object, name }: Extract<Expression, { kind: 'member' }>,
): string | undefined {
  return name === 'FriendlyName' && lastName(object) === 'CurrentDomain'
    ? path.basename(unit.manifest.file).replace(/\.\w+proj$/, '')
    : undefined;
}

/** `typeof(Orders).Assembly.GetName().Name`, also where the name is kept: `AssemblyName.Name`. */
function nameOfAssembly(
  code: DotnetCode,
  scope: Scope,
  { object, name }: Extract<Expression, { kind: 'member' }>,
): string | undefined {
  if (name !== 'Name') return undefined;
  const here: Meaning = { ...scope, value: object };
  const { value, source } = object.kind === 'call' ? here : (meaningOf(code, scope, object) ?? here);
  if (value.kind !== 'call' || value.callee.kind !== 'member' || value.callee.name !== 'GetName') return undefined;
  const assembly = value.callee.object;
  if (assembly.kind === 'call') {
    if (lastName(assembly.callee) === 'GetExecutingAssembly') return projectOf(code, source);
    return lastName(assembly.callee) === 'GetEntryAssembly'
      ? path.basename(code.code.unit.manifest.file).replace(/\.\w+proj$/, '')
      : undefined;
  }
  const type = assembly.kind === 'member' && assembly.name === 'Assembly' ? typeNamed(assembly.object) : undefined;
  if (type === undefined) return undefined;
  const places = code.program.typesNamed(lastName(type));
  const own = places.find((one) => one.source === source) ?? (places.length === 1 ? places[0] : undefined);
  return own && projectOf(code, own.source);
}
