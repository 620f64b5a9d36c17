import assert from 'node:assert/strict';
import type { Code, CodeFunction } from '../../../../../src/syntax/code/code';
import type { Call, Expression } from '../../../../../src/syntax/code/expression';
import type { Statement } from '../../../../../src/syntax/code/statement';
import { callsIn } from '../../../../../src/lint/code/walk';
import { sharedSyntax } from '../../../../support/syntaxGolden';

async function lower(text: string): Promise<Code> {
  return (await sharedSyntax()).code('/project/a.cs', text);
}

/** The statements of a method's body. */
async function bodyOf(statements: string): Promise<{ code: Code; body: readonly Statement[] }> {
  const code = await lower(`class A { async Task M() { ${statements} } }`);
  return { code, body: named(code, 'M').body };
}

function named(code: Code, name: string): CodeFunction {
  const found = code.functions.find((one) => one.name === name);
  assert.ok(found, `no function ${name}`);
  return found;
}

function written(code: Code, piece: { start: number; end: number }): string {
  return code.text.slice(piece.start, piece.end);
}

function valueOf(statement: Statement | undefined): Expression {
  assert.ok(statement?.kind === 'assign' && statement.values[0]);
  return statement.values[0];
}

function callOf(expression: Expression): Call {
  assert.equal(expression.kind, 'call');
  return expression;
}

describe('C# as statements and expressions', () => {
  it('reads usings, aliases and both forms of namespaces', async () => {
    const code = await lower(
      'global using System;\nusing static System.Math;\nusing Ctx = OpenTelemetry.Context.Propagation.PropagationContext;\nnamespace Acme.Orders;\nclass A {}',
    );
    assert.equal(code.namespace, 'Acme.Orders');
    assert.deepEqual(
      code.imports.map(({ from, names, all }) => ({ from, names, all })),
      [
        { from: 'System', names: {}, all: true },
        { from: 'System.Math', names: {}, all: true },
        { from: 'OpenTelemetry.Context.Propagation', names: { Ctx: 'PropagationContext' }, all: undefined },
      ],
    );
    const block = await lower('namespace A.B { using C; class D { void E() { F(); } } }');
    assert.equal(block.namespace, 'A.B');
    assert.equal(block.imports[0]?.from, 'C');
    assert.equal(block.types[named(block, 'E').type!]?.name, 'D');
  });

  it('has top-level statements as the body of the first function, with local functions among them', async () => {
    const code = await lower(
      'var app = builder.Build();\n#if DEBUG\napp.UseDebug();\n#endif\nawait app.RunAsync();\nstatic void Help(int n) { Go(n); }',
    );
    const names = [...callsIn(code.functions[0]!.body)].map((call) => written(code, call.callee));
    assert.deepEqual(names, ['builder.Build', 'app.UseDebug', 'app.RunAsync']);
    assert.deepEqual(
      named(code, 'Help').parameters.map(({ name, type }) => [name, type]),
      [['n', 'int']],
    );
  });

  it('reads types with primary constructors, fields, properties and attributes', async () => {
    const code = await lower(
      `[Route("orders", Order = 2)] public sealed partial class A<T>(ILog<T> log) : Base(log), IThing<T> where T : class {
         private readonly Channel<T> _queue = new(4);
         public string Name { get; init; } = "a";
         public int Count => Find();
         [HttpGet] public override async Task<int> M([FromBody] T body, params string[] rest) => await Go(this);
         public A() : this(null!) { }
       }`,
    );
    const [type] = code.types;
    assert.deepEqual(type?.bases, ['Base', 'IThing<T>']);
    assert.deepEqual(
      type?.fields.map(({ name, type: of }) => `${name}: ${of}`),
      ['log: ILog<T>', '_queue: Channel<T>', 'Name: string', 'Count: int'],
    );
    const queue = callOf(type.fields[1]!.value!);
    assert.deepEqual([written(code, queue.callee), queue.typeArguments, queue.isNew], ['new', ['T'], true]);
    assert.ok(queue.callee.kind === 'name' && queue.callee.name === 'Channel');
    const route = callOf(type.annotations[0]!);
    assert.deepEqual(
      route.args.map(({ name }) => name),
      [undefined, 'Order'],
    );
    const method = named(code, 'M');
    assert.deepEqual(method.modifiers, ['exported', 'async']);
    assert.equal(method.returns, 'Task<int>');
    assert.deepEqual(
      method.parameters.map(({ name, rest, annotations }) => [name, rest, annotations.length]),
      [
        ['body', undefined, 1],
        ['rest', true, 0],
      ],
    );
    const [returned] = method.body;
    assert.ok(returned?.kind === 'return');
    const go = callOf(returned.values[0]!);
    assert.equal(go.awaited, true);
    assert.ok(go.args[0]?.value.kind === 'name' && go.args[0].value.name === 'this');
    assert.equal(named(code, 'Count').body[0]?.kind, 'return');
    const constructors = code.functions.filter((one) => one.modifiers.includes('constructor'));
    assert.deepEqual(
      constructors.map(({ parameters, body }) => [parameters.length, body.length]),
      [
        [1, 0],
        [0, 1],
      ],
    );
  });

  it('reads creations with initializers', async () => {
    const { code, body } = await bodyOf(
      'var m = new Message<Null, string> { Value = "v", Headers = new Headers { { "a", b } }, ["k"] = 1 }; List<int> l = new() { 1, 2 }; var o = new { A = 1, x.B }; int[] c = [1, ..d];',
    );
    const message = callOf(valueOf(body[0]));
    assert.deepEqual(message.typeArguments, ['Null', 'string']);
    assert.deepEqual(
      message.initializer?.entries.map(({ key }) => key),
      ['Value', 'Headers', 'k'],
    );
    const headers = callOf(message.initializer.entries[1]!.value);
    assert.equal(headers.initializer?.entries[0]?.key, 'a');
    assert.equal(written(code, message.initializer.insideAt).trim().slice(0, 5), 'Value');
    const list = callOf(valueOf(body[1]));
    assert.ok(list.callee.kind === 'name' && list.callee.name === 'List');
    assert.equal(list.initializer?.entries.length, 2);
    const anonymous = valueOf(body[2]);
    assert.ok(anonymous.kind === 'object');
    assert.deepEqual(
      anonymous.entries.map(({ key }) => key),
      ['A', 'B'],
    );
    const collection = valueOf(body[3]);
    assert.ok(collection.kind === 'list' && collection.items[1]?.spread === true);
  });

  it('reads null-conditional chains as plain ones', async () => {
    const { body } = await bodyOf('var a = x?.B?.C<int>(1)?[0]!.D;');
    const member = valueOf(body[0]);
    assert.ok(member.kind === 'member' && member.name === 'D' && member.object.kind === 'cast');
    const index = member.object.value;
    assert.ok(index.kind === 'index');
    const call = callOf(index.object);
    assert.deepEqual(call.typeArguments, ['int']);
    assert.ok(call.callee.kind === 'member' && call.callee.name === 'C' && call.callee.object.kind === 'member');
  });

  it('reads the kinds of texts', async () => {
    const { body } = await bodyOf(
      'var a = "x\\"y"; var b = @"c:\\d ""e"""; var c = """raw "f" """; var d = $"a{x.Y()}b{z:N2}c{{}}"; var e = "u"u8;',
    );
    const values = body.map(valueOf).map((one) => (one.kind === 'text' ? [one.value, one.pieces] : one.kind));
    assert.deepEqual(values, [
      ['x"y', ['x"y']],
      ['c:\\d "e"', ['c:\\d "e"']],
      ['raw "f" ', ['raw "f" ']],
      [undefined, ['a', 'b', 'c{}']],
      ['u', ['u']],
    ]);
  });

  it('reads using declarations and statements, await foreach, lock, try and switch', async () => {
    const { code, body } = await bodyOf(
      `using var a = S.StartActivity("a", ActivityKind.Consumer, parentContext: c);
       using (var b = P.Create()) { b.Go(); }
       await using (D()) E();
       await foreach (var (k, v) in reader.ReadAllAsync(ct)) { yield return k; }
       lock (gate) { F(); }
       try { G(); } catch (Exception e) when (e.H()) { I(); } finally { J(); }
       switch (x) { case 1: case 2: K(); break; case T t when t.L: return; default: throw; }`,
    );
    const [assign, using, bare, loop, lock, tried, switched] = body;
    assert.ok(assign?.kind === 'assign' && assign.using === true);
    assert.equal(callOf(assign.values[0]!).args[2]?.name, 'parentContext');
    assert.ok(using?.kind === 'with' && using.items[0]?.target?.kind === 'name' && using.body.length === 1);
    assert.ok(bare?.kind === 'with' && bare.items[0]?.target === undefined && bare.body.length === 1);
    assert.ok(loop?.kind === 'loop' && loop.targets[0]?.kind === 'list');
    assert.equal(written(code, loop.over!), 'reader.ReadAllAsync(ct)');
    assert.ok(lock?.kind === 'with' && lock.body.length === 1);
    assert.ok(tried?.kind === 'try' && tried.handlers[0]?.length === 2 && tried.finally.length === 1);
    assert.ok(switched?.kind === 'switch');
    assert.deepEqual(
      switched.cases.map(({ labels, body: inside }) => [labels.length, inside.length]),
      [
        [1, 0],
        [1, 1],
        [2, 1],
        [0, 1],
      ],
    );
  });

  it('reads switch expressions, patterns and lambdas', async () => {
    const { code, body } = await bodyOf(
      'var a = x switch { A { B: 1 } b when b.C() => D(), _ => throw new E() }; if (x is F { G: var g } && y is not null) { H(g); } Func<int, Task> f = async i => await J(i); z.Received += (_, e) => { K(e); };',
    );
    const chosen = valueOf(body[0]);
    assert.ok(chosen.kind === 'conditional' && chosen.values.length === 2);
    const calls = [...callsIn(body)].map((call) => written(code, call.callee));
    assert.deepEqual(calls, ['b.C', 'D', 'E', 'H']);
    const lambda = named(code, 'f');
    assert.deepEqual(lambda.modifiers, ['async', 'lambda']);
    const added = body.at(-1);
    assert.ok(added?.kind === 'assign' && added.operator === '+=' && added.values[0]?.kind === 'function');
    assert.equal(code.functions[added.values[0].function]?.parameters.length, 2);
  });

  it('goes on around what it does not know, and through deep chains', async () => {
    const broken = await lower('class A { void B() { C(; D(); } void E() { F(); } }');
    assert.equal(broken.hasErrors, true);
    assert.ok(broken.functions.some((one) => [...callsIn(one.body)].some((call) => written(broken, call) === 'F()')));
    const deep = await bodyOf(`var a = b${'.C()'.repeat(400)};`);
    assert.equal(deep.body.length, 1);
  });
});
