import type { Fix, FixEdit } from '../../../model/finding';
import type { Expression, List, ObjectLiteral } from '../../../syntax/code/expression';
import { bindingOf } from '../../code/bindings';
import type { Program } from '../../code/program';
import type { SourceCode } from '../../code/sourceCode';
import type { ProcessUnit } from '../../project/processUnit';
import type { Place } from '../modules';
import { INSTALL, type InstallRow } from '../nodeTables';
import type { Setup } from '../process/setups';
import { entryOf, possibleValues } from '../values';
import { editAt, importEdits, indentAt, insertAt, lineBreak } from './codeStyle';
import { dependencyEdits } from './dependencies';

/** What registers instrumentations beside a set-up that takes none. */
const REGISTERS = INSTALL.find((row) => row.library === 'instrumentation')!;

/** Adds instrumentations to a set-up: to its list, to the imports, and to the manifest. None where the list is elsewhere. */
export function addInstrumentations(
  program: Program,
  unit: ProcessUnit,
  setup: Setup,
  libraries: readonly string[],
): Fix[] {
  const rows = libraries.flatMap((library) => INSTALL.find((row) => row.library === library) ?? []);
  const listed = listEdits(program, setup, rows);
  if (rows.length === 0 || listed === undefined) return [];
  const edits = [
    ...listed.edits,
    ...rows.flatMap((row) => importEdits(listed.source, row.package, [row.class])),
    ...[...(setup.by === undefined ? [] : [REGISTERS]), ...rows].flatMap((row) => dependencyEdits(unit, row)),
  ];
  return [{ title: `Add ${rows.map((row) => row.class).join(' and ')}`, edits: inOrder(edits) }];
}

interface Listed {
  readonly source: SourceCode;
  readonly edits: readonly FixEdit[];
}

function listEdits(program: Program, setup: Setup, rows: readonly InstallRow[]): Listed | undefined {
  const made = rows.map((row) => `new ${row.class}()`);
  const { options } = setup;
  if (setup.by !== undefined) return registeredBeside(setup, made);
  if (options === undefined) return withoutOptions(setup, made);
  const object = options.expression as ObjectLiteral;
  const entry = entryOf(object, 'instrumentations');
  if (entry === undefined) return { source: options.source, edits: [newEntry(options.source, object, made)] };
  const values = possibleValues(program, { ...options, expression: entry.value });
  const list = values.find(({ expression }) => expression.kind === 'list');
  if (list !== undefined) return { source: list.source, edits: intoList(list, list.expression as List, made) };
  if (entry.value.kind !== 'call') return undefined;
  const { source } = options;
  const edits = [insertAt(source, entry.value.start, '['), insertAt(source, entry.value.end, `, ${made.join(', ')}]`)];
  return { source, edits };
}

/** Up to the end of a statement: what else is called on the result, and nothing more on the line. */
const STATEMENT_END = /^(?:\s*\.\w+\([^()]*\))*;?(?=[ \t]*(?:\r?\n|$))/;

/** `registerInstrumentations` behind the function that takes no list: it goes by the provider that is set by then. */
function registeredBeside({ source, call }: Setup, made: readonly string[]): Listed | undefined {
  const [ending] = STATEMENT_END.exec(source.code.text.slice(call.end)) ?? [];
  if (ending === undefined) return undefined;
  const written = `registerInstrumentations({ instrumentations: [${made.join(', ')}] })`;
  const newText = lineBreak(source) + indentAt(source, call.start) + written + (ending.endsWith(';') ? ';' : '');
  const imported = importEdits(source, REGISTERS.package, [REGISTERS.class]);
  return { source, edits: [...imported, insertAt(source, call.end + ending.length, newText)] };
}

function withoutOptions({ source, call }: Setup, made: readonly string[]): Listed | undefined {
  if (call.args.length > 0) return undefined;
  return { source, edits: [insertAt(source, call.argsAt.start, `{ instrumentations: [${made.join(', ')}] }`)] };
}

function newEntry(source: SourceCode, object: ObjectLiteral, made: readonly string[]): FixEdit {
  const written = `instrumentations: [${made.join(', ')}]`;
  const last = object.entries.at(-1);
  if (last === undefined) return insertAt(source, object.insideAt.start, ` ${written} `);
  const isMultiline = source.textOf(object).includes('\n');
  const separator = isMultiline ? `,${lineBreak(source)}${indentAt(source, last.start)}` : ', ';
  return insertAt(source, last.end, separator + written);
}

/** Into a list, in place of the browsers' instrumentation of fetch where that is in it. */
function intoList(place: Place, list: List, made: readonly string[]): FixEdit[] {
  const { source } = place;
  const browser = made.some((one) => one.includes('Undici')) ? browserFetch(place, list) : undefined;
  if (browser !== undefined)
    return [editAt(source, browser, made.join(', ')), ...dropImport(source, 'FetchInstrumentation')];
  const last = list.items.at(-1);
  if (last === undefined) return [insertAt(source, list.start + 1, made.join(', '))];
  const isMultiline = source.code.text.slice(list.start, last.start).includes('\n');
  const separator = isMultiline ? `,${lineBreak(source)}${indentAt(source, last.start)}` : ', ';
  return [insertAt(source, last.end, separator + made.join(separator))];
}

function browserFetch({ source, function: fn }: Place, list: List): Expression | undefined {
  return list.items
    .map(({ value }) => value)
    .find((value) => {
      if (value.kind !== 'call' || value.isNew !== true || value.callee.kind !== 'name') return false;
      const binding = bindingOf(source, fn, value.callee.name);
      return binding?.kind === 'import' && binding.from === '@opentelemetry/instrumentation-fetch';
    });
}

/** Takes away an import whose only name is no longer used. */
function dropImport(source: SourceCode, name: string): FixEdit[] {
  const { text, imports } = source.code;
  const one = imports.find(({ names }) => Object.hasOwn(names, name));
  const isAlone = one !== undefined && Object.keys(one.names).length === 1 && text.startsWith('import', one.start);
  const uses = text.split(new RegExp(`\\b${name}\\b`)).length - 1;
  if (!isAlone || uses !== 2) return [];
  const end = text.indexOf('\n', one.end) + 1;
  return [editAt(source, { start: one.start, end: end === 0 ? one.end : end }, '')];
}

/** Edits of one file in the order of their places. */
export function inOrder(edits: readonly FixEdit[]): FixEdit[] {
  return [...edits].sort(
    (a, b) =>
      (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) ||
      a.range.startLine - b.range.startLine ||
      a.range.startColumn - b.range.startColumn,
  );
}
