import assert from 'node:assert/strict';
import type { TraceId } from '../../../../../src/model/ids';
import { readBackendConfig } from '../../../../../src/traces/backends/backendConfig';
import { BACKEND_TYPES } from '../../../../../src/traces/backends/createBackend';
import { azurePlace } from '../../../../../src/traces/backends/azureMonitor/azurePlace';
import type { AzureRow } from '../../../../support/servers/data/azureRows';
import { AZURE_WORKSPACE } from '../../../../support/wire/azureServer';
import { dependency, HOUR, request, startAzure, TRACE, type AzureBed, type AzureBedOptions } from './azureBed';

const { signal } = new AbortController();

describe('asking Azure Monitor by KQL', () => {
  let bed: AzureBed;
  afterEach(() => bed.stop());

  async function found(text: string, rows: readonly AzureRow[], options: AzureBedOptions = {}): Promise<number> {
    bed = await startAzure(rows, options);
    let spans = 0;
    for await (const { matched } of bed.backend.search({ text, window: HOUR, limit: 10 }, signal))
      spans += matched.length;
    return spans;
  }

  it('writes texts so that they end where they end', async () => {
    const text = 'a "b" \\ c\n\t| take 1 //';
    const rows = [request({ Name: text, Properties: { note: text } }), request()];
    assert.equal(await found(`{ name = ${JSON.stringify(text)} && span.note = ${JSON.stringify(text)} }`, rows), 1);
    const [query] = bed.server.queries;
    assert.ok(query?.includes('Name == "a \\"b\\" \\\\ c\\n\\t| take 1 //"'), query);
  });

  it('leaves signs that no escape is known for to the evaluator', async () => {
    const text = 'a\u0007b\u2028c';
    assert.equal(await found(`{ name = ${JSON.stringify(text)} }`, [request({ Name: text }), request()]), 1);
    assert.ok(!bed.server.queries.join('').includes('\u0007'));
  });

  it('finds attributes in the columns that exporters put them into', async () => {
    const rows = [
      request({ Name: 'GET /a/{id}', Url: 'https://shop/a/1', ResultCode: '503' }),
      dependency({ DependencyType: 'redis', Data: 'GET x', Name: 'GET' }),
      dependency({ DependencyType: 'HTTP', Target: 'pay:8080', Data: 'http://pay:8080/', Name: 'POST /' }),
    ];
    for (const text of [
      '{ span.http.response.status_code >= 500 }',
      '{ span.http.route = "/a/{id}" }',
      '{ span.http.request.method = "POST" }',
      '{ span.db.system = "redis" && span.db.statement =~ "GET.*" }',
      '{ span.server.address = "pay" && span.server.port = 8080 }',
      '{ span.url.full =~ "https://.*" }',
    ]) {
      assert.equal(await found(text, rows), 1, text);
      await bed.stop();
    }
  });

  it('reads properties that are texts of JSON', async () => {
    assert.equal(await found('{ span.a = "b" }', [request({ Properties: { a: 'b' } }), request()]), 1);
  });

  it('says what is tested here', async () => {
    bed = await startAzure([]);
    const tested = (text: string) => bed.backend.testedHere!({ text });
    assert.equal(tested('{ resource.service.name = "shop" && status = error && span.a = "b" }'), undefined);
    assert.match(tested('{ duration > 1s && span.a = "b" }') ?? '', /cannot be asked for all of duration > 1s/);
    assert.match(tested('{ span.a != "b" }') ?? '', /tests/);
  });

  it('finds the traces of older SDKs, whose ids are of other forms, and opens them', async () => {
    const rows = [request({ OperationId: 'jUh3+w', Id: '|jUh3+w.1.', ParentId: 'jUh3+w' })];
    assert.equal(await found('{ name = "GET /" }', rows), 1);
    let id: TraceId | undefined;
    for await (const { traceId } of bed.backend.search({ text: '', window: HOUR, limit: 1 }, signal)) id = traceId;
    assert.equal((await bed.backend.trace(id!, signal))?.count, 1);
  });

  it('leaves logs out of a trace, which are told to be such by their severity', async () => {
    const of = { Id: undefined, ParentId: '00f067aa0ba902b7' };
    bed = await startAzure([
      request({ Id: '00f067aa0ba902b7' }),
      { ...request(of), Type: 'AppTraces', Message: 'a log', SeverityLevel: 1 },
      { ...request(of), Type: 'AppTraces', Message: 'an event', SeverityLevel: null },
    ]);
    const trace = await bed.backend.trace(TRACE as TraceId, signal);
    assert.deepEqual(
      trace?.details(0).events.map(({ name }) => name),
      ['an event'],
    );
  });

  it('lists attributes and their values', async () => {
    bed = await startAzure([
      request({
        Properties: { 'http.route': '/a', 'host.name': 'h', '_MS.sampleRate': '25' },
        Measurements: { size: 3 },
      }),
      request({ Properties: { 'http.route': '/a' } }),
      request({ Properties: { 'http.route': '/b' }, AppRoleName: 'another' }),
    ]);
    const query = { window: HOUR, service: 'shop' };
    const names = await bed.backend.attributeNames!(query, signal);
    assert.deepEqual(names.slice(-3).sort(), ['resource.host.name', 'span.http.route', 'span.size']);
    assert.deepEqual(await bed.backend.attributeValues!('span.http.route', query, signal), ['/a']);
    assert.deepEqual(await bed.backend.attributeValues!('span.size', query, signal), ['3']);
    assert.deepEqual(await bed.backend.attributeValues!('resource.service.name', { window: HOUR }, signal), [
      'shop',
      'another',
    ]);
  });

  it('keeps to the environment that is configured', async () => {
    const rows = [
      request({ Properties: { 'deployment.environment.name': 'test' } }),
      request({ Properties: { 'deployment.environment': 'prod' }, AppRoleName: 'b' }),
    ];
    bed = await startAzure(rows, { config: { environment: 'prod' } });
    assert.deepEqual(
      (await bed.backend.services(signal)).map(({ service }) => service),
      ['b'],
    );
  });

  it('leads to the transaction in the portal once a row of it is known, before that to its logs', async () => {
    const resource = '/subscriptions/s/resourceGroups/g/providers/microsoft.insights/components/shop';
    const child = dependency({ _ItemId: 'item-2', _ResourceId: resource });
    bed = await startAzure([
      child,
      request({ _ItemId: 'item-1', _ResourceId: resource, TimeGenerated: child['TimeGenerated'] }),
    ]);
    assert.equal(bed.backend.deepLink(TRACE as TraceId), undefined);
    await bed.backend.services(signal);
    assert.match(
      bed.backend.deepLink(TRACE as TraceId) ?? '',
      /^https:\/\/portal\.azure\.com\/#blade\/.*microsoft\.insights%2Fcomponents%2Fshop.*isQueryBase64Compressed\/true/,
    );
    await bed.backend.trace(TRACE as TraceId, signal);
    const link = decodeURIComponent(bed.backend.deepLink(TRACE as TraceId)!);
    assert.ok(
      link.startsWith('https://portal.azure.com/#view/AppInsightsExtension/DetailsV2Blade/ComponentId~/'),
      link,
    );
    assert.ok(link.includes(`{"ResourceId":"${resource}"}`) && link.includes('"eventId":"item-1"'), link);
    assert.ok(link.endsWith('"eventTable":"requests"}'), link);
  });
});

describe('where Azure Monitor is asked', () => {
  const read = (url: string, more: object = {}) =>
    azurePlace(readBackendConfig({ kind: 'azuremonitor', url, ...more }, 'here', BACKEND_TYPES));

  it('is said by an address with an id in it, or by the id alone', () => {
    const { id, isWorkspace, address } = read(`https://api.loganalytics.io/v1/workspaces/${AZURE_WORKSPACE}/query`);
    assert.deepEqual([id, isWorkspace, address], [AZURE_WORKSPACE, true, 'https://api.loganalytics.io']);
    assert.equal(read(AZURE_WORKSPACE).address, 'https://api.loganalytics.azure.com');
    assert.equal(read(`http://${AZURE_WORKSPACE}`).id, AZURE_WORKSPACE);
    const classic = read(`https://api.applicationinsights.io/v1/apps/${AZURE_WORKSPACE}`);
    assert.deepEqual([classic.id, classic.isWorkspace], [AZURE_WORKSPACE, false]);
    assert.equal(classic.audience, 'https://api.applicationinsights.io');
  });

  it('is of the cloud that the address says, or the settings', () => {
    const portal = (url: string, options: object = {}) => read(url, { options }).cloud.portal;
    assert.equal(portal('https://api.loganalytics.azure.com'), 'https://portal.azure.com');
    assert.equal(portal('https://api.loganalytics.us'), 'https://portal.azure.us');
    assert.equal(portal('https://api.loganalytics.azure.cn'), 'https://portal.azure.cn');
    assert.equal(portal('https://api.applicationinsights.us'), 'https://portal.azure.us');
    assert.equal(portal('https://proxy.example', { cloud: 'china' }), 'https://portal.azure.cn');
    assert.equal(read('https://api.applicationinsights.azure.cn').audience, 'https://api.applicationinsights.azure.cn');
  });
});
