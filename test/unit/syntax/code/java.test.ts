import assert from 'node:assert/strict';
import type { Code } from '../../../../src/syntax/code/code';
import type { Statement } from '../../../../src/syntax/code/statement';
import { sharedSyntax } from '../../../support/syntaxGolden';
import { brief } from './brief';

async function lowered(text: string): Promise<Code> {
  return (await sharedSyntax()).code('/project/A.java', text);
}

function body(code: Code, name: string): readonly Statement[] {
  return code.functions.find((fn) => fn.name === name)!.body;
}

describe('Java as code', () => {
  it('reads the package, imports, classes with annotations and fields', async () => {
    const code = await lowered(`package com.acme;
import java.util.List;
import static java.util.Map.of;
import org.acme.lib.*;

@Service
@KafkaListener(topics = {"a", "b"}, groupId = "g")
public class Orders<T> extends Base<T> implements Runnable, Closeable {
  @Value("\${url}") private final String url = "x";
  static int a = 1, b;
}
`);
    assert.equal(code.namespace, 'com.acme');
    assert.deepEqual(
      code.imports.map(({ from, names, all }) => [from, Object.keys(names)[0], all]),
      [
        ['java.util', 'List', undefined],
        ['java.util.Map', 'of', undefined],
        ['org.acme.lib', undefined, true],
      ],
    );
    const [type] = code.types;
    assert.deepEqual(type!.bases, ['Base<T>', 'Runnable', 'Closeable']);
    assert.deepEqual(type!.annotations.map(brief), ['Service', 'KafkaListener(topics=["a", "b"], groupId="g")']);
    assert.deepEqual(
      type!.fields.map(({ name, type: written, value, modifiers }) => [name, written, brief(value), modifiers.join()]),
      [
        ['url', 'String', '"x"', 'private'],
        ['a', 'int', '1', 'static'],
        ['b', 'int', '', 'static'],
      ],
    );
    assert.deepEqual(type!.fields[0]!.annotations.map(brief), ['Value("${url}")']);
  });

  it('reads methods, constructors, lambdas, references and anonymous classes', async () => {
    const code = await lowered(`class A {
  A(final List<String> xs, @Qualifier("q") Client c, int... more) { super(xs); this.c = c; }
  @Bean <T> WebClient.Builder make() {
    Runnable r = () -> go();
    xs.forEach(this::take);
    new Thread(new Runnable() { public void run() { work(); } }).start();
    return Foo.<String>builder().a(1);
  }
}
`);
    const [, made, make, lambda, run] = code.functions;
    assert.deepEqual(
      made!.parameters.map(({ name, type, rest }) => [name, type, rest]),
      [
        ['xs', 'List<String>', undefined],
        ['c', 'Client', undefined],
        ['more', 'int', true],
      ],
    );
    assert.ok(made!.modifiers.includes('constructor'));
    assert.equal(make!.returns, 'WebClient.Builder');
    assert.equal(lambda!.name, 'r');
    assert.equal(run!.name, 'run');
    assert.equal(code.types[1]!.bases[0], 'Runnable');
    const texts = make!.body.map((one) =>
      one.kind === 'expression' ? brief(one.value) : one.kind === 'return' ? brief(one.values[0]) : one.kind,
    );
    assert.deepEqual(texts, [
      'assign',
      'xs.forEach(this.take)',
      'new Thread(new Runnable(){}).start()',
      'Foo.builder().a(1)',
    ]);
  });

  it('reads control flow: resources, switches of both forms, loops, patterns', async () => {
    const code = await lowered(`class A {
  int m(Object o) {
    try (Scope s = span.makeCurrent(); var t = open()) { call(); } catch (E | F e) { h(); } finally { span.end(); }
    for (int i = 0; i < 3; i++) { g(i); }
    for (String x : xs) use(x);
    switch (o) { case "a": f(); break; default: g(); }
    int r = switch (o) { case "a", "b" -> 1; case "c" -> { log(); yield 2; } default -> throw new X(); };
    if (o instanceof String str && str.isEmpty()) return 0; else done();
    synchronized (this) { s(); }
    String t = """
        a
          b""";
    return r > 1 ? 2 : (int) 3L;
  }
}
`);
    const statements = body(code, 'm');
    assert.deepEqual(
      statements.map(({ kind }) => kind),
      ['try', 'loop', 'loop', 'switch', 'assign', 'if', 'with', 'assign', 'return'],
    );
    const [first, , , , value, , , text, last] = statements;
    assert.ok(first?.kind === 'try' && first.body[0]?.kind === 'with' && first.finally.length === 1);
    assert.deepEqual(
      first.body[0].items.map(({ target, value: entered }) => `${brief(target)}=${brief(entered)}`),
      ['s=span.makeCurrent()', 't=open()'],
    );
    assert.match(value?.kind === 'assign' ? brief(value.values[0]) : '', /^o \? 1 : fn\d+\(\) : fn\d+\(\)$/);
    assert.equal(text?.kind === 'assign' ? brief(text.values[0]) : '', '"a\\n  b"');
    assert.equal(last?.kind === 'return' ? brief(last.values[0]) : '', 'r > 1 ? 2 : (int) 3L');
  });

  it('reads records, enums and interfaces', async () => {
    const code = await lowered(`record R(@NotNull String a, int b) { R { check(a); } }
enum E { P(1) { void o() {} }, Q; E(int a) {} }
interface I { void m(); default void d() { x(); } int K = 5; }
`);
    assert.deepEqual(
      code.types.map(({ name, kind }) => `${kind} ${name}`),
      ['struct R', 'enum E', 'class ', 'interface I'],
    );
    assert.deepEqual(
      code.types[1]!.fields.map(({ value }) => brief(value)),
      ['new E(1){}', 'new E()'],
    );
    const compact = code.functions.find(({ name }) => name === 'R')!;
    assert.deepEqual(
      compact.parameters.map(({ name }) => name),
      ['a', 'b'],
    );
    assert.deepEqual(code.functions.find(({ name }) => name === 'm')!.modifiers, ['abstract']);
  });

  it('goes on after what does not parse, and through deep nesting', async () => {
    const broken = await lowered('class A { void m() { foo(; } void n() { bar(); } }');
    assert.equal(broken.hasErrors, true);
    const deep = await lowered(`class A { String m() { return ${'a('.repeat(500)}1${')'.repeat(500)}; } }`);
    assert.equal(deep.functions.length, 2);
  });
});
