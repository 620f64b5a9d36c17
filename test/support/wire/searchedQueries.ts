import { readFileSync } from 'node:fs';
import path from 'node:path';
import { prepareSearch } from '../../../src/traces/traceql/plan/prepareSearch';

const FIXTURES = path.join(__dirname, '../../fixtures/tempo');

interface Row {
  readonly query: string;
  readonly status: number;
  readonly traces?: readonly unknown[];
}

/** Queries that a real Tempo answered, and others for what a service's own language can do to a condition. */
export function searchedQueries(others: readonly string[] = OTHERS): string[] {
  const recorded = (JSON.parse(readFileSync(path.join(FIXTURES, 'traceql.json'), 'utf8')) as Row[])
    .filter(({ status, traces }) => status === 200 && traces !== undefined)
    .map(({ query }) => query);
  return distinct([...recorded, ...others]);
}

const OTHERS: readonly string[] = [
  '{ name =~ "GET.*" }',
  '{ name =~ "POST /orders|GET /.*" }',
  '{ name =~ ".*orders" }',
  '{ resource.service.name =~ "orders-.*" }',
  '{ resource.service.name != "orders-api" }',
  '{ span.http.route =~ "/ORDERS.*" }',
  '{ .http.route != nil }',
  '{ span.http.route = nil && kind = server }',
  '{ resource.http.route != nil }',
  '{ span.http.response.status_code = 200 }',
  '{ span.http.response.status_code != 200 }',
  '{ span.http.response.status_code < 300 && span.http.response.status_code >= 200 }',
  '{ span.http.response.status_code = "200" }',
  '{ span.cached = true }',
  '{ span.cached != true }',
  '{ span.odd.double < 1 }',
  '{ span.odd.map != nil }',
  '{ span.odd.list.doubles = 0.5 }',
  '{ span.odd.empty = "" }',
  '{ span.odd.number.text = "00042" }',
  '{ span.no.such.attribute = 5 }',
  '{ span.no.such.attribute = nil && status = error }',
  '{ event:name = "exception" }',
  '{ event.exception.type != nil }',
  '{ instrumentation:name = "http" }',
  '{ link:traceID != nil }',
  '{ kind != internal && status != error }',
  '{ kind = producer || kind = consumer }',
  '{ status = unset }',
  '{ duration = 400us }',
  '{ duration >= 1ns && duration < 2ns }',
  '{ span:parentID = "0123456789abcdef" }',
  '{ statusMessage =~ ".+" }',
];

/** One of each that asks a backend for something else. */
function distinct(queries: readonly string[]): string[] {
  const byAsked = new Map<string, string>();
  for (const text of queries) {
    const { isEmpty, pushdown } = prepareSearch({ text });
    const asked = pushdown.groups.map((group) => group.map(({ field, operator, value }) => [field, operator, value]));
    const write = (key: string, value: unknown): unknown =>
      /^(from|to)$/.test(key) ? undefined : typeof value === 'bigint' ? String(value) : value;
    byAsked.set(JSON.stringify([isEmpty, asked, pushdown.trace], write), text);
  }
  return [...byAsked.values()];
}
