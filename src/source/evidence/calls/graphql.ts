import { attributeText, firstText } from '../../../model/attributes';
import type { OperationKey } from '../../../model/operation';
import { NO_PLACES, type Candidate, type EvidenceContext, type FoundPlaces } from '../../candidate';
import { missInReach } from '../../missed';
import { handlerPlaces } from './handlerPlaces';
import { CONFIDENCE, SHARED } from '../confidences';

/** A field of a schema as a span names it. */
interface WantedField {
  readonly field: string;
  /** Types that may have it; undefined if all but the root types may. */
  readonly types: readonly string[] | undefined;
  readonly confidence: number;
}

const ROOTS = ['Query', 'Mutation', 'Subscription'];
const SOURCES = ['graphql.source', 'graphql.document'];
const PARENTS = [
  'graphql.parent.type',
  'graphql.parentType',
  'graphql.field.parent_type',
  'graphql.field.parentType',
  'graphql.field.parent',
];

/**
 * GraphQL's spans to resolvers: `graphql.field.path` (or name) of a resolved field; of an operation that asks for one
 * field alone, the resolver of that field.
 */
export function graphqlEvidence(operation: OperationKey, context: EvidenceContext): FoundPlaces {
  const wanted = operation.kind === 'CLIENT' ? undefined : (resolvedField(operation) ?? rootField(operation));
  return wanted === undefined ? NO_PLACES : placesOfField(wanted, operation, context);
}

async function placesOfField(
  wanted: WantedField,
  operation: OperationKey,
  context: EvidenceContext,
): Promise<Candidate[]> {
  context.touch(`field:${wanted.field}`);
  const fitting = context.index.fields.get(wanted.field).filter(({ file, value }) => {
    const fits = wanted.types === undefined ? !ROOTS.includes(value.type) : wanted.types.includes(value.type);
    return fits && context.reaches(context.files.get(file));
  });
  const near = context.scope.nearest(fitting, ({ file }) => context.files.get(file)!);
  const text = `field ${[wanted.types?.length === 1 ? wanted.types[0] : undefined, wanted.field].filter(Boolean).join('.')}`;
  const because = { kind: 'graphql', confidence: wanted.confidence, text } as const;
  const places = (await Promise.all(near.map((entry) => handlerPlaces(entry, because, context)))).flat();
  const distinct = [...new Map(places.map((one) => [`${one.file.path}:${one.line}`, one])).values()];
  if (distinct.length === 0) missInReach(`resolves the ${text}`, operation, context);
  return distinct.length < 2 ? distinct : distinct.map((one) => ({ ...one, confidence: SHARED.graphql }));
}

function resolvedField({ attributes, name: span }: OperationKey): WantedField | undefined {
  // Python's Strawberry and Ariadne say `graphql.path`, the former also in the span's name.
  const path = firstText(attributes, ['graphql.field.path', 'graphql.path']);
  const name = attributeText(attributes, 'graphql.field.name') ?? /^GraphQL Resolving: (\w+)$/.exec(span)?.[1];
  const parts = (path ?? '').split(/[./[\]]+/).filter((part) => part !== '' && !/^\d+$/.test(part));
  const field = name ?? parts.at(-1);
  if (field === undefined) return undefined;
  const parent = firstText(attributes, PARENTS);
  if (parent !== undefined) return { field, types: [parent], confidence: CONFIDENCE.graphql.parent };
  if (parts.length === 1)
    return {
      field,
      types: rootTypes(attributeText(attributes, 'graphql.operation.type')),
      confidence: CONFIDENCE.graphql.operation,
    };
  return path === undefined ? undefined : { field, types: undefined, confidence: CONFIDENCE.graphql.path };
}

function rootTypes(operation: string | undefined): readonly string[] {
  const type =
    operation === undefined ? undefined : operation.charAt(0).toUpperCase() + operation.slice(1).toLowerCase();
  return type !== undefined && ROOTS.includes(type) ? [type] : ROOTS;
}

/** The only field an operation asks for, out of its document. */
function rootField({ attributes }: OperationKey): WantedField | undefined {
  const source = firstText(attributes, SOURCES);
  if (source === undefined || attributes.has('graphql.field.name')) return undefined;
  const fields = rootFields(source);
  const [only] = fields;
  if (fields.length !== 1 || only === undefined || only.startsWith('__')) return undefined;
  const said =
    attributeText(attributes, 'graphql.operation.type') ?? /^\s*(query|mutation|subscription)\b/.exec(source)?.[1];
  return { field: only, types: rootTypes(said ?? 'query'), confidence: CONFIDENCE.graphql.document };
}

/** Names of the fields in the first selection set of a document; fragments there count as a field of their own. */
function rootFields(source: string): string[] {
  const fields: string[] = [];
  let depth = 0;
  let parens = 0;
  for (const [token] of source
    .replace(/#[^\n]*/g, '')
    .matchAll(/"""[^]*?"""|"(?:\\.|[^"\\])*"|\.{3}|[{}()]|\w+\s*:|@?[\w$]+/g)) {
    if (token === '(') parens++;
    else if (token === ')') parens--;
    else if (parens > 0) continue;
    else if (token === '{') depth++;
    else if (token === '}') {
      if (--depth === 0) break;
    } else if (depth === 1 && !token.endsWith(':') && !/^[@"$]/.test(token)) fields.push(token);
  }
  return fields;
}
