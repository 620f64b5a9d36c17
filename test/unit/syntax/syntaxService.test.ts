import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { nullLogger } from '../../../src/base/logger';
import { editBetween } from '../../../src/syntax/openDocuments';
import { SyntaxService } from '../../../src/syntax/syntaxService';
import { factsText } from '../../support/factsText';
import { syntaxAssets } from '../../support/syntaxAssets';
import { expectFacts, sharedSyntax } from '../../support/syntaxGolden';

describe('syntax: bad input', () => {
  it('reads what stands around half-typed code', async () => {
    const broken = `export function before() { tracer.startSpan('kept'); }
router.get('/orders/:id', (req, res) => { const x = req.;
export function after() {}
`;
    const facts = await (await sharedSyntax()).facts('a.ts', broken);
    assert.equal(facts.hasErrors, true);
    assert.deepEqual(factsText(facts)['spans'], ['kept in before @1']);
    assert.ok(facts.functions.some((fact) => fact.name === 'after'));
  });

  it('reads half-typed code in every language', async () => {
    const service = await sharedSyntax();
    const kept: Record<string, [string, string]> = {
      'a.py': ['def kept():\n    pass\n\n@router.get("/x"\ndef next(', 'kept'],
      'a.go': ['package a\nfunc kept() {}\nfunc broken( {\n\tx := \n', 'kept'],
      'A.java': ['class A { void kept() {} @GetMapping(" void x( ', 'kept'],
      'A.cs': ['class A { void Kept() {} [HttpGet("{id ] public ', 'Kept'],
    };
    for (const [file, [code, name]] of Object.entries(kept)) {
      const facts = await service.facts(file, code);
      assert.equal(facts.hasErrors, true, file);
      assert.ok(
        facts.functions.some((fact) => fact.name === name),
        file,
      );
    }
  });

  it('comes to the end of a file that ends where an annotation is typed', async () => {
    const service = await sharedSyntax();
    for (const typed of ['@', '@Inject', '@Inject(', '@get:Json("a")']) {
      const { functions } = await service.facts('A.kt', `fun kept() = 1\n\ninternal const val A = "a"\n\n${typed}`);
      assert.ok(
        functions.some(({ name }) => name === 'kept'),
        typed,
      );
    }
  });

  it('says why it skips large, minified and binary files', async () => {
    const service = await sharedSyntax();
    const large = await service.facts('a.ts', `const x = 1;\n`.repeat(100_000));
    assert.match(large.skipped ?? '', /larger than 1 MB/);
    const minified = await service.facts('a.js', `function a(){return 1};`.repeat(2_000));
    assert.equal(minified.skipped, 'minified');
    const binary = await service.facts('a.go', new Uint8Array([0x00, 0x01, 0x02]));
    assert.equal(binary.skipped, 'binary');
    const five = await service.facts('a.py', 'x = 1\n'.repeat(900_000));
    assert.match(five.skipped ?? '', /5\.4 MB/);
    assert.deepEqual(
      [large, minified, binary, five].map((facts) => facts.functions.length),
      [0, 0, 0, 0],
    );
  });

  it('reads bytes that are no UTF-8, and UTF-16 with a byte order mark', async () => {
    const service = await sharedSyntax();
    const latin1 = Buffer.from('function grün() {}\nfunction after() {}\n', 'latin1');
    const names = (await service.facts('a.js', latin1)).functions.map((fact) => fact.name);
    assert.equal(names.at(-1), 'after');
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('function wide() {}\n', 'utf16le')]);
    assert.deepEqual(
      (await service.facts('a.js', utf16)).functions.map((fact) => fact.name),
      ['wide'],
    );
    const withMark = Buffer.from('\ufefffunction marked() {}', 'utf8');
    assert.equal((await service.facts('a.js', withMark)).functions[0]?.nameRange.startColumn, 9);
  });

  it('counts columns in UTF-16 and lines over CRLF and CR', async () => {
    const service = await sharedSyntax();
    const facts = await service.facts('a.ts', 'const s = "😀é"; function one() {}\r\nfunction two() {}\r\n');
    const places = facts.functions.map(({ nameRange }) => [nameRange.startLine, nameRange.startColumn]);
    assert.deepEqual(places, [
      [0, 26],
      [1, 9],
    ]);
  });

  it('bears deep nesting', async () => {
    const deep = `const x = ${'('.repeat(20_000)}1${')'.repeat(20_000)};\nfunction after() {}\n`;
    const facts = await (await sharedSyntax()).facts('a.ts', deep.replace(/(\({200}|\){200})/g, '$1\n'));
    assert.ok(facts.skipped === undefined || facts.skipped.length > 0);
    const joined = `const x = ${Array.from({ length: 5_000 }, () => '"a"').join(' +\n')};\nf(x);`;
    await expectFacts('b.ts', joined, { constants: [`x = ${'a'.repeat(5_000)}`] });
  });

  it('does not know other languages', async () => {
    const service = await sharedSyntax();
    assert.equal(service.languageOf('a.lua'), undefined);
    assert.equal(service.mayHaveFacts('a.lua', 'x'), false);
    assert.match((await service.facts('a.lua', 'x')).skipped ?? '', /does not read/);
  });
});

describe('syntax: open documents', () => {
  it('gives the same facts after edits as a fresh parse', async () => {
    const service = await SyntaxService.create(syntaxAssets());
    const versions = [
      `function a() { tracer.startSpan('one'); }\n`,
      `function a() { tracer.startSpan('one'); }\nfunction b() {}\n`,
      `// é😀\nfunction a() { tracer.startSpan('twó'); }\nfunction b() {}\n`,
      `function b() {}\n`,
      ``,
      `class A { m() { tracer.startSpan(\`x \${y}\`); } }\n`,
    ];
    for (const text of versions) {
      const updated = await service.update('a.ts', text);
      assert.deepEqual(updated, await service.facts('b.ts', text));
    }
    service.forget('a.ts');
    assert.equal((await service.update('a.ts', 'function c() {}')).functions[0]?.name, 'c');
    await service.dispose();
  });

  it('finds the edit between two texts', () => {
    const edit = editBetween('one\ntwo\nthree', 'one\ntwenty\nthree');
    assert.deepEqual(
      [edit?.startIndex, edit?.oldEndIndex, edit?.newEndIndex, edit?.startPosition, edit?.newEndPosition],
      [6, 7, 10, { row: 1, column: 2 }, { row: 1, column: 6 }],
    );
    assert.equal(editBetween('same', 'same'), undefined);
  });
});

describe('syntax: prefilter', () => {
  it('lets files with facts through, and keeps plain code out', async () => {
    const service = await sharedSyntax();
    const through: Record<string, string> = {
      'a.ts': `router.get('/x', handler)`,
      'b.ts': `@Controller('x') class A {}`,
      'c.ts': `tracer.startActiveSpan('x', f)`,
      'd.ts': `cache.get('a');\napi.get(\n  // all of them\n  '/orders', list)`,
      'e.ts': `api.get<{ Params: Id }>(\`\${prefix}/x\`, handler)`,
      'f.ts': `runInSpan(tracer(), 'x', f)`,
      'g.ts': `this.db.order.findMany({})`,
      'h.ts': `const FIND = \`\n  select id from orders\``,
      'i.ts': `query('select id ' +\n  'from orders')`,
      'a.py': `@app.route("/x")`,
      'b.py': `with tracer.start_as_current_span("x"):`,
      'c.py': `urlpatterns = [path("x", v)]`,
      'd.py': `run(\n  "select id"\n  " from orders")`,
      'e.py': `run("""\n  -- all\n  update orders set id = 1""")`,
      'a.rb': `run("update orders\n  set id = 1")`,
      'a.go': `mux.HandleFunc("/x", h)`,
      'b.go': `tracer.Start(ctx, "x")`,
      'A.java': `@GetMapping("/x") void x() {}`,
      'B.java': `tracer.spanBuilder("x")`,
      'A.cs': `app.MapGet("/x", h);`,
      'B.cs': `source.StartActivity("x")`,
    };
    for (const [file, text] of Object.entries(through)) assert.equal(service.mayHaveFacts(file, text), true, file);
    const out: Record<string, string> = {
      'a.ts': `export function add(a: number, b: number) { return a + b; }`,
      // Read when a name in it is asked for.
      'b.ts': `export const TOPIC = 'x'`,
      'c.ts': `const found = byId.get(id) ?? Promise.all([load(id)]);`,
      'd.ts': `export function widthOf(span: Span, trace: Trace) { return span.end - getSpan(trace).start; }`,
      'e.tsx': `export const Picker = () => <Field hint="Select a colour" onChange={() => set('with a colour from the list')} />;`,
      'f.ts': `// The consumer got the producer's Queue from the Controller.\nconst router = useRouter();`,
      'g.ts': `run('--verbose', 'update');`,
      'a.py': `def add(a, b):\n    return a + b\n`,
      'a.go': `package a\n\nfunc Add(a, b int) int { return a + b }\n`,
      'A.java': `class A { int add(int a, int b) { return a + b; } }`,
      'A.cs': `class A { int Add(int a, int b) => a + b; }`,
    };
    for (const [file, text] of Object.entries(out)) assert.equal(service.mayHaveFacts(file, text), false, file);
  });
});

describe('syntax: broken grammars', () => {
  it('disables a grammar that does not load and goes on with the others', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'grammars-'));
    const bad = path.join(folder, 'python.wasm');
    await writeFile(bad, 'no wasm');
    const assets = syntaxAssets();
    const warnings: string[] = [];
    const service = await SyntaxService.create(
      { ...assets, grammars: (name) => (name === 'python' ? bad : assets.grammars(name)) },
      { ...nullLogger, warn: (message) => warnings.push(message) },
    );
    for (let i = 0; i < 4; i++) {
      assert.match((await service.facts('a.py', 'x = 1')).skipped ?? '', /python parser is out of order/);
    }
    assert.equal(warnings.length, 2);
    assert.match(warnings[1] ?? '', /python .*no more files of this language/);
    assert.equal((await service.facts('a.go', 'package a\nfunc F() {}')).functions[0]?.name, 'F');
    await service.dispose();
    await rm(folder, { recursive: true });
  });
});
