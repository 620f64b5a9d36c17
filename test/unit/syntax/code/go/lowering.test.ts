import assert from 'node:assert/strict';
import { callsIn, statementsIn } from '../../../../../src/lint/code/walk';
import type { Code, CodeFunction } from '../../../../../src/syntax/code/code';
import type { Statement } from '../../../../../src/syntax/code/statement';
import { sharedSyntax } from '../../../../support/syntaxGolden';

async function lower(text: string): Promise<Code> {
  return (await sharedSyntax()).code('/project/a.go', text);
}

function named(code: Code, name: string): CodeFunction {
  const found = code.functions.find((one) => one.name === name);
  assert.ok(found, `no function ${name}`);
  return found;
}

async function statementsOf(body: string): Promise<{ code: Code; body: readonly Statement[] }> {
  const code = await lower(`package p\nfunc f(ctx context.Context) {\n${body}\n}\n`);
  return { code, body: named(code, 'f').body };
}

function written(code: Code, piece: { start: number; end: number }): string {
  return code.text.slice(piece.start, piece.end);
}

describe('Go as statements and expressions', () => {
  it('reads the package and its imports with the names they may have', async () => {
    const code = await lower(
      'package shop\nimport "net/http"\nimport (\n\tkafka "github.com/segmentio/kafka-go"\n\t_ "embed"\n\t. "fmt"\n' +
        '\t"github.com/nats-io/nats.go"\n\t"github.com/redis/go-redis/v9"\n)\n',
    );
    assert.equal(code.namespace, 'shop');
    const of = (from: string) => code.imports.find((one) => one.from === from);
    assert.equal(of('net/http')?.names['http'], '*');
    assert.deepEqual(of('github.com/segmentio/kafka-go')?.names, { kafka: '*' });
    assert.deepEqual(of('embed')?.names, {});
    assert.equal(of('fmt')?.all, true);
    assert.equal(of('github.com/nats-io/nats.go')?.names['nats'], '*');
    assert.equal(of('github.com/redis/go-redis/v9')?.names['redis'], '*');
  });

  it('reads functions, methods, closures and their parameters', async () => {
    const code = await lower(
      'package p\ntype S struct{ base; client *http.Client }\n' +
        'func (s *S) Get(ctx context.Context, a, b string, rest ...Option) (*Res, error) {\n' +
        '\trun := func(n int) int { return n }\n\treturn nil, nil\n}\nfunc Map[T any](xs []T) {}\n',
    );
    const get = named(code, 'Get');
    assert.deepEqual(
      get.parameters.map(({ name, type, rest }) => [name, type, rest ?? false]),
      [
        ['ctx', 'context.Context', false],
        ['a', 'string', false],
        ['b', 'string', false],
        ['rest', 'Option', true],
      ],
    );
    assert.deepEqual([get.self, get.owner, get.returns], ['s', 'S', '(*Res, error)']);
    assert.equal(code.types[get.type!]?.name, 'S');
    assert.deepEqual(code.types[0]?.bases, ['base']);
    assert.deepEqual(
      code.types[0]?.fields.map(({ name, type }) => [name, type]),
      [['client', '*http.Client']],
    );
    assert.equal(named(code, 'run').parent, get.id);
    assert.equal(named(code, 'Map').parameters[0]?.type, '[]T');
  });

  it('reads assignments, sends, ranges, selects and type switches', async () => {
    const { code, body } = await statementsOf(
      'a, err := g(ctx)\nvar c http.Client\nch <- a\nfor _, x := range xs { use(x) }\nfor i := 0; i < 3; i++ { use(i) }\n' +
        'select {\ncase m := <-ch:\n\tuse(m)\ndefault:\n}\nswitch v := x.(type) {\ncase *T:\n\tuse(v)\n}\ngo g(ctx)\ndefer func() { end() }()',
    );
    const kinds = body.map((one) => one.kind);
    assert.deepEqual(kinds, ['assign', 'assign', 'expression', 'loop', 'loop', 'switch', 'block', 'go', 'defer']);
    const [first, second, send] = body;
    assert.ok(first?.kind === 'assign' && first.declares && first.targets.length === 2 && first.values.length === 1);
    assert.ok(second?.kind === 'assign' && second.type === 'http.Client' && second.values.length === 0);
    assert.ok(send?.kind === 'expression' && send.value.kind === 'binary' && send.value.operator === '<-');
    const all = [...statementsIn(body)];
    assert.ok(all.some((one) => one.kind === 'assign' && one.targets.some((t) => written(code, t) === 'm')));
    assert.equal([...callsIn(body)].filter((call) => written(code, call.callee) === 'use').length, 4);
  });

  it('reads literals of structs, slices and maps, with types of their elements', async () => {
    const { body } = await statementsOf(
      'a := &http.Client{Timeout: 3, Transport: rt}\nb := []kafka.Header{{Key: "a"}, {Key: "b"}}\nc := map[string]*T{"k": {N: 1}}',
    );
    const [a, b, c] = body.map((one) => (one.kind === 'assign' ? one.values[0] : undefined));
    assert.ok(a?.kind === 'unary' && a.value.kind === 'object' && a.value.type === 'http.Client');
    assert.deepEqual(
      a.value.entries.map((entry) => entry.key),
      ['Timeout', 'Transport'],
    );
    assert.ok(b?.kind === 'list' && b.type === '[]kafka.Header' && b.items.length === 2);
    const [item] = b.items;
    assert.ok(item?.value.kind === 'object' && item.value.type === 'kafka.Header');
    assert.ok(c?.kind === 'object' && c.entries[0]?.key === 'k');
    assert.ok(c.entries[0].value.kind === 'object' && c.entries[0].value.type === 'T');
  });

  it('reads texts with their escapes, calls with type arguments, and where arguments are put in', async () => {
    const { code, body } = await statementsOf(
      's := "a\\t\\u00e9\\"" + `raw\\n`\nc := connect.NewClient[Req, Res](h, u, opts...)',
    );
    const [sum, call] = body.map((one) => (one.kind === 'assign' ? one.values[0] : undefined));
    assert.ok(sum?.kind === 'binary' && sum.left.kind === 'text' && sum.right.kind === 'text');
    assert.equal(sum.left.value, 'a\té"');
    assert.equal(sum.right.value, 'raw\\n');
    assert.ok(call?.kind === 'call');
    assert.deepEqual(call.typeArguments, ['Req', 'Res']);
    assert.equal(call.args[2]?.spread, true);
    assert.equal(written(code, call.argsAt), 'h, u, opts...');
  });

  it('takes deep nesting and broken code', async () => {
    const deep = await statementsOf(
      `x := ${'('.repeat(200)}1${')'.repeat(200)}\ny := ${Array(600).fill('a').join(' +\n')}`,
    );
    assert.equal(deep.body.length, 2);
    const broken = await lower('package p\nfunc f() { g(1, \n}\nfunc h() { k() }\n');
    assert.equal(broken.hasErrors, true);
    assert.ok(broken.functions.length >= 2);
  });
});
