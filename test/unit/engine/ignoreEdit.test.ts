import assert from 'node:assert/strict';
import { line0 } from '../../../src/base/positions';
import { ignoreEdit } from '../../../src/engine/lint/ignoreEdit';
import { EditedText } from '../../../src/lint/fixing/editedText';
import { ignoreCommentsFor } from '../../../src/lint/ignoring/ignoreComments';
import { sharedSyntax } from '../../support/syntaxGolden';

const RULE = 'GO-CTX-BACKGROUND';

/** A text with a comment that silences the rule at a part of it; undefined where none can stand. */
async function ignored(file: string, text: string, part: string): Promise<string | undefined> {
  const before = text.slice(0, text.indexOf(part));
  const line = before.split('\n').length - 1;
  const column = before.length - (before.lastIndexOf('\n') + 1);
  const syntax = await sharedSyntax();
  const place = { file, rule: RULE, line: line0(line), column };
  const found = await ignoreEdit(place, text, (offset) => syntax.commentPlace(file, text, offset));
  if (found === undefined) return undefined;
  const edited = EditedText.of(file, text).with([found.edit]).text;
  const at = edited.slice(0, edited.indexOf(part)).split('\n').length - 1;
  const heard = ignoreCommentsFor(edited.split(/\r?\n/), at);
  assert.deepEqual(
    heard.map(({ rules }) => rules),
    [[RULE]],
    edited,
  );
  return edited;
}

describe('the comment that silences a rule', () => {
  it('stands above the line, as deep as it, in the mark of the language', async () => {
    assert.equal(
      await ignored('/a.py', 'def f():\n    run()\n', 'run'),
      `def f():\n    # spanlight-ignore ${RULE}: reason\n    run()\n`,
    );
    assert.equal(
      await ignored('/a.go', 'package a\r\n\r\nfunc f() {\r\n\trun()\r\n}\r\n', 'run'),
      `package a\r\n\r\nfunc f() {\r\n\t// spanlight-ignore ${RULE}: reason\r\n\trun()\r\n}\r\n`,
    );
    assert.match((await ignored('/A.java', 'class A { Object a =\n  run();\n}', 'run'))!, /\n {2}\/\/ span.*\n {2}run/);
  });

  it('is one of XML and of YAML in manifests, and none in JSON', async () => {
    assert.match((await ignored('/pom.xml', '<a>\n  <b/>\n</a>', '<b'))!, /\n {2}<!-- spanlight-ignore .* -->\n {2}<b/);
    assert.match((await ignored('/app.yml', 'a:\n  b: 1\n', 'b'))!, /\n {2}# spanlight-ignore/);
    assert.equal(await ignored('/package.json', '{\n  "a": 1\n}', '"a"'), undefined);
  });

  it('is one of JSX within an element, and of the language within its code', async () => {
    const page = `export const Page = () => (\n  <main>\n    Orders\n    <List load={() => run()} />\n  </main>\n);\n`;
    assert.match((await ignored('/a.tsx', page, 'run'))!, /\n {4}\{\/\* spanlight-ignore .*: reason \*\/\}\n {4}<List/);
    const inside = `const Page = () => (\n  <List\n    load={() => {\n      run();\n    }}\n  />\n);\n`;
    assert.match((await ignored('/a.tsx', inside, 'run'))!, /\n {6}\/\/ spanlight-ignore .*: reason\n {6}run/);
    assert.match((await ignored('/a.jsx', inside, 'load'))!, /\n {4}\/\/ spanlight-ignore .*: reason\n {4}load/);
    assert.match((await ignored('/a.js', page, '<main'))!, /\n {2}\/\/ spanlight-ignore .*: reason\n {2}<main/);
  });

  it('stands before what is found where a line more would be text', async () => {
    const text = 'const a = `\n  one ${run()}\n`;\n';
    assert.equal(
      await ignored('/a.ts', text, 'run'),
      `const a = \`\n  one \${/* spanlight-ignore ${RULE}: reason */ run()}\n\`;\n`,
    );
    assert.equal(await ignored('/a.py', 'a = f"""\n  one {run()}\n"""\n', 'run'), undefined);
    assert.equal(await ignored('/a.py', 'a = 1 + \\\n  run()\n', 'run'), undefined);
  });
});
