import type { FunctionPlace } from '../../code/program';
import { nameOfCall } from '../declarations';
import type { JavaCode } from '../javaCode';
import { lastPart, plainType } from '../typeNames';
import { declaredType } from '../variables';
import { rootVariable } from '../spring/springClients';

/** What puts spans around the statements of a data source beside Micrometer Tracing. */
const OF_DATA_SOURCES =
  /^net\.ttddyy\.observation:datasource-micrometer|:(opentelemetry-jdbc|opentelemetry-p6spy|p6spy-spring-boot-starter)$/;

/** Templates that statements are given to. */
const TEMPLATE =
  /^(JdbcTemplate|NamedParameterJdbcTemplate|JdbcClient|JdbcOperations|EntityManager|MongoTemplate|MongoOperations)$/;

/** Interfaces that Spring Data implements. */
const REPOSITORY = /^(Jpa|Crud|ListCrud|PagingAndSorting|ListPagingAndSorting|Mongo)Repository$/;

/** Whether statements to databases have spans of their own: an agent and OpenTelemetry's starter see to that. */
export function tracesDatabases({ setup, code: { unit } }: JavaCode): boolean {
  if (setup.agent !== undefined || setup.mechanisms.some(({ name }) => name === 'starter')) return true;
  return [...unit.dependencies.keys()].some((name) => OF_DATA_SOURCES.test(name));
}

/** Whether a function asks a database itself: through a repository of Spring Data's or a template. */
export function asksDatabase(code: JavaCode, { source, function: fn }: FunctionPlace): boolean {
  return source.callsIn(fn).some((call) => {
    const root = call.callee.kind === 'member' ? rootVariable(call.callee) : undefined;
    if (root === undefined || nameOfCall(call) === undefined) return false;
    const written = declaredType(source, fn, { kind: 'name', name: root, start: call.start, end: call.start });
    if (written === undefined) return false;
    const type = lastPart(plainType(written));
    return TEMPLATE.test(type) || isRepository(code, type);
  });
}

function isRepository({ program }: JavaCode, type: string): boolean {
  return program
    .typesNamed(type)
    .some((one) => one.type.bases.some((base) => REPOSITORY.test(lastPart(plainType(base)))));
}
