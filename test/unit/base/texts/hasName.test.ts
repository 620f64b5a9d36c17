import assert from 'node:assert/strict';
import { hasName } from '../../../../src/base/texts/hasName';

describe('hasName', () => {
  it('finds a name that stands by itself, at either end of the text too', () => {
    assert.ok(hasName('init', 'init'));
    assert.ok(hasName('call(init)', 'init'));
  });

  it('finds it behind a longer one', () => {
    assert.ok(hasName('initialize(); init()', 'init'));
  });

  it('takes no part of another name for it', () => {
    assert.ok(!hasName('initialize reinit $init init_2 init$', 'init'));
  });
});
