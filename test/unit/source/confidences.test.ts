import assert from 'node:assert/strict';
import { CANDIDATE_CONFIDENCE, DISPLAY_CONFIDENCE } from '../../../src/model/location';
import { CONFIDENCE, SHARED } from '../../../src/source/evidence/confidences';

/** What the strongest ground of each kind is worth, in the order that the measurement gives the kinds. */
const ORDER = [
  'file-line',
  'convention',
  'function',
  'graphql',
  'exception',
  'rpc',
  'route',
  'span-name',
  'http-call',
  'messaging',
  'query',
  'log',
  'same-name',
] as const satisfies readonly (keyof typeof CONFIDENCE)[];

/** Grounds that are offered and never shown by themselves. */
const OFFERED = new Set([
  'messaging.topology',
  'file-line.layer',
  'function.bare',
  'route.weak',
  'span-name.layer',
  'same-name.name',
]);

describe('the confidences of evidence', () => {
  const grounds = Object.entries(CONFIDENCE).flatMap(([kind, table]) =>
    Object.entries(table as Readonly<Record<string, number>>).map(
      ([name, value]) => [`${kind}.${name}`, value] as const,
    ),
  );

  it('keep the order of the kinds', () => {
    assert.deepEqual(new Set(ORDER), new Set(Object.keys(CONFIDENCE)));
    const strongest = ORDER.map((kind) => Math.max(...Object.values(CONFIDENCE[kind])));
    assert.deepEqual(
      strongest,
      [...strongest].sort((a, b) => b - a),
    );
  });

  it('begin each kind with its strongest ground', () => {
    for (const [kind, table] of Object.entries(CONFIDENCE)) {
      const values = Object.values(table as Readonly<Record<string, number>>);
      assert.deepEqual(
        values,
        [...values].sort((a, b) => b - a),
        kind,
      );
    }
  });

  it('show each ground by itself but those that are only offered', () => {
    const hidden = grounds.filter(([, value]) => value < DISPLAY_CONFIDENCE).map(([name]) => name);
    assert.deepEqual(new Set(hidden), OFFERED);
  });

  it('never show what fits several places alike', () => {
    for (const [kind, value] of Object.entries(SHARED)) {
      assert.ok(value < DISPLAY_CONFIDENCE && value >= CANDIDATE_CONFIDENCE, `${kind}: ${value}`);
    }
  });

  it('leave room for agreement below certainty', () => {
    for (const [name, value] of grounds) assert.ok(value > 0 && value < 0.99, `${name}: ${value}`);
  });
});
