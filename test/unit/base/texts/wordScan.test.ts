import assert from 'node:assert/strict';
import { WordScan } from '../../../../src/base/texts/wordScan';

describe('wordScan', () => {
  const scan = new WordScan(['Kafka', 'fetcher', 'x('], ['fetch', 'he', 'kaf-']);
  const find = (text: string): string => scan.find(Buffer.from(text));

  it('finds words in whatever case and wherever they stand', () => {
    assert.equal(find('new KAFKA'), 'enough');
    assert.equal(find('x('), 'enough');
    assert.equal(find('a FETCHER()'), 'enough');
  });

  it('finds words that begin inside of others that do not end', () => {
    assert.equal(find('kakafka'), 'enough');
    assert.equal(find('kafkaf-'), 'enough');
    assert.equal(find('kaf kaf-'), 'others');
    assert.equal(find('fetchers'), 'enough');
    assert.equal(find('fetche'), 'others');
    assert.equal(find('fethe'), 'others');
  });

  it('tells of a word that is enough also behind another', () => {
    assert.equal(find('fetch( kafka'), 'enough');
  });

  it('finds nothing in other texts, in those without letters of the words, and in none', () => {
    assert.equal(find('kafk a x fetc'), 'none');
    assert.equal(find('Größe 日本 €'), 'none');
    assert.equal(find(''), 'none');
  });

  it('finds words as a search for each does', () => {
    const words = ['aa', 'aba', 'abab', 'bb(', 'ab-b', 'b.a'];
    const many = new WordScan(words.slice(0, 2), words.slice(2));
    let seed = 7;
    for (let round = 0; round < 2_000; round++) {
      const text = Array.from({ length: 9 }, () => 'abB(-.A'[(seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % 7]);
      const lower = text.join('').toLowerCase();
      const has = (some: readonly string[]): boolean => some.some((word) => lower.includes(word));
      const wanted = has(words.slice(0, 2)) ? 'enough' : has(words.slice(2)) ? 'others' : 'none';
      assert.equal(many.find(Buffer.from(text.join(''))), wanted, text.join(''));
    }
  });
});
