import assert from 'node:assert/strict';
import { wildcardsOf } from '../../../../../src/traces/backends/searchEngine/textPattern';
import { compileRegex } from '../../../../../src/traces/traceql/language/regex';

describe('Patterns with wildcards', () => {
  it('stand for plain texts, any characters and alternatives', () => {
    assert.deepEqual(wildcardsOf('orders-api'), ['orders-api']);
    assert.deepEqual(wildcardsOf('GET /.*|POST .+'), ['GET /*', 'POST ?*']);
    assert.deepEqual(wildcardsOf('a.c'), ['a?c']);
    assert.deepEqual(wildcardsOf('v1\\.2\\*'), ['v1.2\\*']);
    assert.deepEqual(wildcardsOf(''), ['']);
  });

  it('do not stand for anything else', () => {
    for (const regex of ['(a|b)', 'a+', 'a?', '[ab]', '\\d', 'a{2}', '^a', 'a$', '.?', 'a\\.?', 'a\\', '(?i)a', 'ä+']) {
      assert.equal(wildcardsOf(regex), undefined, regex);
    }
  });

  it('fit every text that the expression fits', () => {
    const texts = ['', 'a', 'ab', 'a.b', 'a*b', 'GET /', 'GET /x', 'POST', 'POST x', 'a?b', 'axb', 'a\\b'];
    for (const regex of ['a', 'a.*', '.*b', 'a.b', 'a\\.b', 'a\\*b', 'a\\?b', 'GET /.*|POST.+', 'a\\\\b', '.*']) {
      const patterns = wildcardsOf(regex)!.map(asRegex);
      for (const text of texts) {
        assert.equal(
          patterns.some((pattern) => pattern.test(text)),
          compileRegex(regex).test(text),
          `${regex}, ${text}`,
        );
      }
    }
  });
});

/** What a `wildcard` query fits: `?` one character, `*` any number, a backslash before either means itself. */
function asRegex(pattern: string): RegExp {
  const body = pattern.replace(/\\(.)|[*?]|[^\w\s]/g, (part: string, escaped: string | undefined) => {
    if (escaped !== undefined) return `\\${escaped}`;
    return part === '*' ? '.*' : part === '?' ? '.' : `\\${part}`;
  });
  return new RegExp(`^${body}$`, 's');
}
