import type { Fix, FixEdit } from '../../../model/finding';
import type { SourceCode } from '../../code/sourceCode';
import type { ProcessUnit } from '../../project/processUnit';
import type { CoverageRow } from '../process/table';
import type { TracedCode, TracedProcess } from '../process/tracedCode';
import { inserted } from './edits';

/** A line that instruments something, alone on its line: what a new one is put beside. */
const INSTRUMENTS = /^([ \t]*)(\w+Instrumentor)(?:\(\))?\.instrument(?:_app)?\(([^()\n]*)\)[ \t]*$/gm;

/** Adds an instrumentor beside those that are there, its import in the same style, and the requirement. */
export function addInstrumentor(row: CoverageRow, process: TracedProcess, traced: TracedCode): Fix[] {
  const name = row.instrumentors[0];
  if (name === undefined) return [];
  const files = new Set([...process.setup.instrumentors.values()].flatMap((list) => list.map(({ file }) => file)));
  for (const file of files) {
    const source = traced.code.program.at(file);
    const edits = source && besideOther(source, name, row.module);
    if (edits !== undefined)
      return [{ title: `Add ${name}`, edits: [...edits, ...requirement(row.coveredBy, traced.unit)] }];
  }
  return [];
}

function besideOther(source: SourceCode, name: string, module: string): FixEdit[] | undefined {
  const lines = [...source.code.text.matchAll(INSTRUMENTS)];
  for (const line of lines.reverse()) {
    const [whole, indent = '', other = '', args = ''] = line;
    const written = source.code.imports.find(({ names }) => Object.hasOwn(names, other));
    if (written === undefined) continue;
    const { text } = source.code;
    const start = text.lastIndexOf('\n', written.start - 1) + 1;
    const importIndent = text.slice(start, written.start);
    if (importIndent.trim() !== '') continue;
    const provider = /\btracer_provider\s*=\s*[\w.]+/.exec(args)?.[0] ?? '';
    return [
      inserted(source, written.end, `\n${importIndent}from ${module} import ${name}`),
      inserted(source, line.index + whole.trimEnd().length, `\n${indent}${name}().instrument(${provider})`),
    ];
  }
  return undefined;
}

/** A line beside that of another instrumentation, in requirements or in a list or table of TOML, with the same version. */
function requirement(name: string, unit: ProcessUnit): FixEdit[] {
  if (unit.dependencies.has(name)) return [];
  const all = [...unit.dependencies.values()].filter(({ name: one }) =>
    one.startsWith('opentelemetry-instrumentation-'),
  );
  const other = all.find(({ scope }) => scope === 'runtime') ?? all[0];
  if (other === undefined) return [];
  const { file, range } = other.at;
  if (/\.(txt|in)$/.test(file)) {
    const end = { ...range, startLine: range.endLine, startColumn: range.endColumn };
    return [{ file, range: end, newText: `\n${name}${other.range}` }];
  }
  if (other.before === undefined || /["'\n\\]/.test(other.range)) return [];
  const line =
    other.writtenAs === 'entry' ? `${name} = "${other.range === '' ? '*' : other.range}"` : `"${name}${other.range}",`;
  return [{ file, range: other.before.range, newText: `${line}\n${other.before.indent}` }];
}
