import { isObject, type JsonObject } from '../../otlp/jsonFields';
import { textOf } from '../recordValues';
import type { EventOfSpan, MutableAttributes } from '../spanRecord';
import { nanosOfIso } from '../recordTimes';
import { azureIds } from './azureIds';
import { azureProperties } from './azureProperties';
import { azureTable, dynamicItems } from './azureRows';

/** The severity of logs that say nothing of it; exporters write no other for events. */
const VERBOSE = 0;

/** The events of spans: exceptions, and traces that are no logs; what is neither is left out. */
export function* azureEvents(rows: Iterable<JsonObject>): Generator<EventOfSpan> {
  for (const row of rows) {
    const table = azureTable(row);
    const ids = azureIds(row.OperationId, row.ParentId, undefined);
    const timeNs = nanosOfIso(row.TimeGenerated);
    if (ids === undefined || timeNs === undefined) continue;
    const { attributes } = azureProperties(row);
    const { traceId, spanId } = ids;
    if (table === 'exception') {
      addException(attributes, row);
      yield { traceId, spanId, event: { timeNs, name: 'exception', attributes } };
    } else if (table === 'trace' && !isLog(row)) {
      yield { traceId, spanId, event: { timeNs, name: textOf(row.Message) ?? '', attributes } };
    }
  }
}

function isLog({ SeverityLevel: severity }: JsonObject): boolean {
  return severity !== null && severity !== undefined && severity !== '' && Number(severity) !== VERBOSE;
}

/** Columns say what attributes do not: the type may be that of the outermost one. */
function addException(attributes: MutableAttributes, row: JsonObject): void {
  const [details] = dynamicItems(row.Details).filter(isObject);
  const said: readonly (readonly [string, unknown])[] = [
    ['exception.type', row.ExceptionType ?? row.DependencyType ?? details?.type],
    ['exception.message', row.OuterMessage ?? details?.message ?? row.InnermostMessage],
    ['exception.stacktrace', row.Stack ?? details?.rawStack ?? stackOf(details)],
  ];
  for (const [name, value] of said) {
    const text = textOf(value) ?? '';
    if (text !== '' && !attributes.has(name)) attributes.set(name, text);
  }
}

/** Frames that the service has parsed, as .NET writes them. */
function stackOf(details: JsonObject | undefined): string | undefined {
  const frames = dynamicItems(details?.parsedStack).filter(isObject);
  if (frames.length === 0) return undefined;
  const lines = frames.map(({ method, fileName, line }) => {
    const file = textOf(fileName) ?? '';
    return `   at ${textOf(method) ?? '?'}${file === '' ? '' : ` in ${file}:line ${textOf(line) ?? 0}`}`;
  });
  return [`${textOf(details?.type) ?? ''}: ${textOf(details?.message) ?? ''}`, ...lines].join('\n');
}
