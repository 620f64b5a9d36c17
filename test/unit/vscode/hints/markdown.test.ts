import assert from 'node:assert/strict';
import { line0 } from '../../../../src/base/positions';
import type {
  HoverContent,
  HoverSection,
  OperationId,
  SpanId,
  TextSpan,
  TraceId,
} from '../../../../src/protocol/engine';
import {
  escapeMarkdown,
  hoverMarkdown,
  linkCommand,
  markdownWithLinks,
  plainRow,
} from '../../../../src/vscode/hints/markdown';

function content(...sections: HoverSection[]): HoverContent {
  return { range: { startLine: 0, startColumn: 0, endLine: 0, endColumn: 5 }, sections };
}

function row(...spans: TextSpan[]): string {
  return hoverMarkdown(content({ rows: [spans] }));
}

describe('hover markdown', () => {
  it('shows hostile names as text', () => {
    const name = '[x](command:workbench.action.quit) <img src=x> **b** `c` $(bug)\nnext';
    const shown = row({ text: name });
    assert.equal(shown.replaceAll('\\', ''), name.replace('\n', ' '));
    assert.ok(!/(?<!\\)[[\]()<>*`$]/.test(shown), shown);
  });

  it('makes links of addresses alone, that show where they lead', () => {
    const plain = (text: string): string => markdownWithLinks(text).replaceAll('\\', '');
    const page = 'https://one.newrelic.com/admin-portal/api-keys/home';
    assert.equal(plain(`Made at ${page}.`), `Made at [${page}](<${page}>).`);
    const console = 'https://console.aws.amazon.com/iam/home#/security_credentials';
    assert.equal(plain(`a (${console}), b`), `a ([${console}](<${console}>)), b`);
    assert.equal(plain('http://127.0.0.1:1/x: no'), 'http://127.0.0.1:1/x: no');
    const hostile = markdownWithLinks('[x](command:quit) https://a.example/](command:quit)<b>');
    assert.match(hostile, /\(<https:\/\/a\.example\/\]>\)/);
    assert.equal(hostile.match(/(?<!\\)\]\(/g)?.length, 1, hostile);
  });

  it('keeps emphasis tight around its words', () => {
    assert.equal(row({ text: 'p50 12 ms', style: 'strong' }, { text: ' · ' }), '**p50 12 ms** · ');
    assert.equal(row({ text: ' all failed ', style: 'error' }), ' **all failed** ');
  });

  it('fences code with more backticks than it holds', () => {
    assert.equal(row({ text: 'a`b``c', style: 'code' }), '```a`b``c```');
    assert.equal(row({ text: '`a', style: 'code' }), '`` `a ``');
  });

  it('turns actions into commands of its own with encoded arguments', () => {
    const traceId = 'a'.repeat(32) as TraceId;
    const link = { kind: 'openTrace', traceId, spanId: 'b'.repeat(16) as SpanId } as const;
    const args = encodeURIComponent(JSON.stringify([traceId, 'b'.repeat(16)]));
    assert.equal(row({ text: 'slowest', link }), `[slowest](command:spanlight.openTrace?${args})`);
    const place = { kind: 'openLocation', uri: 'file:///a(b).ts', line: line0(3) } as const;
    assert.ok(!/[()]/.test(row({ text: 'x', link: place }).slice('[x]('.length, -1)));
  });

  it('leaves out commands of others', () => {
    assert.equal(linkCommand({ kind: 'command', command: 'workbench.action.terminal.new' }), undefined);
    assert.equal(row({ text: 'run', link: { kind: 'command', command: 'toString' } }), 'run');
    assert.equal(linkCommand({ kind: 'command', command: 'spanlight.showOutput' })?.command, 'spanlight.showOutput');
  });

  it('passes the operation of a search on', () => {
    const operation = '0123456789abcdef' as OperationId;
    assert.deepEqual(linkCommand({ kind: 'searchTraces', query: '', operation })?.args, ['', operation]);
  });

  it('draws the chart below the first row and keeps rows apart', () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"/>';
    const shown = hoverMarkdown(
      content({ rows: [[{ text: 'first' }], [{ text: 'second' }]], chart: { svg, alt: 'slow tail' } }),
    );
    const image = `![slow tail](data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')})`;
    assert.equal(shown, `first  \n${image}  \nsecond`);
  });

  it('separates sections and drops empty ones', () => {
    const one = { rows: [[{ text: 'a' }]] };
    assert.equal(hoverMarkdown(content(one, { rows: [] }, one)), 'a\n\na');
  });

  it('reads as plain text in lists', () => {
    assert.equal(plainRow([{ text: ' p50 ' }, { text: '12 ms', style: 'strong' }]), 'p50 12 ms');
    assert.equal(escapeMarkdown('a\r\nb'), 'a b');
  });
});
