import { firstText } from '../../model/attributes';
import type { OperationKey } from '../../model/operation';
import {
  NO_PLACES,
  callsiteCandidate,
  settle,
  type Candidate,
  type EvidenceContext,
  type FoundPlaces,
} from '../candidate';
import { ANY_TOKENS, sameStatement, sqlKey, sqlTokens, tellsStatement } from '../index/sqlTokens';
import { CONFIDENCE, SHARED } from './confidences';

/** A statement with holes must say this much for certain, or it could be any. */
const TELLING_TOKENS = 5;

/**
 * A statement of SQL to where it is written out, compared without the values. What an ORM made of its own is written
 * nowhere and fits nothing.
 */
export function queryEvidence(operation: OperationKey, context: EvidenceContext): FoundPlaces {
  const statement = firstText(operation.attributes, ['db.query.text', 'db.statement']);
  return statement === undefined ? NO_PLACES : placesOfStatement(statement, operation, context);
}

async function placesOfStatement(
  statement: string,
  operation: OperationKey,
  context: EvidenceContext,
): Promise<Candidate[]> {
  const sent = sqlTokens({ kind: 'literal', text: statement });
  if (!tellsStatement(sent)) return [];
  const key = sqlKey(sent);
  context.touch(`query:${key}`);
  const fitting = context.index.queries.get(key).filter(({ file, value }) => {
    return context.reaches(context.files.get(file)) && sameStatement(value.tokens, sent);
  });
  const nearest = context.scope.nearest(fitting, ({ file }) => context.files.get(file)!);
  // Where a constant is used says more than where it is written out.
  const used = nearest.filter(({ value }) => value.function >= 0);
  const near = used.length > 0 ? used : nearest;
  const certain = (tokens: readonly string[]): number => tokens.filter((token) => token !== ANY_TOKENS).length;
  const most = Math.max(0, ...near.map(({ value }) => certain(value.tokens)));
  const places: Candidate[] = [];
  for (const { file: path, value } of near) {
    if (certain(value.tokens) < most) continue;
    const isWhole = most === value.tokens.length;
    if (!isWhole && most < TELLING_TOKENS) continue;
    const file = context.files.get(path)!;
    const facts = await context.facts(file);
    const because = {
      kind: 'query',
      confidence: CONFIDENCE.query[isWhole ? 'whole' : 'template'],
      text: `statement ${words(statement)}`,
    } as const;
    if (facts) places.push(callsiteCandidate(file, facts, value.range, because));
  }
  return settle(places, SHARED.query, operation, context);
}

function words(statement: string): string {
  const line = statement.replace(/\s+/g, ' ').trim();
  return line.length <= 60 ? line : `${line.slice(0, 59)}…`;
}
