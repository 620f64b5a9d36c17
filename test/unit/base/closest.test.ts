import assert from 'node:assert/strict';
import { closest } from '../../../src/base/closest';

describe('the known name that resembles a wrong one', () => {
  const known = ['GO-CTX-BACKGROUND', 'GO-PROP-UNSET', 'JS-INIT-ORDER'];

  it('is found over a few slips', () => {
    assert.equal(closest('GO-CTX-BACKGROND', known), 'GO-CTX-BACKGROUND');
    assert.equal(closest('GO-PROPS-UNSTE', known), 'GO-PROP-UNSET');
  });

  it('is none where nothing resembles it', () => {
    assert.equal(closest('BECAUSE', known), undefined);
    assert.equal(closest('', known), undefined);
    assert.equal(closest('GO-PROP-UNSET', []), undefined);
  });
});
