import type { Pipeline } from '../../traceql/language/ast';
import { otherNames } from '../../traceql/language/semconv';
import { fieldsOf } from '../../traceql/plan/fieldsRead';
import { literal, quoted } from './kql';

/** Properties without which a row is not the span that it is when all are there. */
const OF_EVERY_SPAN: readonly string[] = [
  'service.name',
  'otel.status_code',
  'otel.status_description',
  'http.request.method',
  'http.method',
  'rpc.system',
  'db.system',
  'db.system.name',
  'messaging.system',
  'messaging.destination',
  'messaging.destination.name',
  'messaging.operation',
  'messaging.operation.type',
  'messaging.operation.name',
];
const COLUMNS = [
  ...['Type', 'TimeGenerated', 'OperationId', 'Id', 'ParentId', 'Name', 'DurationMs', 'Success', 'ResultCode'],
  ...['AppRoleName', 'AppRoleInstance', 'AppVersion', 'DependencyType', 'Target', 'Url', 'Source'],
];
const SCOPE = ['instrumentationlibrary.name', 'instrumentationlibrary.version'];
const LINKS = '_MS.links';

/** What of spans a search needs, as columns of a `project`. */
export function searchedColumns(pipeline: Pipeline | undefined, anySemconv: boolean): string[] {
  const names = new Set(OF_EVERY_SPAN);
  let readsData = false;
  for (const field of pipeline === undefined ? [] : fieldsOf(pipeline)) {
    if (field.node === 'intrinsic') {
      if (field.name.startsWith('instrumentation:')) for (const name of SCOPE) names.add(name);
      if (field.name.startsWith('link:')) names.add(LINKS);
      continue;
    }
    if (field.scope === 'link') names.add(LINKS);
    for (const name of [field.name, ...(anySemconv ? otherNames(field.name) : [])]) {
      names.add(name);
      readsData ||= /^(db\.(statement|query)|url\.|http\.)/.test(name);
    }
  }
  const written = [...names].filter((name) => quoted(name) !== undefined).map((name) => literal(name));
  const bag = (of: string): string =>
    `${of}=bag_pack(${written.flatMap((name) => [name, `${of}[${name}]`]).join(', ')})`;
  // Statements and addresses are the longest texts of a row.
  return [...COLUMNS, readsData ? 'Data' : 'Data=""', bag('Properties'), bag('Measurements')];
}
