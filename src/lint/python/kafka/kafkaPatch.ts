import type { Finding } from '../../../model/finding';
import type { CodeImport } from '../../../syntax/code/code';
import type { SourceCode } from '../../code/sourceCode';
import { findingAt, relatedAt } from '../../report';
import { coverageOf } from '../process/coverage';
import { instrumentClient } from '../fixes/kafka';
import { Injection } from '../flow/injection';
import { lastPart, placeOf, type PythonCode, type Site } from '../names/pythonCode';
import { rowOf } from '../process/table';
import type { TracedCode, TracedProcess } from '../process/tracedCode';

const PATCHED = /^confluent_kafka\.(Producer|Consumer)$/;
const UNPATCHED =
  /^confluent_kafka\.(serializing_producer\.|deserializing_consumer\.|aio\.|experimental\.aio\.)*(SerializingProducer|DeserializingConsumer|AIOProducer|AIOConsumer)$/;

/** Where the instrumentor of confluent_kafka is called. */
interface Instrumented {
  readonly source: SourceCode;
  readonly site: Site;
}

/**
 * PY-KAFKA-PATCH-MISSED: ConfluentKafkaInstrumentor replaces two attributes of the module. Classes that were imported by
 * name before keep the bare ones, and the other classes are never replaced.
 */
export function kafkaPatch(traced: TracedCode): Finding[] {
  const injection = new Injection(traced.code, traced.settings);
  const instrumented = traced.sources.flatMap((source) => instrumentedIn(traced.code, source));
  if (instrumented.length === 0) return [];
  return traced.sources.flatMap((source) => {
    if (!source.has(/confluent_kafka/) || injection.inFile(source)) return [];
    const process = traced.processesOf(source).find((one) => isPatched(one));
    if (process === undefined) return [];
    return traced.code.sitesIn(source).flatMap((site) => {
      if (UNPATCHED.test(site.name)) return [neverPatched(site)];
      if (!PATCHED.test(site.name) || site.call.callee.kind !== 'name') return [];
      const imported = importOf(source, lastPart(site.call.callee));
      if (imported === undefined || imported.function !== undefined) return [];
      const late = instrumented.every((one) => isLater(one, source, imported, process, traced.code));
      return late ? [bare(site, imported, instrumented[0]!)] : [];
    });
  });
}

function isPatched(process: TracedProcess): boolean {
  if (process.tracing.is !== 'yes' || process.unit.deployment.agents.length > 0) return false;
  const row = rowOf('confluent-kafka');
  return coverageOf(row, process).is === 'yes' && !row.instrumentors.some((name) => process.setup.perClient.has(name));
}

function instrumentedIn(code: PythonCode, source: SourceCode): Instrumented[] {
  if (!source.has('ConfluentKafkaInstrumentor')) return [];
  return code.sitesIn(source).flatMap((site) => {
    const { callee } = site.call;
    if (site.method !== 'instrument' || callee.kind !== 'member') return [];
    const made = callee.object.kind === 'call' ? callee.object.callee : callee.object;
    return lastPart(made) === 'ConfluentKafkaInstrumentor' ? [{ source, site }] : [];
  });
}

function importOf(source: SourceCode, local: string): CodeImport | undefined {
  return source.code.imports.find(
    ({ from, names }) => from.startsWith('confluent_kafka') && Object.hasOwn(names, local),
  );
}

/** Whether instrumentation certainly comes after an import: it is called by what has imported the file already. */
function isLater(
  { source: setup, site }: Instrumented,
  source: SourceCode,
  imported: CodeImport,
  { entry }: TracedProcess,
  code: PythonCode,
): boolean {
  const atTop = site.function.id === 0;
  if (setup === source) return !atTop || imported.start < site.call.start;
  if (importsBefore(code, source, setup, imported.start)) return false;
  if (entry === undefined || entry === source)
    return entry === source && !atTop && !calledAtTop(code, entry, site, imported.start);
  const client = firstImport(code, entry, source);
  if (client === undefined) return false;
  if (!atTop) return !calledAtTop(code, entry, site, client);
  const first = setup === entry ? site.call.start : firstImport(code, entry, setup);
  return first !== undefined && client < first;
}

/** Whether a file has imported another before an offset. */
function importsBefore(code: PythonCode, source: SourceCode, target: SourceCode, before: number): boolean {
  const first = firstImport(code, source, target);
  return first !== undefined && first < before;
}

/** The offset of the first import at the top of a file that leads to another. */
function firstImport(code: PythonCode, source: SourceCode, target: SourceCode): number | undefined {
  const found = source.code.imports.filter((one) => {
    if (one.function !== undefined) return false;
    return code.modules.reach(code.modules.targetsOf(source, one)).has(target);
  });
  return found.length === 0 ? undefined : Math.min(...found.map(({ start }) => start));
}

/** Whether an entry calls the function that instruments, at its top and before an offset. */
function calledAtTop(code: PythonCode, entry: SourceCode, site: Site, before: number): boolean {
  return code.sitesOf(entry, entry.code.functions[0]!).some(({ call }) => {
    if (call.start > before) return false;
    const targets = code.functionsOf(entry, entry.code.functions[0]!, call.callee);
    return targets.some(
      (place) =>
        place.function === site.function ||
        code.sitesOf(place.source, place.function).some(({ method }) => method === site.function.name),
    );
  });
}

function bare(site: Site, imported: CodeImport, { source, site: at }: Instrumented): Finding {
  const name = lastPart(site.call.callee);
  const message =
    `\`${name}\` was imported by name before ConfluentKafkaInstrumentor replaced it in its module: this object is not ` +
    'instrumented. Import the module and use its attribute, or wrap the object with `instrument_producer`/`instrument_consumer`.';
  return findingAt('PY-KAFKA-PATCH-MISSED', site.source, placeOf(site), {
    severity: 'warning',
    message,
    fixes: instrumentClient(site.source, site.call, site.name.endsWith('Consumer') ? 'consumer' : 'producer'),
    related: [
      relatedAt(site.source, imported, 'Imported by name'),
      relatedAt(source, placeOf({ source, call: at.call }), 'Replaced here'),
    ],
  });
}

function neverPatched(site: Site): Finding {
  const message = `ConfluentKafkaInstrumentor does not replace \`${lastPart(site.call.callee)}\`: its messages carry no trace context.`;
  return findingAt('PY-KAFKA-PATCH-MISSED', site.source, placeOf(site), { severity: 'warning', message });
}
