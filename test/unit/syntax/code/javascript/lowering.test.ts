import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { callsIn, expressionsOf } from '../../../../../src/lint/code/walk';
import type { Code, CodeFunction } from '../../../../../src/syntax/code/code';
import { MAX_DEPTH, type Call, type Expression } from '../../../../../src/syntax/code/expression';
import { sharedSyntax } from '../../../../support/syntaxGolden';

async function lowered(text: string, file = 'shop.ts'): Promise<Code> {
  const code = await (await sharedSyntax()).code(file, text);
  assert.equal(code.skipped, undefined);
  return code;
}

/** The value of the only statement. */
async function expression(text: string, file?: string): Promise<Expression> {
  const [statement] = (await lowered(text, file)).functions[0]!.body;
  assert.equal(statement?.kind, 'expression');
  return statement.value;
}

async function call(text: string, file?: string): Promise<Call> {
  const value = await expression(text, file);
  assert.equal(value.kind, 'call');
  return value;
}

function functionNamed(code: Code, name: string): CodeFunction {
  const fn = code.functions.find((one) => one.name === name);
  assert.ok(fn, `no function ${name}`);
  return fn;
}

describe('syntax/code: expressions of JavaScript', () => {
  it('reads calls: awaited, new, spread, optional, with types', async () => {
    const awaited = await call('await client.get<Order, Error>(`/orders/${id}`, ...rest);');
    assert.equal(awaited.awaited, true);
    assert.deepEqual(awaited.typeArguments, ['Order', 'Error']);
    assert.deepEqual(
      awaited.args.map((one) => [one.value.kind, one.spread]),
      [
        ['text', undefined],
        ['name', true],
      ],
    );
    const made = await call('new Kafka({ brokers: ["a"] });');
    assert.equal(made.isNew, true);
    const optional = await call('this.client?.send?.(message);');
    assert.equal(optional.callee.kind === 'member' ? optional.callee.name : '', 'send');
    const bare = await call('new Date;');
    assert.deepEqual([bare.args.length, bare.argsAt.start], [0, bare.end]);
  });

  it('reads texts with their holes and escapes', async () => {
    const { args } = await call("f('a\\n', `x${a}y${b}`, `plain`, tag`t${c}`);");
    const texts = args.map(({ value }) =>
      value.kind === 'text' ? [value.value, value.pieces, value.holes.length] : value.kind,
    );
    assert.deepEqual(texts, [['a\n', ['a\n'], 0], [undefined, ['x', 'y', ''], 2], ['plain', ['plain'], 0], 'call']);
  });

  it('reads objects: shorthands, computed keys, spreads, methods and functions by their keys', async () => {
    const code = await lowered(
      "run({ topic, 'a-b': 1, [key]: 2, ['c']: 3, ...more, eachMessage: async () => {}, on() {} });",
    );
    const [{ args }] = [...callsIn(code.functions[0]!.body)] as [Call];
    const object = args[0]!.value;
    assert.equal(object.kind, 'object');
    assert.deepEqual(
      object.entries.map(({ key, spread, keyValue, value }) => [
        key,
        spread ?? false,
        keyValue !== undefined,
        value.kind,
      ]),
      [
        ['topic', false, false, 'name'],
        ['a-b', false, false, 'literal'],
        [undefined, false, true, 'literal'],
        ['c', false, true, 'literal'],
        [undefined, true, false, 'name'],
        ['eachMessage', false, false, 'function'],
        ['on', false, false, 'function'],
      ],
    );
    assert.deepEqual(functionNamed(code, 'eachMessage').modifiers, ['async', 'lambda']);
    assert.equal(functionNamed(code, 'on').owner, '');
  });

  it('looks through casts and keeps operators', async () => {
    const kinds = async (text: string): Promise<string> => (await expression(text)).kind;
    assert.equal(await kinds('(a as B);'), 'cast');
    assert.equal(await kinds('a!;'), 'cast');
    assert.equal(await kinds('a satisfies B;'), 'cast');
    assert.equal(await kinds('a ?? b;'), 'binary');
    assert.equal(await kinds('a ? b : c;'), 'conditional');
    assert.equal(await kinds('await promise;'), 'unary');
    assert.equal(await kinds('list[0];'), 'index');
  });

  it('finds calls in JSX', async () => {
    const code = await lowered('const page = <Shop on={load(1)} {...props()}><b>{text(2)}</b></Shop>;', 'shop.tsx');
    const names = [...callsIn(code.functions[0]!.body)].map(({ callee }) =>
      callee.kind === 'name' ? callee.name : '',
    );
    assert.deepEqual(names, ['load', 'props', 'text']);
  });
});

describe('syntax/code: modules of JavaScript', () => {
  it('reads imports of all forms', async () => {
    const { imports } = await lowered(`import a, { b as c, default as d } from 'm';
import * as n from 'n';
import 'effects';
import type { T } from 'types';
import old = require('old');
const e = require('e');
const { f: g } = require('f');
const h = require('h').i;
export { j as k } from 'j';
export * from 'all';
export * as space from 'space';
async function later() { const { l } = await import('l'); await import('only'); }
`);
    const text = imports.map(
      ({ from, names, all, typeOnly, function: fn }) =>
        `${from} ${JSON.stringify(names)}${all ? ' all' : ''}${typeOnly ? ' type' : ''}${fn === undefined ? '' : ' inside'}`,
    );
    assert.deepEqual(text, [
      'm {"a":"default","c":"b","d":"default"}',
      'n {"n":"*"}',
      'effects {}',
      'types {"T":"T"} type',
      'old {"old":"*"}',
      'e {"e":"*"}',
      'f {"g":"f"}',
      'h {"h":"i"}',
      'j {"k":"j"}',
      'all {} all',
      'space {"space":"*"}',
      'l {"l":"l"} inside',
      'only {} inside',
    ]);
  });

  it('reads exports of all forms', async () => {
    const { exports } = await lowered(`export const a = 1, { b } = x;
export function c() {}
export class D {}
const e = 2;
export { e as f };
export default e2();
`);
    assert.deepEqual(exports, { a: 'a', b: 'b', c: 'c', D: 'D', e: 'f', default: 'default' });
    assert.deepEqual((await lowered('export default function main() {}')).exports, { main: 'default' });
    assert.deepEqual((await lowered('export default async () => {};')).exports, { default: 'default' });
    assert.deepEqual((await lowered('const a = 1; export default a;')).exports, { a: 'default' });
  });

  it('keeps module.exports as it is written', async () => {
    const { functions } = await lowered('module.exports = { start, stop: () => {} };\nexports.other = 1;', 'shop.js');
    assert.deepEqual(
      functions[0]!.body.map(({ kind }) => kind),
      ['assign', 'assign'],
    );
  });
});

describe('syntax/code: functions and classes of JavaScript', () => {
  it('reads parameters: patterns, defaults, rest, types, decorators', async () => {
    const code = await lowered(
      'const f = async ({ a, b: { c }, d = 1 }: P, [x], y: number = 2, ...rest: string[]) => {};',
    );
    const { parameters, modifiers, name } = functionNamed(code, 'f');
    assert.deepEqual([name, modifiers], ['f', ['async', 'lambda']]);
    assert.deepEqual(
      parameters.map(({ name: one, bound, type, rest }) => [one, bound, type, rest ?? false]),
      [
        ['', { a: 'a', c: 'b.c', d: 'd' }, 'P', false],
        ['', { x: '*' }, undefined, false],
        ['y', undefined, 'number', false],
        ['rest', undefined, 'string[]', true],
      ],
    );
  });

  it('reads classes: bases, fields, parameter properties, methods, decorators', async () => {
    const code = await lowered(`@Injectable({ scope: 1 })
export class Orders extends Base<Order> implements OnInit {
  static count = 0;
  #secret = make();
  @Inject() private readonly db: Db;
  load = async () => this.db.find();
  constructor(private readonly http: HttpService, plain: string) { super(); }
  @Get('/orders')
  async list(@Query() query: string): Promise<Order[]> { return []; }
  get size() { return 1; }
}
`);
    const [type] = code.types;
    assert.ok(type);
    assert.deepEqual([type.name, type.bases, type.annotations.length], ['Orders', ['Base', 'OnInit'], 1]);
    assert.deepEqual(
      type.fields.map(({ name, type: written, modifiers }) =>
        `${name}: ${written ?? ''} ${modifiers.join(',')}`.trim(),
      ),
      ['count:  static', '#secret:  private', 'db: Db private', 'load:', 'http: HttpService private'],
    );
    const list = functionNamed(code, 'list');
    assert.deepEqual(
      [list.type, list.modifiers, list.returns, list.annotations.length],
      [0, ['async'], 'Promise<Order[]>', 1],
    );
    assert.equal(list.parameters[0]!.annotations.length, 1);
    assert.equal(functionNamed(code, 'load').type, 0);
    assert.ok(functionNamed(code, 'constructor').modifiers.includes('constructor'));
  });

  it('reads statements with all their bodies', async () => {
    const code = await lowered(`function f() {
  for (const [k, v] of Object.entries(a)) one();
  for (let i = first(); i < 2; i++) { two(); }
  while (w()) three();
  do four(); while (x());
  try { five(); } catch (e) { six(); } finally { seven(); }
  switch (s()) { case t(): eight(); break; default: nine(); }
  label: if (a) ten(); else if (b) eleven(); else { twelve(); }
  throw error();
}
`);
    const names = [...callsIn(functionNamed(code, 'f').body)].map(({ callee }) =>
      callee.kind === 'name' ? callee.name : 'entries',
    );
    assert.deepEqual(
      [...names].sort(),
      'eight eleven entries error first five four nine one s seven six t ten three twelve two w x'.split(' ').sort(),
    );
  });
});

describe('syntax/code: JavaScript of every kind', () => {
  it('bounds the depth of chains and of nesting', async () => {
    const chain = `a${'\n  .then(b)'.repeat(2_000)};`;
    const nested = `${'f(\n'.repeat(2_000)}1${')'.repeat(2_000)};`;
    for (const text of [chain, nested, `x = ${'1 +\n'.repeat(3_000)}1;`]) {
      const code = await lowered(text);
      assert.ok([...callsIn(code.functions[0]!.body)].length <= MAX_DEPTH);
    }
  });

  it('reads what is broken as far as it goes', async () => {
    const code = await lowered('const a = f(;\nfunction g() { h(1); }\n');
    assert.equal(code.hasErrors, true);
    assert.ok(code.functions.some((fn) => fn.name === 'g'));
  });

  it("sees the calls that TypeScript's own parser sees in this project", async () => {
    const folder = path.join(__dirname, '../../../../../src/lint');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    const differing: string[] = [];
    for (const name of files.slice(0, 40)) {
      const text = readFileSync(path.join(folder, name), 'utf8');
      const own = countOfLowered(await lowered(text, name));
      const theirs = countOfTypescript(name, text);
      if (own !== theirs) differing.push(`${name}: ${own} instead of ${theirs}`);
    }
    assert.deepEqual(differing, []);
  });
});

function countOfLowered(code: Code): number {
  const apart = [
    ...code.functions.flatMap((fn) => [
      ...fn.annotations,
      ...fn.parameters.flatMap((one) => [...one.annotations, ...(one.default ? [one.default] : [])]),
    ]),
    ...code.types.flatMap((type) => [
      ...type.annotations,
      ...type.fields.flatMap((field) => [...field.annotations, ...(field.value ? [field.value] : [])]),
    ]),
  ];
  const inBodies = code.functions.reduce((sum, fn) => sum + [...callsIn(fn.body)].length, 0);
  return inBodies + apart.flatMap((one) => [...expressionsOf(one)]).filter(({ kind }) => kind === 'call').length;
}

function countOfTypescript(name: string, text: string): number {
  let count = 0;
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) || ts.isNewExpression(node) || ts.isTaggedTemplateExpression(node)) count++;
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(name, text, ts.ScriptTarget.Latest));
  return count;
}
