import assert from 'node:assert/strict';
import { SyntaxService } from '../../src/syntax/syntaxService';
import { factsText } from './factsText';
import { syntaxAssets } from './syntaxAssets';

let shared: Promise<SyntaxService> | undefined;

/** One service for all tests of a process: grammars are loaded once. */
export function sharedSyntax(): Promise<SyntaxService> {
  shared ??= SyntaxService.create(syntaxAssets());
  return shared;
}

/** What a span may point at: a file that says any of it must be let through by the prefilter of its language. */
const TELLING = [
  'spans',
  'tracerNames',
  'routes',
  'mounts',
  'rpcs',
  'messages',
  'httpCalls',
  'queries',
  'serviceNames',
  'fields',
  'entityCalls',
] as const;

/**
 * Asserts on topics of a file's facts, written as {@link factsText} writes them; topics left out are not looked at. What
 * says anything of interest must be let through by the prefilter, or the index never reads it.
 */
export async function expectFacts(
  path: string,
  code: string,
  expected: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  const service = await sharedSyntax();
  const facts = await service.facts(path, code);
  assert.equal(facts.skipped, undefined);
  const telling = TELLING.filter((topic) => facts[topic].length > 0);
  if (telling.length > 0) assert.ok(service.mayHaveFacts(path, code), `the prefilter keeps ${telling.join(', ')} out`);
  const text = factsText(facts);
  const actual = Object.fromEntries(Object.keys(expected).map((topic) => [topic, text[topic]]));
  assert.deepEqual(actual, expected);
}
