import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { RULES } from '../../../src/lint/ruleCatalogue';
import { ruleHelp } from '../../../src/lint/ruleHelp';

const PAGES = readFileSync(path.join(__dirname, '../../../src/lint/RULES.md'), 'utf8');

describe('the pages of the rules', () => {
  it('are there for every rule, and say more than its title', () => {
    for (const { id, title } of RULES) assert.ok(ruleHelp(PAGES, id).length > title.length + 20, id);
  });

  it('say which rules are off unless they are asked for', () => {
    const off = RULES.filter(({ id }) => /Off by default/i.test(ruleHelp(PAGES, id))).map(({ number }) => number);
    assert.deepEqual(off, [11, 23, 30, 35]);
  });

  it('are replaced by the title where they are not at hand', () => {
    assert.equal(ruleHelp(undefined, 'GO-CTX-BACKGROUND'), 'A new background context where a traced one is at hand.');
  });
});
