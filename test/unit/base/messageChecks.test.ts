import assert from 'node:assert/strict';
import {
  hasFields,
  isCount,
  isKeyOf,
  isListOf,
  isNumber,
  isOptional,
  isText,
  isVariant,
} from '../../../src/base/messageChecks';

describe('checks of messages', () => {
  it('tell numbers that count from those that do not', () => {
    for (const value of [0, 7, Number.MAX_SAFE_INTEGER]) assert.ok(isCount(value), String(value));
    for (const value of [-1, 0.5, 2 ** 53, Number.NaN, '1', 1n, undefined]) assert.ok(!isCount(value), String(value));
    assert.ok(isNumber(-0.5));
    assert.ok(!isNumber(Number.POSITIVE_INFINITY));
  });

  it('let a field be absent only where it may be', () => {
    const check = hasFields({ name: isText, notes: isOptional(isListOf(isText)) });
    assert.ok(check({ name: 'a', more: 1 }));
    assert.ok(check({ name: 'a', notes: [] }));
    for (const odd of [null, 'name', {}, { name: 'a', notes: ['b', 1] }, { name: 'a', notes: 'b' }]) {
      assert.equal(check(odd), false, JSON.stringify(odd));
    }
  });

  it('know the members of a union by their names, and none that every object has', () => {
    const check = isVariant('type', { go: {}, say: { text: isText } });
    assert.ok(check({ type: 'go' }));
    assert.ok(check({ type: 'say', text: '' }));
    for (const odd of [undefined, null, 'go', { type: 'say' }, { type: 'constructor' }, { kind: 'go' }, { type: 1 }]) {
      assert.equal(check(odd), false, JSON.stringify(odd));
    }
    assert.ok(isKeyOf({ a: true })('a'));
    assert.ok(!isKeyOf({ a: true })('toString'));
  });
});
