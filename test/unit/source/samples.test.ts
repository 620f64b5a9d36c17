import assert from 'node:assert/strict';
import { operationId } from '../../../src/model/operationTable';
import type { AttributeValue } from '../../../src/model/attributes';
import type { OperationId, OperationKey } from '../../../src/model/operation';
import type { SpanSample } from '../../../src/source/mapperOptions';
import { openMapper, operation, told, withFolder } from '../../support/mappingWorkspace';

const FILES = {
  'src/orders.ts': `export class Orders {
  find(id: string) {
    return this.db.query('SELECT id, total FROM orders WHERE customer = $1', [id]);
  }
  async pay(order: Order) {
    log.info('paying');
    return fetch('http://payments:8080/charges/' + order.id, { method: 'POST' });
  }
  remove(id: string) {
    log.info('removing');
    return this.db.query('DELETE FROM orders WHERE id = $1', [id]);
  }
}
`,
};

function attributes(given: Readonly<Record<string, AttributeValue>>): SpanSample['attributes'] {
  return new Map(Object.entries(given));
}

function sample(
  given: Readonly<Record<string, AttributeValue>>,
  ...logs: readonly Readonly<Record<string, AttributeValue>>[]
): SpanSample {
  return { attributes: attributes(given), logs: logs.map(attributes) };
}

/** Where an operation belongs of which single spans said this. */
async function placeOf(key: OperationKey, ...samples: readonly SpanSample[]): Promise<string> {
  let found = '';
  await withFolder(FILES, async (folder) => {
    const mapper = await openMapper([folder], { samplesOf: () => samples });
    found = told(mapper, await mapper.map(key));
  });
  return found;
}

describe('what single spans of an operation say', () => {
  const select = operation('CLIENT', 'shop', { 'db.system.name': 'postgresql' }, { language: 'nodejs' });
  const find = sample({ 'db.query.text': 'SELECT id, total FROM orders WHERE customer = $1' });
  const remove = sample({ 'db.query.text': 'DELETE FROM orders WHERE id = $1' });

  it('leads statements and addresses to the calls', async () => {
    assert.match(await placeOf(select), /^unmapped/);
    assert.equal(await placeOf(select, find), 'src/orders.ts:3 Orders.find 0.75');
    assert.equal(await placeOf(select, find, find), 'src/orders.ts:3 Orders.find 0.75');
    const post = operation('CLIENT', 'POST', { 'http.request.method': 'POST' }, { language: 'nodejs' });
    const paid = ['17', '18'].map((id) => sample({ 'url.full': `http://payments:8080/charges/${id}` }));
    assert.equal(await placeOf(post, ...paid), 'src/orders.ts:7 Orders.pay 0.85');
  });

  it('says nothing where the spans were made in several functions, or one of them by something unknown', async () => {
    assert.match(await placeOf(select, find, remove), /^unmapped/);
    assert.match(await placeOf(select, find, sample({ 'db.query.text': 'SELECT 1 FROM generated' })), /^unmapped/);
  });

  it('tells the place of one span where its operation has none', () =>
    withFolder(FILES, async (folder) => {
      const mapper = await openMapper([folder], { samplesOf: () => [find, remove] });
      assert.equal(told(mapper, await mapper.mapSpan(select, remove)), 'src/orders.ts:11 Orders.remove 0.75');
    }));

  it('is asked for again when more of it is known', () =>
    withFolder(FILES, async (folder) => {
      const samples: SpanSample[] = [];
      const mapper = await openMapper([folder], { samplesOf: () => samples });
      assert.match(told(mapper, await mapper.map(select)), /^unmapped/);
      const changed: OperationId[] = [];
      mapper.onDidChange((ids) => changed.push(...ids));
      samples.push(find);
      mapper.samplesChanged([operationId(select)]);
      assert.deepEqual(changed, [operationId(select)]);
      assert.equal(told(mapper, await mapper.map(select)), 'src/orders.ts:3 Orders.find 0.75');
    }));

  it('leads log records with code attributes to the one function that wrote them', async () => {
    const work = operation('INTERNAL', 'job 17', {}, { language: 'nodejs' });
    const paying = { 'code.file.path': '/app/src/orders.ts', 'code.line.number': 6, 'code.function.name': 'pay' };
    const removing = { 'code.filepath': '/app/src/orders.ts', 'code.lineno': 10, 'code.function': 'remove' };
    assert.equal(await placeOf(work, sample({}, paying)), 'src/orders.ts:5 Orders.pay 0.7');
    assert.equal(await placeOf(work, sample({}, paying, paying), sample({}, paying)), 'src/orders.ts:5 Orders.pay 0.7');
    assert.equal(await placeOf(work, sample({}, paying, removing)), 'ambiguous 2');
    assert.equal(await placeOf(work, sample({}, paying), sample({}, removing)), 'ambiguous 2');
    const library = { 'code.file.path': '/app/node_modules/pino/lib/tools.js', 'code.line.number': 3 };
    assert.match(await placeOf(work, sample({}, library)), /^unmapped/);
    const call = operation('CLIENT', 'job 17', {}, { language: 'nodejs' });
    assert.match(await placeOf(call, sample({}, paying)), /^unmapped/);
  });
});

describe('the stack that a span was started or ended in', () => {
  const effect = [
    'at processTicksAndRejections (node:internal/process/task_queues:95:5)',
    'at runLoop (/app/node_modules/effect/src/internal/fiberRuntime.ts:1300:9)',
    'at Orders.pay (/app/src/orders.ts:7:12)',
    'at /app/src/main.ts:3:1',
  ].join('\n');

  it('leads to the innermost function of the workspace, and calls to their line', async () => {
    const key = (kind: 'INTERNAL' | 'CLIENT') =>
      operation(kind, 'x', { 'code.stacktrace': effect }, { language: 'nodejs' });
    assert.equal(await placeOf(key('INTERNAL')), 'src/orders.ts:5 Orders.pay 0.95');
    assert.equal(await placeOf(key('CLIENT')), 'src/orders.ts:7 Orders.pay 0.95');
  });

  it('leads nowhere where all of it is library code', async () => {
    const stack = 'at runLoop (/app/node_modules/effect/src/internal/fiberRuntime.ts:1300:9)';
    assert.match(await placeOf(operation('INTERNAL', 'x', { 'code.stacktrace': stack })), /^unmapped/);
  });
});
