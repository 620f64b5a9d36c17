import type { FixEdit } from '../../../model/finding';
import type { CodeFunction, CodeType } from '../../../syntax/code/code';
import { insertAt, newlineOf } from '../../code/edits';
import type { SourceCode } from '../../code/sourceCode';
import { annotationOf } from '../declarations';
import type { JavaCode } from '../javaCode';

const COMPONENTS = [
  'Component',
  'Service',
  'Repository',
  'Controller',
  'RestController',
  'Configuration',
  'SpringBootApplication',
];
const LOMBOK_REQUIRED = ['RequiredArgsConstructor', 'AllArgsConstructor'];

/** Something that Spring is to inject. */
export interface Wanted {
  /** As the file writes it: `RestClient.Builder`. */
  readonly type: string;
  readonly name: string;
}

/** Adds a parameter to a method or constructor; undefined where its parentheses are not found. */
export function addParameter(source: SourceCode, fn: CodeFunction, { type, name }: Wanted): FixEdit | undefined {
  const last = fn.parameters.at(-1);
  if (last) return insertAt(source, last.end, `, ${type} ${name}`);
  const open = source.code.text.indexOf('(', fn.nameAt.end);
  return open < 0 ? undefined : insertAt(source, open + 1, `${type} ${name}`);
}

/** Whether Spring makes the objects of a class, and nothing else does. */
export function isComponent(code: JavaCode, type: CodeType): boolean {
  return annotationOf(type, ...COMPONENTS) !== undefined && !code.calls(type.name).some(({ call }) => call.isNew);
}

/** What a class does when its objects are made. */
export function constructorsOf({ code }: SourceCode, type: CodeType): readonly CodeFunction[] {
  return code.functions.filter((fn) => fn.type === type.id && fn.modifiers.includes('constructor'));
}

/**
 * Has Spring give a class something, which `statement` then uses in the constructor; without one the class gets one.
 * Undefined for several constructors and those that Lombok writes.
 */
export function injectIntoConstructor(
  source: SourceCode,
  type: CodeType,
  wanted: Wanted,
  statement: string,
): FixEdit[] | undefined {
  const constructors = constructorsOf(source, type);
  const [only] = constructors;
  if (constructors.length > 1 || annotationOf(type, ...LOMBOK_REQUIRED, 'Data', 'Value') !== undefined)
    return undefined;
  const newline = newlineOf(source);
  const indent = memberIndent(source, type);
  if (only === undefined) {
    const lines = [
      '',
      `${indent}public ${type.name}(${wanted.type} ${wanted.name}) {`,
      `${indent}${indent}${statement}`,
      `${indent}}`,
    ];
    return [insertAt(source, afterFields(source, type), newline + lines.join(newline))];
  }
  const parameter = addParameter(source, only, wanted);
  const open = bodyStart(source, only);
  if (parameter === undefined || open === undefined) return undefined;
  return [parameter, insertAt(source, open, `${newline}${indent}${indent}${statement}`)];
}

/** Has Spring give a class something it keeps in a field of the same name. */
export function injectField(source: SourceCode, type: CodeType, wanted: Wanted): FixEdit[] | undefined {
  const newline = newlineOf(source);
  const indent = memberIndent(source, type);
  const field = `${indent}private final ${wanted.type} ${wanted.name};`;
  if (annotationOf(type, ...LOMBOK_REQUIRED) !== undefined)
    return [insertAt(source, beforeMembers(source, type), `${newline}${field}`)];
  const constructor = injectIntoConstructor(source, type, wanted, `this.${wanted.name} = ${wanted.name};`);
  return constructor && [insertAt(source, beforeMembers(source, type), `${newline}${field}`), ...constructor];
}

/** What members are indented by. */
export function memberIndent(source: SourceCode, type: CodeType): string {
  const { text } = source.code;
  const first = type.fields[0] ?? source.code.functions.find((fn) => fn.type === type.id);
  const line = first === undefined ? -1 : text.lastIndexOf('\n', first.start - 1);
  const indent = line < 0 ? '' : /^[ \t]*/.exec(text.slice(line + 1, first!.start))![0];
  return indent === '' ? '    ' : indent;
}

function beforeMembers(source: SourceCode, type: CodeType): number {
  return source.code.text.indexOf('{', type.nameAt.end) + 1;
}

function afterFields(source: SourceCode, type: CodeType): number {
  const last = type.fields.at(-1);
  return last === undefined ? beforeMembers(source, type) : last.end;
}

/** Behind the brace of a body, and behind `super(…)`. */
function bodyStart({ code }: SourceCode, fn: CodeFunction): number | undefined {
  const [first] = fn.body;
  const isSuper =
    first?.kind === 'expression' &&
    first.value.kind === 'call' &&
    first.value.callee.kind === 'name' &&
    /^(super|this)$/.test(first.value.callee.name);
  if (isSuper) return first.end;
  const last = fn.parameters.at(-1)?.end ?? fn.nameAt.end;
  const open = code.text.indexOf('{', last);
  return open < 0 ? undefined : open + 1;
}
