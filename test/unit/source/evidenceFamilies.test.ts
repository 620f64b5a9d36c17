import assert from 'node:assert/strict';
import type { AttributeValue } from '../../../src/model/attributes';
import { SPAN_KINDS } from '../../../src/model/operation';
import type { EvidenceContext } from '../../../src/source/candidate';
import { EVIDENCE_KINDS } from '../../../src/source/evidence/kinds';
import { operation } from '../../support/mappingWorkspace';

/** Attributes that note which of them were asked for. */
class AskedAttributes extends Map<string, AttributeValue> {
  readonly asked = new Set<string>();

  override get(key: string): AttributeValue | undefined {
    this.asked.add(key);
    return super.get(key);
  }

  override has(key: string): boolean {
    this.asked.add(key);
    return super.has(key);
  }
}

/** Attributes that kinds read beside those that they cannot do without. */
const BESIDE = ['actor_name', 'method', 'http'];

describe('Families of attributes', () => {
  it('are told for every attribute that a kind looks for before it says nothing', () => {
    for (const { read, families } of EVIDENCE_KINDS) {
      if (families.length === 0) continue;
      const attributes = new AskedAttributes();
      for (const kind of SPAN_KINDS) {
        const context = { logs: [], touch: () => undefined } as unknown as EvidenceContext;
        assert.deepEqual(read({ ...operation(kind, 'name'), attributes }, context), [], read.name);
      }
      const words = [...attributes.asked].map((key) => key.replace(/\..*$/, ''));
      const untold = words.filter((word) => !families.includes(word) && !BESIDE.includes(word));
      assert.deepEqual(untold, [], `${read.name} is skipped for operations with these`);
    }
  });
});
