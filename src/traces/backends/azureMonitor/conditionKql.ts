import { isAzureResource } from '../../formats/azure/azureProperties';
import { isTypedKey } from '../../formats/recordValues';
import { Keyword } from '../../traceql/language/datum';
import { otherNames } from '../../traceql/language/semconv';
import type { PreparedSearch } from '../../traceql/plan/prepareSearch';
import type { SimpleCondition } from '../../traceql/plan/pushdown';
import { wildcardsOf } from '../searchEngine/textPattern';
import { testedConditions } from '../testedConditions';
import type { AzureDialect } from './azureDialect';
import { foldedColumn } from './foldedKql';
import { anyOf, literal, quoted, type Condition } from './kql';
import { FAILED, SERVICE, serviceCondition } from './spanKql';

const NS_PER_MS = 1e6;
/** A tick of the service, in milliseconds. */
const TICK_MS = 0.0001;
const TRACE_ID = /^[0-9a-f]{1,32}$/i;

/** How conditions are written. */
export interface KqlSearch {
  readonly dialect: AzureDialect;
  readonly anySemconv: boolean;
}

/** All that KQL can say of one span that a trace must have. */
export function groupConditions(group: readonly SimpleCondition[], search: KqlSearch): Condition[] {
  return group.flatMap((condition) => conditionKql(condition, search) ?? []);
}

/** What spans tell of the trace itself. */
export function traceConditions({ pushdown }: PreparedSearch): Condition[] {
  return pushdown.trace.flatMap((condition) => traceKql(condition) ?? []);
}

/** What of a search is left to test here, in a sentence; undefined where KQL says all of it. @param name of the backend. */
export function testedAfterKql(name: string, prepared: PreparedSearch, search: KqlSearch): string | undefined {
  return testedConditions(name, prepared, (condition) => {
    const said = traceKql(condition) ?? conditionKql(condition, search);
    return said === undefined ? 'not' : said.exact ? 'whole' : 'part';
  });
}

function traceKql({ field, operator, value }: SimpleCondition): Condition | undefined {
  const id = value?.value;
  if (field.name !== 'trace:id' || operator !== '=' || typeof id !== 'string' || !TRACE_ID.test(id)) return undefined;
  return { kql: `OperationId == ${literal(id.toLowerCase().padStart(32, '0'))}`, exact: true };
}

/** One condition; undefined where KQL cannot say anything of it. It never finds less than is meant. */
export function conditionKql(condition: SimpleCondition, search: KqlSearch): Condition | undefined {
  const { field } = condition;
  if (field.node === 'intrinsic') return intrinsicKql(field.name, condition, search);
  const { scope, name } = field;
  if (scope !== 'span' && scope !== 'resource' && scope !== 'any') return undefined;
  if (name === 'service.name') return scope === 'resource' ? serviceKql(condition) : undefined;
  // A span may have it where its process has not: only the evaluator can tell them apart.
  if (condition.operator === 'missing') return undefined;
  const names = [name, ...(search.anySemconv ? otherNames(name) : [])];
  const found = anyOf(names.map((one) => attributeKql(one, condition, search)));
  const isOfScope = scope === 'any' || isAzureResource(name) === (scope === 'resource');
  return found === undefined || isOfScope ? found : { ...found, exact: false };
}

function serviceKql({ operator, value }: SimpleCondition): Condition | undefined {
  const service = value?.value;
  if (typeof service !== 'string' || service === '') return undefined;
  if (operator === '=') return serviceCondition(service);
  return operator === '=~' ? patternKql(SERVICE, service) : undefined;
}

function intrinsicKql(name: string, { operator, value }: SimpleCondition, search: KqlSearch): Condition | undefined {
  const constant = value?.value;
  switch (name) {
    case 'name':
      return textKql('Name', operator, constant);
    case 'status':
      return operator === '=' && constant instanceof Keyword && constant.name === 'error'
        ? { kql: FAILED, exact: true }
        : undefined;
    case 'kind':
      return operator === '=' && constant instanceof Keyword ? kindKql(constant.name, search.dialect) : undefined;
    case 'duration':
      return durationKql(operator, Number(constant));
    case 'statusMessage':
      return textKql('tostring(Properties["otel.status_description"])', operator, constant);
    case 'instrumentation:name':
      return textKql('tostring(Properties["instrumentationlibrary.name"])', operator, constant);
    case 'instrumentation:version':
      return textKql('tostring(Properties["instrumentationlibrary.version"])', operator, constant);
    case 'span:id':
      return idKql('Id', operator, constant);
    case 'span:parentID':
      return idKql('ParentId', operator, constant);
    default:
      return undefined;
  }
}

/** Older SDKs write more than the id of the span into the column. */
function idKql(column: string, operator: string, constant: unknown): Condition | undefined {
  const text = operator === '=' && typeof constant === 'string' && constant !== '' ? quoted(constant) : undefined;
  return text === undefined ? undefined : { kql: `${column} contains ${text}`, exact: false };
}

/** The tables tell who was called from who called; the rest is told by what a span says. */
function kindKql(kind: string, { requests, dependencies }: AzureDialect): Condition | undefined {
  if (kind === 'unspecified') return undefined;
  const isReceived = kind === 'server' || kind === 'consumer';
  return { kql: `Type == "${isReceived ? requests : dependencies}"`, exact: false };
}

/** Bounds are as exact as the service's own durations: a tick more is found. */
function durationKql(operator: string, ns: number): Condition | undefined {
  if (!Number.isFinite(ns)) return undefined;
  const least = `DurationMs >= ${Math.max(0, ns / NS_PER_MS - TICK_MS).toFixed(6)}`;
  const most = `DurationMs <= ${(ns / NS_PER_MS + TICK_MS).toFixed(6)}`;
  if (operator === '=') return { kql: `(${least} and ${most})`, exact: false };
  if (operator.startsWith('>')) return { kql: least, exact: false };
  return operator.startsWith('<') ? { kql: most, exact: false } : undefined;
}

function textKql(expression: string, operator: string, constant: unknown): Condition | undefined {
  if (typeof constant !== 'string' || constant === '') return undefined;
  if (operator === '=') return equalsKql(expression, constant);
  return operator === '=~' ? patternKql(expression, constant) : undefined;
}

function equalsKql(expression: string, text: string): Condition | undefined {
  const written = quoted(text);
  return written === undefined ? undefined : { kql: `${expression} == ${written}`, exact: true };
}

/** A property, or the column that an exporter may have put it into. */
function attributeKql(attribute: string, condition: SimpleCondition, { dialect }: KqlSearch): Condition | undefined {
  const key = quoted(attribute);
  if (key === undefined) return undefined;
  const folded = foldedColumn(attribute, dialect);
  const isThere = `isnotnull(Properties[${key}]) or isnotnull(Measurements[${key}])`;
  const exists: Condition = {
    kql: `(${isThere}${folded === undefined ? '' : ` or ${folded.when}`})`,
    exact: condition.operator === 'exists' && folded === undefined,
  };
  const inProperties = valueKql(`tostring(Properties[${key}])`, attribute, condition);
  const inMeasurements = valueKql(`tostring(Measurements[${key}])`, attribute, condition);
  if (inProperties === undefined || inMeasurements === undefined) return exists;
  const isNumber = typeof condition.value?.value === 'number';
  const kept = isNumber ? anyOf([inProperties, { ...inMeasurements, exact: true }]) : inProperties;
  if (folded === undefined) return kept;
  const said = folded.text === undefined ? undefined : valueKql(folded.text, attribute, condition);
  const inColumn = `(${folded.when}${said === undefined ? '' : ` and ${said.kql}`})`;
  return anyOf([kept, { kql: inColumn, exact: false }]);
}

/** What a text must meet; undefined where only the evaluator can say. */
function valueKql(expression: string, attribute: string, { operator, value }: SimpleCondition): Condition | undefined {
  const constant = value?.value;
  if (typeof constant === 'string') return textKql(expression, operator, constant);
  if (typeof constant === 'boolean') {
    return operator === '=' ? { kql: `${expression} =~ "${constant}"`, exact: false } : undefined;
  }
  if (typeof constant !== 'number' || !Number.isFinite(constant) || !/^([<>]=?|=)$/.test(operator)) return undefined;
  const written = Number.isSafeInteger(constant) ? String(constant) : constant.toFixed(9);
  // Texts are numbers only under the names that conventions give numbers to.
  const exact = Number.isSafeInteger(constant) && isTypedKey(attribute);
  return { kql: `todouble(${expression}) ${operator === '=' ? '==' : operator} ${written}`, exact };
}

/** Texts between the wildcards of a pattern, each where it must be; a little more may fit. */
function patternKql(expression: string, regex: string): Condition | undefined {
  const patterns = wildcardsOf(regex);
  if (patterns === undefined || patterns.some((pattern) => /^[*?]*$/.test(pattern))) return undefined;
  return anyOf(patterns.map((pattern) => wildcardKql(expression, pattern)));
}

function wildcardKql(expression: string, pattern: string): Condition | undefined {
  if (!/[*?\\]/.test(pattern)) return equalsKql(expression, pattern);
  const parts = pattern.split(/\\.|\*|\?/);
  const said = parts.flatMap((part, at) => {
    const text = part === '' ? undefined : quoted(part);
    if (text === undefined) return [];
    const operator = at === 0 ? 'startswith_cs' : at === parts.length - 1 ? 'endswith_cs' : 'contains_cs';
    return [`${expression} ${operator} ${text}`];
  });
  return said.length === 0 ? undefined : { kql: `(${said.join(' and ')})`, exact: false };
}
