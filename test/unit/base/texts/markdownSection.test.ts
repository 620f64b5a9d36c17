import assert from 'node:assert/strict';
import { markdownSection } from '../../../../src/base/texts/markdownSection';

const PAGE = [
  '# Rules',
  '',
  '## Go',
  '',
  '### A',
  '',
  'One.',
  '',
  '```sh',
  '# no heading',
  '```',
  '',
  '### B',
  '',
  'Two.',
  '',
  '## Node',
];

describe('a section of a Markdown text', () => {
  it('is what stands under its heading, with code that looks like headings', () => {
    const page = PAGE.join('\n');
    assert.equal(markdownSection(page, 'A'), 'One.\n\n```sh\n# no heading\n```');
    assert.equal(markdownSection(PAGE.join('\r\n'), 'B'), 'Two.');
    assert.equal(markdownSection(page, 'Node'), '');
    assert.equal(markdownSection(page, 'C'), undefined);
  });
});
