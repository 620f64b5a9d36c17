import type { Fix, FixEdit } from '../../../model/finding';
import type { ProcessUnit } from '../../project/processUnit';
import type { SourceCode } from '../../code/sourceCode';
import type { CallIn } from '../calls';
import { reaches } from '../process/npmVersions';
import { inOrder } from './addInstrumentation';
import { dependencyEdits } from './dependencies';
import { editAt, importEdits, indentAt, insertAt, lineBreak } from './codeStyle';

/** From here on queues and workers have the option for certain (https://docs.bullmq.io/guide/telemetry/getting-started). */
const SINCE = '5.25.0';

const OTEL = { package: 'bullmq-otel', class: 'BullMQOtel', ranges: ['^1.0.1', '^1.0.1', '^1.0.1'] } as const;

/**
 * Gives all queues and workers of a process BullMQ's telemetry: the queue puts the context into its jobs, and only a worker
 * that has it as well takes it out. None where one of them is made without options that can be added to.
 */
export function bullTelemetry(unit: ProcessUnit, queues: readonly CallIn[], workers: readonly CallIn[]): Fix[] {
  const bullmq = unit.dependencies.get('bullmq');
  if (bullmq === undefined || reaches(bullmq, SINCE) !== 'yes' || queues.length === 0) return [];
  const edits: FixEdit[] = [];
  for (const [calls, index] of [
    [queues, 1],
    [workers, 2],
  ] as const) {
    for (const one of calls) {
      const edit = optionEdit(one, index, nameOf(unit));
      if (edit === undefined) return [];
      edits.push(edit);
    }
  }
  const sources = new Set([...queues, ...workers].map(({ source }) => source));
  for (const source of sources) edits.push(...importEdits(source, OTEL.package, [OTEL.class]));
  edits.push(...dependencyEdits(unit, OTEL));
  return [{ title: 'Add BullMQOtel to queues and workers', edits: inOrder(edits) }];
}

function optionEdit({ source, call }: CallIn, index: number, name: string): FixEdit | undefined {
  const options = call.args[index]?.value;
  if (options === undefined || call.args.slice(0, index + 1).some(({ spread }) => spread === true)) return undefined;
  const written = `telemetry: new ${OTEL.class}(${quoted(source, name)})`;
  if (options.kind !== 'object')
    return editAt(source, options, `{ ...${wrapped(source.textOf(options))}, ${written} }`);
  const last = options.entries.at(-1);
  if (last === undefined) return insertAt(source, options.insideAt.start, ` ${written} `);
  const isMultiline = source.code.text.slice(options.start, last.start).includes('\n');
  const separator = isMultiline ? `,${lineBreak(source)}${indentAt(source, last.start)}` : ', ';
  return insertAt(source, last.end, separator + written);
}

/** What is more than a name or a call is read better in parentheses. */
function wrapped(text: string): string {
  return /^[\w$.]+(\([^()]*\))?$/.test(text) ? text : `(${text})`;
}

/** The tracer's name: the package's. */
function nameOf({ manifest }: ProcessUnit): string {
  return /^package\.json of ([\w@./-]+)$/.exec(manifest.text)?.[1] ?? 'bullmq';
}

function quoted(source: SourceCode, text: string): string {
  const [quote] = /['"]/.exec(source.code.text) ?? ["'"];
  return quote + text + quote;
}
