import assert from 'node:assert/strict';
import { dotnetCheck } from '../../../../src/lint/dotnet/check';
import { lintProject } from '../support/lintProject';
import { fixed } from './fixes';
import { csproj, lineOf, OTEL, program } from './projects';

const FILE = 'Orders/Checkout.cs';

function project(body: string, usings = ''): Record<string, string> {
  return {
    'Orders/Orders.csproj': csproj(...OTEL),
    'Orders/Program.cs': program(),
    [FILE]: `using OpenTelemetry.Trace;
${usings}
namespace Orders;

public class Checkout(HttpClient http, Tracer tracer)
{
    public async Task Pay(string id, CancellationToken ct)
    {
        ${body}
    }
}
`,
  };
}

async function lines(body: string, usings = ''): Promise<readonly string[]> {
  return (await lintProject(dotnetCheck, project(body, usings))).short;
}

const LOST = `var span = tracer.StartSpan("pay");
        await http.PostAsync("http://billing/pay", null, ct);
        span.End();`;

describe('lint dotnet: SPAN-NOT-ACTIVE', () => {
  it('finds a request between the start and the end of a span that is not active', async () => {
    const files = project(LOST);
    const { findings, short } = await lintProject(dotnetCheck, files);
    const line = lineOf(files[FILE]!, 'tracer.StartSpan');
    assert.deepEqual(short, [`SPAN-NOT-ACTIVE ${FILE}:${line}`]);
    assert.deepEqual(findings[0]!.related, [`${FILE}:${line + 1} sent under the context from before the span`]);
    assert.match(findings[0]!.message, /`span` active: `PostAsync` before its end/);
  });

  it('finds it where the tracer is asked for on the way', async () => {
    assert.equal((await lines(LOST.replace('tracer.', 'TracerProvider.Default.GetTracer("orders").'))).length, 1);
  });

  it('finds it in a using declaration and in a using block', async () => {
    const declared = 'using var span = tracer.StartSpan("pay");\n        await http.GetAsync("http://billing", ct);';
    const block =
      'using (var span = tracer.StartSpan("pay"))\n        {\n            await http.GetAsync("http://billing", ct);\n        }';
    for (const body of [declared, block]) assert.equal((await lines(body)).length, 1, body);
  });

  it('finds it where the span is ended in finally and written to before', async () => {
    const body = `var span = tracer.StartSpan("pay", SpanKind.Client);
        try
        {
            span.SetAttribute("id", id);
            await http.PostAsJsonAsync("http://billing/pay", id, ct);
        }
        catch (Exception e) { span.RecordException(e); throw; }
        finally { span.End(); }`;
    assert.equal((await lines(body)).length, 1);
  });

  it('makes the span active', async () => {
    assert.ok((await fixed(project(LOST), FILE)).includes('tracer.StartActiveSpan("pay")'));
  });

  it('is silent for what makes its span active, or wants no parent', async () => {
    for (const start of ['StartActiveSpan', 'StartRootSpan'])
      assert.deepEqual(await lines(LOST.replace('StartSpan', start)), [], start);
    const activity = `using var activity = Telemetry.Source.StartActivity("pay");\n        await http.GetAsync("http://billing", ct);`;
    assert.deepEqual(await lines(activity), []);
  });

  it('is silent where the span is handed on, as to WithSpan', async () => {
    const with_ = LOST.replace('await', 'using var scope = Tracer.WithSpan(span);\n        await');
    assert.deepEqual(await lines(with_), []);
    assert.deepEqual(await lines(LOST.replace('null, ct', 'ContentOf(span), ct')), []);
    assert.deepEqual(await lines(LOST.replace('span.End();', 'return span.Context;')), []);
  });

  it('is silent where no request follows, or only after the end, or to somebody else', async () => {
    assert.deepEqual(
      await lines('var span = tracer.StartSpan("pay");\n        await Task.Delay(1, ct);\n        span.End();'),
      [],
    );
    assert.deepEqual(
      await lines(
        'var span = tracer.StartSpan("pay");\n        span.End();\n        await http.GetAsync("http://billing", ct);',
      ),
      [],
    );
    assert.deepEqual(await lines(LOST.replace('http://billing/pay', 'https://api.stripe.com/v1/charges')), []);
  });

  it('is silent for tracers of others', async () => {
    assert.deepEqual(await lines(LOST, 'using OpenTracing;\n'), []);
    const plain = project(LOST);
    plain[FILE] = plain[FILE]!.replace('using OpenTelemetry.Trace;\n', '').replace('Tracer tracer', 'ITracer tracer');
    assert.deepEqual((await lintProject(dotnetCheck, plain)).short, []);
    const wrapped = project(LOST);
    wrapped[FILE] = wrapped[FILE]!.replace('Tracer tracer', 'ITelemetryTracer tracer');
    assert.deepEqual((await lintProject(dotnetCheck, wrapped)).short, []);
    const own = {
      ...project(LOST),
      'Orders/Tracer.cs': 'public class Tracer { public Span StartSpan(string name) => new(name); }\n',
    };
    assert.deepEqual((await lintProject(dotnetCheck, own)).short, []);
  });
});
