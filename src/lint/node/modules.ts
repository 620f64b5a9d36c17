import path from 'node:path';
import { escapeRegExp } from '../../base/texts/escapeRegExp';
import { hasName } from '../../base/texts/hasName';
import type { CodeFunction, CodeType } from '../../syntax/code/code';
import type { Expression } from '../../syntax/code/expression';
import { assignmentsIn } from '../code/bindings';
import { dotted } from '../code/names';
import type { Program } from '../code/program';
import type { SourceCode } from '../code/sourceCode';

/** An expression with the function that its names are read in. */
export interface Place {
  readonly source: SourceCode;
  readonly function: CodeFunction;
  readonly expression: Expression;
}

/** What a module exports under a name: a value, or a function or class of the module. */
export type Exported =
  | { readonly kind: 'class'; readonly source: SourceCode; readonly type: CodeType }
  | { readonly kind: 'value'; readonly place: Place }
  | { readonly kind: 'function'; readonly source: SourceCode; readonly function: CodeFunction };

const ENDINGS = ['', '.ts', '.tsx', '.js', '.mjs', '.cjs', '.jsx', '.mts', '.cts'];
const INDEXES = ENDINGS.slice(1).map((ending) => `${path.sep}index${ending}`);

/** Re-exports are followed this far. */
const MAX_HOPS = 6;

/** The file of the program that a module's name means, seen from a file; undefined for packages from elsewhere. */
export function fileOfModule(program: Program, from: SourceCode, module: string): SourceCode | undefined {
  if (module.startsWith('.')) return fileAt(program, path.resolve(path.dirname(from.path), module));
  const alias = /^(?:[@~#]\/|~|#|src\/)(.+)$/.exec(module);
  if (alias) return endingWith(program, from, module.startsWith('src/') ? module : alias[1]!);
  return undefined;
}

function fileAt(program: Program, base: string): SourceCode | undefined {
  const plain = base.replace(/\.[mc]?jsx?$/, '');
  for (const stem of plain === base ? [base] : [base, plain]) {
    for (const ending of [...ENDINGS, ...INDEXES]) {
      const found = program.at(stem + ending);
      if (found) return found;
    }
  }
  return undefined;
}

/** Path aliases say only the end of a path: the file that ends so and is nearest counts. */
function endingWith(program: Program, from: SourceCode, end: string): SourceCode | undefined {
  for (let folder = path.dirname(from.path); ; folder = path.dirname(folder)) {
    for (const between of ['', 'src', 'app']) {
      const found = fileAt(program, path.join(folder, between, end));
      if (found) return found;
    }
    if (folder === from.file.folder || folder === path.dirname(folder)) return undefined;
  }
}

/** What an import of `name` from `module` gives; `*` is the module itself. */
export function exportedBy(
  program: Program,
  from: SourceCode,
  module: string,
  name: string,
  hops = 0,
): Exported | undefined {
  if (hops > MAX_HOPS) return undefined;
  const source = fileOfModule(program, from, module);
  if (source !== undefined) return exportOf(program, source, name, hops);
  // What everything loads is looked for in no file.
  if (name === '*' || name === 'default' || module === '@opentelemetry/api') return undefined;
  const file = module.startsWith('.')
    ? exporterBelow(program, from, module, name)
    : onlyExporter(program, module, name);
  return file && exportOf(program, file, name, hops);
}

/**
 * The file that an index of a folder hands a name on from, if no other below it exports it as well: an index that does
 * nothing else mentions nothing that rules ask for, and so is not read.
 */
function exporterBelow(program: Program, from: SourceCode, module: string, name: string): SourceCode | undefined {
  const base = path.resolve(path.dirname(from.path), module).replace(/(?:[/\\]index)?(?:\.[mc]?[jt]sx?)?$/, '');
  return kept(program, `${base}${path.sep} ${name}`, () => {
    const [file, ...more] = program.sources.filter(
      (source) => source.path.startsWith(base + path.sep) && exportsName(source, name),
    );
    return more.length === 0 ? file : undefined;
  });
}

/** The file of a package of the workspace that exports a name, if no other file of the program exports it as well. */
function onlyExporter(program: Program, module: string, name: string): SourceCode | undefined {
  return kept(program, `${module} ${name}`, () => {
    // Most modules are from elsewhere: the files of the package first, so that the others are parsed only if one has it.
    const [file, ...more] = program.sources.filter(
      (source) => isWorkspacePackage(source, module) && exportsName(source, name),
    );
    if (file === undefined || more.length > 0) return undefined;
    return program.sources.some((source) => source !== file && exportsName(source, name)) ? undefined : file;
  });
}

const exporters = new WeakMap<Program, Map<string, SourceCode | undefined>>();

function kept(program: Program, key: string, find: () => SourceCode | undefined): SourceCode | undefined {
  let known = exporters.get(program);
  if (known === undefined) exporters.set(program, (known = new Map<string, SourceCode | undefined>()));
  if (!known.has(key)) known.set(key, find());
  return known.get(key);
}

function exportsName({ code }: SourceCode, name: string): boolean {
  return hasName(code.text, name) && mayExport(code.text, name) && Object.values(code.exports).includes(name);
}

/** What stands before a name that is exported where it is declared, in braces, and taken apart. */
const EXPORTED = [
  String.raw`\bexport\s+(?:(?:declare|default|async|abstract|const|let|var|function|class|enum|namespace)\b[\s*]*)+`,
  String.raw`\bexport\s*\{[^}]*?`,
  String.raw`\bexport\s+(?:const|let|var)\s*[{[][^=]*?`,
].join('|');

/** Whether a name may be exported, by the text: what exports another need not be parsed to know. */
function mayExport(text: string, name: string): boolean {
  const exported = new RegExp(`(?:${EXPORTED})(?<![\\w$])${escapeRegExp(name)}(?![\\w$])`);
  return exported.test(text) || /\bexports\b/.test(text);
}

/** Whether a bare module name is that of the folder a file is in: `@acme/otel` and `packages/otel/src/index.ts`. */
function isWorkspacePackage(file: SourceCode, module: string): boolean {
  const parts = module.split('/');
  const name = module.startsWith('@') ? parts[1] : parts[0];
  if (name === undefined) return false;
  const path = `/${file.file.relative}/`;
  return path.includes(`/${name}/`) || path.includes(`/${name.replace(/^.*?-/, '')}/`);
}

/** What a file exports under a name. */
export function exportOf(program: Program, source: SourceCode, name: string, hops = 0): Exported | undefined {
  const wanted = name === '*' ? 'default' : name;
  const local = Object.entries(source.code.exports).find(([, exported]) => exported === wanted)?.[0];
  if (local !== undefined) {
    const found = localValue(program, source, local, hops);
    if (found) return found;
  }
  for (const loaded of source.code.imports) {
    if (loaded.all !== true) continue;
    const found = exportedBy(program, source, loaded.from, name, hops + 1);
    if (found) return found;
  }
  return commonJsExport(source, name);
}

function localValue(program: Program, source: SourceCode, local: string, hops: number): Exported | undefined {
  const top = source.code.functions[0]!;
  const [assigned] = assignmentsIn(top).get(local) ?? [];
  if (assigned?.how === 'value' && assigned.value !== undefined) {
    if (assigned.value.kind === 'function')
      return { kind: 'function', source, function: source.code.functions[assigned.value.function]! };
    return { kind: 'value', place: { source, function: top, expression: assigned.value } };
  }
  const declared = source.code.functions.find((fn) => fn.parent === 0 && fn.name === local && fn.type === undefined);
  if (declared) return { kind: 'function', source, function: declared };
  const type = source.code.types.find((one) => one.function === 0 && one.name === local && one.kind === 'class');
  if (type) return { kind: 'class', source, type };
  const loaded = source.code.imports.find((one) => Object.hasOwn(one.names, local));
  return loaded && exportedBy(program, source, loaded.from, loaded.names[local]!, hops + 1);
}

/** `exports.name = …`, `module.exports = { name: … }`, `module.exports = …`. */
function commonJsExport(source: SourceCode, name: string): Exported | undefined {
  const top = source.code.functions[0]!;
  const as = (expression: Expression): Exported =>
    expression.kind === 'function'
      ? { kind: 'function', source, function: source.code.functions[expression.function]! }
      : { kind: 'value', place: { source, function: top, expression } };
  for (const statement of top.body) {
    if (statement.kind !== 'assign') continue;
    const [target] = statement.targets;
    const [value] = statement.values;
    const written = target && dotted(target);
    if (written === undefined || value === undefined) continue;
    if (written === `exports.${name}` || written === `module.exports.${name}`) return as(value);
    if (written !== 'module.exports') continue;
    if (name === '*' || name === 'default') return as(value);
    const entry = value.kind === 'object' ? value.entries.find(({ key }) => key === name) : undefined;
    if (entry) return as(entry.value);
  }
  return undefined;
}
