import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { callsIn, expressionsIn, statementsIn } from '../../../../../src/lint/code/walk';
import type { Code } from '../../../../../src/syntax/code/code';
import { sharedSyntax } from '../../../../support/syntaxGolden';

async function lowered(text: string): Promise<Code> {
  const code = await (await sharedSyntax()).code('/a.py', text);
  assert.equal(code.skipped, undefined);
  return code;
}

/** The kinds of the statements at the top, at any depth. */
async function kinds(text: string): Promise<string[]> {
  return [...statementsIn((await lowered(text)).functions[0]!.body)].map(({ kind }) => kind);
}

/** The callees of all calls, function by function. */
async function callees(text: string): Promise<string[]> {
  const code = await lowered(text);
  return code.functions.flatMap((fn) =>
    [...callsIn(fn.body)].map(({ callee }) => text.slice(callee.start, callee.end)),
  );
}

describe('syntax: Python as statements', () => {
  it('reads statements', async () => {
    assert.deepEqual(await kinds('if a:\n    b()\nelif c:\n    d()\nelse:\n    e()\n'), [
      'if',
      'expression',
      'if',
      'expression',
      'expression',
    ]);
    assert.deepEqual(await kinds('for x in xs:\n    a()\nelse:\n    b()\nwhile True:\n    break\n'), [
      'loop',
      'expression',
      'expression',
      'loop',
    ]);
    assert.deepEqual(await kinds('try:\n    a()\nexcept E as e:\n    b()\nelse:\n    c()\nfinally:\n    d()\n'), [
      'try',
      'expression',
      'expression',
      'expression',
      'expression',
    ]);
    assert.deepEqual(await kinds('async with a() as b, c() as d:\n    pass\nwith (x() as y, z()):\n    pass\n'), [
      'with',
      'with',
    ]);
    assert.deepEqual(await kinds('match m:\n    case {"a": 1} if f():\n        a()\n    case _:\n        b()\n'), [
      'switch',
      'expression',
      'expression',
    ]);
    assert.deepEqual(await kinds('a = b = f()\nraise X() from e\ndel q\nassert g()\nglobal h\n'), [
      'assign',
      'assign',
      'throw',
      'otherStatement',
      'otherStatement',
      'otherStatement',
    ]);
  });

  it('finds every call once', async () => {
    assert.deepEqual(await callees('a = b = f(g(1), *h(), **i(), k=j())\n'), ['f', 'g', 'h', 'i', 'j']);
    assert.deepEqual(await callees('x = [f(a) for a in g() if h(a)]\ny = f"{i(1)} {j:>{k}}" "z"\n'), [
      'g',
      'h',
      'f',
      'i',
    ]);
    assert.deepEqual(await callees('while (m := poll()) is not None:\n    await (run(m))\n'), ['poll', 'run']);
    assert.deepEqual(await callees('f = lambda a, b=c(): d(a)\n'), ['d']);
    assert.deepEqual(
      await callees('class A(b()):\n    x = c()\n    if d():\n        y = e()\n    def m(self):\n        f()\n'),
      ['c', 'd', 'e', 'f'],
    );
  });

  it('keeps what names, texts and arguments mean', async () => {
    const code = await lowered('r = await s.get(f"http://{h}/a" "b", headers={"a": 1, b: 2, **c}, timeout=1)\n');
    const [call] = callsIn(code.functions[0]!.body);
    assert.equal(call!.awaited, true);
    assert.deepEqual(
      call!.args.map(({ name }) => name),
      [undefined, 'headers', 'timeout'],
    );
    const [url, headers] = call!.args.map(({ value }) => value);
    assert.ok(url?.kind === 'text' && headers?.kind === 'object');
    assert.deepEqual([url.value, url.pieces], [undefined, ['http://', '/ab']]);
    assert.deepEqual(
      headers.entries.map(({ key, spread }) => key ?? (spread ? '**' : '?')),
      ['a', '?', '**'],
    );
    const texts = [...expressionsIn((await lowered(`a = r'\\n', b"x", '''y\\n''', "{{", f"{{"\n`)).functions[0]!.body)];
    assert.deepEqual(
      texts.flatMap((one) => (one.kind === 'text' ? [one.value] : [])),
      ['\\n', 'x', 'y\n', '{{', '{'],
    );
  });

  it('reads imports with their dots and places', async () => {
    const code = await lowered(
      'import a.b\nimport c.d as e\nfrom ..x import y as z, w\nfrom . import q\nfrom m import *\ndef f():\n    from late import n\n',
    );
    assert.deepEqual(
      code.imports.map(({ from, names, all, function: fn }) => [from, names, all === true, fn]),
      [
        ['a', { a: '*' }, false, undefined],
        ['a.b', {}, false, undefined],
        ['c.d', { e: '*' }, false, undefined],
        ['..x', { z: 'y', w: 'w' }, false, undefined],
        ['.', { q: 'q' }, false, undefined],
        ['m', {}, true, undefined],
        ['late', { n: 'n' }, false, 1],
      ],
    );
  });

  it('reads functions and classes', async () => {
    const code = await lowered(
      '@app.get("/x")\nasync def a(q: int = 1, *args, k=None, **kw) -> str:\n    yield 1\n\nclass B(C, metaclass=M):\n    field: int = 2\n\n    @staticmethod\n    def s(x):\n        pass\n\n    def __init__(self, x):\n        def inner():\n            pass\n',
    );
    const [, a, s, init, inner] = code.functions;
    assert.deepEqual(
      [a!.name, a!.modifiers, a!.returns, a!.annotations.length],
      ['a', ['async', 'generator'], 'str', 1],
    );
    assert.deepEqual(
      a!.parameters.map(({ name, type, rest }) => [name, type, rest]),
      [
        ['q', 'int', undefined],
        ['args', undefined, true],
        ['k', undefined, undefined],
        ['kw', undefined, true],
      ],
    );
    assert.deepEqual(
      [s!.modifiers, s!.self, init!.modifiers, init!.self, inner!.parent],
      [['static'], undefined, ['constructor'], 'self', init!.id],
    );
    assert.deepEqual(
      [code.types[0]!.bases, code.types[0]!.fields.map(({ name, type }) => [name, type])],
      [['C'], [['field', 'int']]],
    );
  });

  it('reads half-typed code, and bounds nesting', async () => {
    const broken = await lowered('def kept():\n    f()\n\nwith tracer.start(\nx = g()\n');
    assert.equal(broken.hasErrors, true);
    assert.ok(broken.functions.some(({ name }) => name === 'kept'));
    const deep = await lowered(
      `x = ${'f(\n'.repeat(1_000)}1${')\n'.repeat(1_000)}\ny = (a${'\n.b()'.repeat(1_000)})\n`,
    );
    assert.equal(deep.functions.length, 1);
  });

  it("finds as many calls, functions and classes as Python's own parser", async function () {
    const library = spawnSync('python3', ['-c', 'import os; print(os.path.dirname(os.__file__))']);
    if (library.status !== 0) {
      console.log('      no python3 at hand to compare with');
      return this.skip();
    }
    const folder = library.stdout.toString().trim();
    const files = readdirSync(folder)
      .filter((name) => name.endsWith('.py'))
      .slice(0, 40);
    const expected = spawnSync('python3', [
      path.join(__dirname, 'countCalls.py'),
      ...files.map((name) => path.join(folder, name)),
    ]);
    const counts = JSON.parse(expected.stdout.toString()) as number[][];
    const service = await sharedSyntax();
    for (const [i, name] of files.entries()) {
      const code = await service.code(name, readFileSync(path.join(folder, name), 'utf8'));
      if (code.skipped !== undefined) continue;
      const calls = code.functions.reduce((sum, fn) => sum + [...callsIn(fn.body)].length, 0);
      assert.deepEqual([calls, code.functions.length, code.types.length], counts[i], name);
    }
  });
});
