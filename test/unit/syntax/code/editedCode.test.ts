import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { sharedSyntax } from '../../../support/syntaxGolden';

const ROOT = path.join(__dirname, '..', '..', '..', '..');
const FILES = [
  'src/syntax/syntaxService.ts',
  'src/lint/code/walk.ts',
  'src/webview/panes/attributeTable.tsx',
  'test/fixtures/otlp/record/java/Sender.java',
  'test/support/servers/RunOpenSearch.java',
  'test/workspaces/mapping/polyglot/web/Controllers/CartController.cs',
  'test/fixtures/otlp/record/go/main.go',
  'test/fixtures/otlp/record/python/sender.py',
];
const EDITS = 40;

describe('code of a file that is edited again and again', function () {
  this.timeout(60_000);

  for (const file of FILES) {
    it(`is what reading it anew gives: ${file}`, async () => {
      const syntax = await sharedSyntax();
      const random = numbers(file.length);
      const original = readFileSync(path.join(ROOT, file), 'utf8');
      const at = path.join(ROOT, file);
      let text = original;
      for (let i = 0; i < EDITS; i++) {
        const fresh = await syntax.code(at, text);
        const edited = syntax.lazyCode(at, text, true);
        for (const part of ['hasErrors', 'namespace', 'imports', 'exports', 'types', 'functions'] as const)
          assert.deepEqual(edited[part], fresh[part], `${part} after edit ${i}`);
        // Back to what is valid now and then, as editing does, and in one step, as Undo does.
        text = i % 8 === 7 ? original : edit(text, random);
      }
    });
  }
});

/** Types a piece of code, deletes some, doubles a line, or takes one out. */
function edit(text: string, random: (below: number) => number): string {
  const at = random(text.length + 1);
  const lines = text.split('\n');
  const line = random(lines.length);
  switch (random(5)) {
    case 0:
      return text.slice(0, at) + text.slice(Math.min(text.length, at + 1 + random(12)));
    case 1:
      return lines.toSpliced(line, 0, lines[line]!).join('\n');
    case 2:
      return lines.toSpliced(line, 1).join('\n');
    default:
      return text.slice(0, at) + TYPED[random(TYPED.length)]! + text.slice(at);
  }
}

const TYPED = [
  'x',
  ' ',
  '\n',
  '(',
  ')',
  '{',
  '}',
  '"',
  '/* ',
  'f(1);',
  '\n// ü 😀\n',
  '`',
  '=> ',
  ', b',
  ';\n',
  '.c',
  '<T>',
  '@A ',
];

/** The same for each run (a linear congruential generator, constants of Numerical Recipes). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
