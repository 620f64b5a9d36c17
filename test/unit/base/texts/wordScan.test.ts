import assert from 'node:assert/strict';
import { WordScan } from '../../../../src/base/texts/wordScan';

describe('wordScan', () => {
  const scan = new WordScan(['Kafka', 'fetcher', 'x('], [['fetch', 'he'], ['kaf-'], ['etche']]);
  const find = (text: string): number | 'enough' => scan.find(Buffer.from(text));

  it('finds words in whatever case and wherever they stand', () => {
    assert.equal(find('new KAFKA'), 'enough');
    assert.equal(find('x('), 'enough');
    assert.equal(find('a FETCHER()'), 'enough');
  });

  it('finds words that begin inside of others that do not end', () => {
    assert.equal(find('kakafka'), 'enough');
    assert.equal(find('kafkaf-'), 'enough');
    assert.equal(find('kaf kaf-'), 0b010);
    assert.equal(find('fetchers'), 'enough');
    assert.equal(find('fetche'), 0b101);
    assert.equal(find('fethe'), 0b001);
  });

  it('tells of a word that is enough also behind another', () => {
    assert.equal(find('fetch( kafka'), 'enough');
  });

  it('finds nothing in other texts, in those without letters of the words, and in none', () => {
    assert.equal(find('kafk a x fetc'), 0);
    assert.equal(find('Größe 日本 €'), 0);
    assert.equal(find(''), 0);
  });

  it('finds words as a search for each does', () => {
    const words = ['aa', 'aba', 'abab', 'bb(', 'ab-b', 'b.a'];
    const many = new WordScan(
      words.slice(0, 2),
      words.slice(2).map((word) => [word]),
    );
    let seed = 7;
    for (let round = 0; round < 2_000; round++) {
      const text = Array.from({ length: 9 }, () => 'abB(-.A'[(seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % 7]);
      const lower = text.join('').toLowerCase();
      const has = words.map((word) => lower.includes(word));
      const groups = has.slice(2).reduce((bits, isThere, i) => bits | (isThere ? 1 << i : 0), 0);
      const wanted = has[0] === true || has[1] === true ? 'enough' : groups;
      assert.equal(many.find(Buffer.from(text.join(''))), wanted, text.join(''));
    }
  });
});
