import assert from 'node:assert/strict';
import type { Code } from '../../../../src/syntax/code/code';
import type { Statement } from '../../../../src/syntax/code/statement';
import { sharedSyntax } from '../../../support/syntaxGolden';
import { brief } from './brief';

async function lowered(text: string): Promise<Code> {
  return (await sharedSyntax()).code('/project/A.kt', text);
}

/** A statement in short. */
function told(one: Statement): string {
  switch (one.kind) {
    case 'expression':
      return brief(one.value);
    case 'assign':
      return `${one.targets.map(brief).join()}${one.type ? `: ${one.type}` : ''} ${one.operator} ${one.values.map(brief).join()}`;
    case 'return':
      return `return ${one.values.map(brief).join()}`;
    case 'throw':
      return `throw ${brief(one.value)}`;
    case 'if':
      return `if ${brief(one.condition)} {${one.body.map(told).join('; ')}} else {${one.otherwise.map(told).join('; ')}}`;
    case 'loop':
      return `for ${one.targets.map(brief).join()} in ${brief(one.over ?? one.condition)} {${one.body.map(told).join('; ')}}`;
    case 'try':
      return `try {${one.body.map(told).join()}} ${one.handlers.map((body) => body.map(told).join()).join('|')} {${one.finally.map(told).join()}}`;
    case 'switch':
      return `when ${brief(one.value)} ${one.cases.map(({ labels, body }) => `[${labels.map(brief).join()}] ${body.map(told).join('; ')}`).join(' ')}`;
    default:
      return one.kind;
  }
}

async function statements(...lines: readonly string[]): Promise<readonly string[]> {
  const code = await lowered(`fun f(x: Int) {\n${lines.join('\n')}\n}\n`);
  return code.functions.find(({ name }) => name === 'f')!.body.map(told);
}

describe('Kotlin as code', () => {
  it('reads the package, imports, classes with constructors, properties and annotations', async () => {
    const code = await lowered(`package com.acme.shop

import org.acme.Client as Http
import org.acme.lib.*

@Service
open class Orders(
  @Value("\\\${url}") private val url: String = "x",
  plain: Int,
) : Base<Int>(plain), Closeable {
  private val client = Http()
  lateinit var later: Later
  companion object { const val NAME = "orders" }
  @Transactional
  fun order(@Qualifier("q") id: String?, n: Int = 1): Result<Int> { return ok() }
  fun made() = Template<String>(url)
}
`);
    assert.equal(code.namespace, 'com.acme.shop');
    assert.deepEqual(
      code.imports.map(({ from, names, all }) => [from, names, all ?? false]),
      [
        ['org.acme', { Http: 'Client' }, false],
        ['org.acme.lib', {}, true],
      ],
    );
    const [type] = code.types;
    assert.deepEqual([type?.name, type?.kind, type?.bases], ['Orders', 'class', ['Base<Int>', 'Closeable']]);
    assert.deepEqual(type?.annotations.map(brief), ['Service']);
    assert.deepEqual(
      type?.fields.map(({ name, type: written, value }) => `${name}: ${written} = ${brief(value)}`),
      ['url: String = ', 'client: Http = new Http()', 'later: Later = ', 'NAME: undefined = "orders"'],
    );
    assert.deepEqual(
      code.functions
        .slice(1)
        .map(({ name, returns, parameters, annotations, modifiers }) => [
          ...[name, returns, modifiers.join(), annotations.map(brief).join()],
          parameters.map(
            (one) => `${one.annotations.map(brief).join()} ${one.name}: ${one.type} = ${brief(one.default)}`,
          ),
        ]),
      [
        ['Orders', undefined, 'constructor', '', ['Value("${url}") url: String = "x"', ' plain: Int = ']],
        ['order', 'Result<Int>', 'exported', 'Transactional', ['Qualifier("q") id: String = ', ' n: Int = 1']],
        ['made', 'Template<String>', 'exported', '', []],
      ],
    );
  });

  it('calls constructors by the names of classes, and setters by assignments to properties of others', async () => {
    assert.deepEqual(
      await statements(
        'val a = RestTemplate()',
        'val b: Client? = org.acme.Client.Builder(1).build()',
        'a.requestFactory = c',
        'a.containerProperties.isObservationEnabled = true',
        'this.own = 1',
        'x += 2',
        'send(*all, key = MAX_SIZE(1))',
      ),
      [
        'a = new RestTemplate()',
        'b: Client = new org.acme.Client.Builder(1).build()',
        'a.setRequestFactory(c)',
        'a.containerProperties.setObservationEnabled(true)',
        'this.own = 1',
        'x += 2',
        'send(*all, key=MAX_SIZE(1))',
      ],
    );
  });

  it('reads what is configured on the spot as a chain of calls', async () => {
    assert.deepEqual(
      await statements(
        'val a = Pool().apply { corePoolSize = 4; this.queue = q; containerProperties.ackMode = m; initialize() }',
        'val b = Pool().also { it.setDecorator(d) }',
        'val c = Pool().apply { for (one in all) add(one) }',
      ),
      [
        'a = new Pool().setCorePoolSize(4).setQueue(q).getContainerProperties().setAckMode(m).initialize()',
        'b = new Pool().setDecorator(d)',
        'c = new Pool().apply(fn2)',
      ],
    );
  });

  it('reads texts with what fills their holes', async () => {
    assert.deepEqual(
      await statements('val a = "http://$host:${conf.port}/x"', 'val b = """raw $name"""', 'val c = "\\${kept}\\n"'),
      ['a = http://_:_/x/host,conf.port', 'b = raw _/name', 'c = "${kept}\\n"'],
    );
  });

  it('reads statements, lambdas and what chooses between values', async () => {
    assert.deepEqual(
      await statements(
        'if (x == null) { a() } else if (y) b() else c()',
        'for ((k, v) in map) { a(k) }',
        'while (x > 1) { a() }',
        'try { a() } catch (e: Bad) { b() } finally { c() }',
        'when (x) { is Int -> a(); 1, 2 -> { b(); c() } else -> d() }',
        'val v = if (x) { a() } else b() ?: c!!',
        'val w = try { a() } catch (e: Bad) { b() }',
        'val lazily by lazy { Client() }',
        'list.map { it.name }.forEach { (a, b) -> a(b) }',
        'a[1] = x as Foo',
        'throw Bad("no")',
        'val o = object : Runner(1) { override fun run() { a() } }',
        'val r = this::send',
        'return a to b',
      ),
      [
        'if x == null {a()} else {if y {b()} else {c()}}',
        'for k,v in map {a(k)}',
        'for  in x > 1 {a()}',
        'try {a()} b() {c()}',
        'when x [other] a() [1,2] b(); c() [] d()',
        'v = x ? a() : b() ?: c',
        'w = other ? a() : b()',
        'lazily = new Client()',
        'list.map(fn3).forEach(fn4)',
        'a[1] = (Foo) x',
        'throw new Bad("no")',
        'o = new Runner(){}',
        'r = this.send',
        'return a to b',
      ],
    );
  });

  it('gives trailing lambdas to the call before them, with the parameter that is not named', async () => {
    const code = await lowered('fun f() = launch(Dispatchers.IO) { send(it) }\nfun g() = run { 1 }\n');
    const [f, g] = ['f', 'g'].map((name) => code.functions.find((one) => one.name === name)!.body.map(told));
    assert.deepEqual([f, g], [['return launch(Dispatchers.IO, fn2)'], ['return run(fn4)']]);
    assert.deepEqual(
      code.functions[2]?.parameters.map(({ name }) => name),
      ['it'],
    );
    assert.deepEqual(code.functions[2]?.body.map(told), ['return send(it)']);
  });

  it('goes on behind what it cannot read', async () => {
    const code = await lowered('class A {\n  fun broken( {\n}\nfun whole() { Client() }\n');
    assert.equal(code.hasErrors, true);
    const deep = `fun f() { ${'g('.repeat(300)}1${')'.repeat(300)} }\n`;
    assert.ok((await lowered(deep)).functions.length > 1);
  });
});
