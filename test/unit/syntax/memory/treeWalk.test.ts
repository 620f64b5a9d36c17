import assert from 'node:assert/strict';
import { Language, Parser, type Node } from 'web-tree-sitter';
import grammars from '../../../../src/syntax/grammars.json';
import { TreeWalk } from '../../../../src/syntax/memory/treeWalk';
import { startRuntime } from '../../../../src/syntax/parserRuntime';
import type { Language as LanguageName } from '../../../../src/syntax/facts';
import { syntaxAssets } from '../../../support/syntaxAssets';

/** With comments, aliases, fields of hidden nodes, text outside of ASCII, tokens that are long, and what no grammar knows. */
const SCRIPT = `// Größe\nimport { store as kept, type Item } from './store';\nexport async function work<T>(id: string, base = 'ü'): Promise<T> {
  /* ${'long '.repeat(80)} */\n  const found = await fetch(\`\${base}/stock/\${id}?q=\${/[/]x/g.test(id)}\`);\n  for (const [a, { b }] of kept) a?.b!.c(...b, async (x) => x ** 2, class extends A { static #p = 1 });
  if (found === undefined) throw new Error('no');\n  else return { id, count: +found, get tags() { return ['a'] } };\n}\n`;

const SAMPLES: Readonly<Record<LanguageName, string>> = {
  typescript: SCRIPT,
  tsx: `${SCRIPT}const view = <a href={base} {...rest}>text {/* no */}<b/></a>;\n`,
  javascript:
    "#!/usr/bin/env node\n'use strict';\nvar a = 1, b\nlabel: while (a--) { b = a\n++a }\nmodule.exports = { f(x, ...y) { return <i>ü{x}</i> } }\n",
  python:
    '# ä\n@route("/x")\nasync def f(a: int, *b, c=1, **d) -> str:\n    """doc"""\n    with open(a) as g, h:\n        x = [i for i in b if i]; print(f"{x!r} ü {c}", file=d)\n    return lambda y: (y, *x)\n',
  java: '/** ö */\n@Bean("x")\nclass A<T extends B> implements C {\n  int[] a = {1, 2}, b[];\n  <R> R m(final String... s) throws E { try (var x = y()) { return s -> x.z()::q; } finally { } }\n}\n',
  go: 'package a\n\n// ß\nimport (\n\tx "b"\n)\n\ntype T struct{ x.Y `json:"é"`; A, B int }\n\nfunc (t *T) M(a, b int, c ...string) (n int, err error) {\n\tgo func() { defer x.F(t.A, &b) }()\n\tfor i, v := range c { n += i; _ = v }\n\treturn\n}\n',
  csharp:
    'using static A.B;\nnamespace N;\n/* ä */\n[Route("x")]\npublic record R(int A, string? B = null) : S<R> where R : class\n{\n  public int this[int i] => i switch { > 0 => 1, _ => await F(ref i, out var x) };\n  string T { get; init; } = $"ü{1:N}";\n}\n',
  kotlin:
    '// ä\n@A("x") data class B<T>(val c: Int = 1) : D(), E by f {\n  suspend fun g(vararg h: String): T? = h.map { it?.length ?: 0 }.also { println("ü$it ${c}") } as T\n}\n',
  ruby: '# ä\nclass A < B\n  def self.c(d, *e, f: 1, &g)\n    h = <<~SQL\n      select ü #{d}\n    SQL\n    e.each do |i, (j, k)| puts "#{i}", :j => k unless i end\n  end\nend\n',
  php: '<p>ä</p>\n<?php\n#[Route("/x")]\nfinal class A extends B implements C { use D; public function __construct(private ?int $e = null) { $f = <<<EOT\nü {$e}\nEOT;\n foreach ($f as $k => &$v) { echo "x$v[0] {$this->g}"; } } }\n',
  rust: '//! ä\nuse a::{self, b as c};\n#[get("/x")]\nasync fn d<\'e, T: F + \'e>(g: &\'e mut T, h: [u8; 4]) -> Result<(), Box<dyn G>> {\n    let Some(i) = j else { return Err("ü")? };\n    match i { 0..=9 if k => l!(m, "{n}"), _ => |o| o.p::<q>().await }\n}\n',
  elixir:
    '# ä\ndefmodule A do\n  @b "x#{c}"\n  def d(e \\\\ 1, %{f: g} = h) when e > 0, do: e |> i(&(&1 + 1)) |> j\n  k = ~s(ü) <> """\n  l\n  """\nend\n',
};

interface Seen {
  readonly typeId: number;
  readonly fieldId: number;
  readonly start: number;
  readonly end: number;
  readonly depth: number;
}

function byCursor(root: Node): Seen[] {
  const cursor = root.walk();
  const seen: Seen[] = [];
  const note = (): void => {
    const {
      nodeTypeId: typeId,
      currentFieldId: fieldId,
      startIndex: start,
      endIndex: end,
      currentDepth: depth,
    } = cursor;
    seen.push({ typeId, fieldId, start, end, depth });
  };
  note();
  for (let goesOn = cursor.gotoFirstChild(); goesOn;) {
    note();
    goesOn = cursor.gotoFirstChild() || cursor.gotoNextSibling();
    while (!goesOn && cursor.gotoParent()) goesOn = cursor.gotoNextSibling();
  }
  cursor.delete();
  return seen;
}

function byWalk(root: Node): Seen[] {
  const walk = new TreeWalk(root);
  const seen: Seen[] = [];
  let depth = 0;
  const note = (): void => {
    const { typeId, fieldId, start, end } = walk;
    seen.push({ typeId, fieldId, start, end, depth });
  };
  note();
  walk.enter();
  for (depth = 1; depth > 0;) {
    if (!walk.next()) depth--;
    else {
      note();
      if (!walk.hasChildren) continue;
      walk.enter();
      depth++;
    }
  }
  return seen;
}

describe('syntax: a walk through the parser’s memory', () => {
  for (const language of Object.keys(grammars) as LanguageName[])
    it(`sees what a cursor sees: ${language}`, async () => {
      const assets = syntaxAssets();
      await startRuntime(assets.runtime);
      const parser = new Parser();
      parser.setLanguage(await Language.load(assets.grammars(language)));
      const sample = SAMPLES[language];
      const broken = sample.replace(/[)}]/, ' ').slice(0, -sample.length / 4);
      for (const text of [sample, broken, '', '\n\n', '§', sample.repeat(40)]) {
        const tree = parser.parse(text)!;
        assert.deepEqual(byWalk(tree.rootNode), byCursor(tree.rootNode));
        tree.delete();
      }
      parser.delete();
    });
});
