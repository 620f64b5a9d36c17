import assert from 'node:assert/strict';
import { nodeCheck } from '../../../../src/lint/node/check';
import { lintProject } from '../support/lintProject';
import { mended } from './mended';
import { found, HTTP, KAFKA, manifest, sdk, UNDICI } from './support';

const RULE = 'QUEUE-CTX-LOSS';
const covered = { 'package.json': manifest(), 'src/tracing.ts': sdk(`${HTTP}, ${UNDICI}, ${KAFKA}`) };
const head = `import { trace } from '@opentelemetry/api';\n\nconst tracer = trace.getTracer('audit');\n`;
const write = `const write = (line: string) => tracer.startActiveSpan('write', (span) => span.end());\n`;

const audit = `${head}const waiting: string[] = [];
${write}
export function later(line: string): void {
  waiting.push(line);
}

setInterval(() => void flush(), 1000);

async function flush(): Promise<void> {
  for (const line of waiting.splice(0)) await write(line);
}
`;

const field = `${head}${write}
export class Audit {
  private waiting: Array<string> = [];
  later(line: string): void {
    this.waiting.push(line);
  }
  start(): void {
    setInterval(() => this.flush(), 1000);
  }
  private flush(): void {
    for (const line of this.waiting) {
      const trimmed = line.trim();
      write(trimmed);
    }
    this.waiting = [];
  }
}
`;

describe(`lint: ${RULE} of lists in Node`, () => {
  const lint = (text: string): Promise<readonly string[]> => found({ ...covered, 'src/audit.ts': text });

  it('reports what a timer works off', async () => {
    assert.deepEqual(await lint(audit), [`${RULE} src/audit.ts:8`]);
  });

  it('reports fields, and spans of requests', async () => {
    assert.deepEqual(await lint(field), [`${RULE} src/audit.ts:9`]);
    const requests = audit.replace('write(line)', 'fetch(`${process.env.AUDIT_URL}/${line}`)');
    assert.deepEqual(await lint(requests), [`${RULE} src/audit.ts:8`]);
  });

  it('reports shift in a loop, a timer of its own, and helpers two levels deep', async () => {
    const shifted = audit.replace(
      'for (const line of waiting.splice(0)) await write(line);',
      'for (let line = waiting.shift(); line !== undefined; line = waiting.shift()) write(line);',
    );
    assert.deepEqual(await lint(shifted), [`${RULE} src/audit.ts:8`]);
    const once = audit
      .replace('setInterval(() => void flush(), 1000);\n', '')
      .replace('waiting.push(line);', 'waiting.push(line);\n  setTimeout(flush, 100);');
    assert.deepEqual(await lint(once), [`${RULE} src/audit.ts:8`]);
    const deep = audit
      .replace('await write(line)', 'await outer(line)')
      .concat('const outer = (line: string) => write(line);\n');
    assert.deepEqual(await lint(deep), [`${RULE} src/audit.ts:8`]);
  });

  it('is silent where the context travels, links are made, or nothing is done', async () => {
    const carried = audit.replace(
      'waiting.push(line)',
      'waiting.push(JSON.stringify({ line, traceparent: header() }))',
    );
    const linked = audit.replace("startActiveSpan('write', ", "startActiveSpan('write', { links: linksOf(line) }, ");
    const bound = audit.replace('flush(), 1000', 'context.with(parent(), flush), 1000');
    const logs = audit.replace('await write(line)', 'console.log(line)');
    for (const text of [carried, linked, bound, logs]) assert.deepEqual(await lint(text), [], text);
  });

  it('is silent where no timer empties it, where it is a local list, and without tracing', async () => {
    const direct = audit.replace('setInterval(() => void flush(), 1000);\n', 'export { flush };\n');
    const timerElsewhere = direct.concat('setInterval(() => console.log(waiting.length), 1000);\n');
    const local = audit.replace('waiting.push(line);', 'const waiting: string[] = [];\n  waiting.push(line);');
    for (const text of [direct, timerElsewhere, local]) assert.deepEqual(await lint(text), [], text);
    assert.deepEqual(await found({ 'package.json': manifest(), 'src/audit.ts': audit }), []);
  });

  it('says where it is taken out', async () => {
    const { findings } = await lintProject(nodeCheck, { ...covered, 'src/audit.ts': audit });
    assert.deepEqual(findings[0]!.related, ['src/audit.ts:14 taken out here']);
    assert.match(findings[0]!.message, /`waiting`/);
  });
});

describe(`lint: fixes of ${RULE} in Node`, () => {
  const TITLE = 'Keep the context with what waits';
  const mend = async (text: string): Promise<string> =>
    (await mended({ ...covered, 'src/audit.ts': text }, TITLE))['src/audit.ts']!;

  it('keeps the context with each item', async () => {
    const text = await mend(audit);
    assert.match(text, /import { trace, context, type Context } from/);
    assert.match(text, /const waiting: { item: string; context: Context }\[\] = \[\];/);
    assert.match(text, /waiting\.push\({ item: line, context: context\.active\(\) }\);/);
    assert.match(
      text,
      /for \(const { item: line, context: itsContext } of waiting\.splice\(0\)\) await context\.with\(itsContext, \(\) => write\(line\)\);/,
    );
  });

  it('wraps the body of a loop, as deep as it stands', async () => {
    const text = await mend(field);
    assert.match(
      text,
      /\n {4}for \(const { item: line, context: itsContext } of this\.waiting\) {\n {6}context\.with\(itsContext, \(\) => {\n {8}const trimmed = line\.trim\(\);\n {8}write\(trimmed\);\n {6}}\);\n {4}}\n/,
    );
  });

  it('waits for a body that waits', async () => {
    const text = await mend(
      audit.replace('await write(line);', '{\n    await Promise.resolve();\n    await write(line);\n  }'),
    );
    assert.match(text, /\n {4}await context\.with\(itsContext, async \(\) => {\n {6}await Promise/);
  });

  it('goes through what a variable holds', async () => {
    const text = await mend(
      audit.replace(
        'for (const line of waiting.splice(0))',
        'const lines = waiting.splice(0);\n  for (const line of lines)',
      ),
    );
    assert.match(text, /for \(const { item: line, context: itsContext } of lines\) await context\.with/);
  });

  it('offers none where more is done with the list than it can see', async () => {
    const exported = audit.replace('const waiting', 'export const waiting');
    const counted = audit.concat('export const size = (): number => waiting.length;\n');
    const left = audit.replace('await write(line);', '{\n    if (line === "") continue;\n    await write(line);\n  }');
    const hidden = audit.replace('later(line: string)', 'later(line: string, context: object)');
    for (const text of [exported, counted, left, hidden]) {
      const { findings } = await lintProject(nodeCheck, { ...covered, 'src/audit.ts': text });
      assert.deepEqual(
        findings.map(({ rule, finding }) => [rule, finding.fixes.length]),
        [[RULE, 0]],
        text,
      );
    }
  });
});
