import assert from 'node:assert/strict';
import { dotnetCheck } from '../../../../src/lint/dotnet/check';
import { lintProject } from '../support/lintProject';
import { fixed } from './fixes';
import { csproj, OTEL, program } from './projects';

const PROJECT = { 'Orders/Orders.csproj': csproj(...OTEL), 'Orders/Program.cs': program() };

function clients(body: string): Record<string, string> {
  return {
    ...PROJECT,
    'Orders/Clients.cs': `using System.Diagnostics;
using System.Net.Http;

namespace Orders;

public static class Clients
{
    public static HttpClient Create(string address)
    {
        ${body}
    }
}
`,
  };
}

async function short(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  return (await lintProject(dotnetCheck, files)).short;
}

const INITIALIZED =
  'return new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null, MaxConnectionsPerServer = 4 });';

describe('lint dotnet: CS-HTTP-PROPAGATION-OFF', () => {
  it('finds handlers without a propagator', async () => {
    const assigned =
      'var handler = new SocketsHttpHandler();\n        handler.ActivityHeadersPropagator = null;\n        return new HttpClient(handler);';
    assert.deepEqual(await short(clients(INITIALIZED)), ['CS-HTTP-PROPAGATION-OFF Orders/Clients.cs:10']);
    assert.deepEqual(await short(clients(assigned)), ['CS-HTTP-PROPAGATION-OFF Orders/Clients.cs:11']);
    const noOutput = assigned.replace('null', 'DistributedContextPropagator.CreateNoOutputPropagator()');
    assert.deepEqual(await short(clients(noOutput)), ['CS-HTTP-PROPAGATION-OFF Orders/Clients.cs:11']);
  });

  it('finds what switches it off for the process', async () => {
    for (const line of [
      'AppContext.SetSwitch("System.Net.Http.EnableActivityPropagation", false);',
      'DistributedContextPropagator.Current = DistributedContextPropagator.CreateNoOutputPropagator();',
    ])
      assert.deepEqual(await short({ ...PROJECT, 'Orders/Program.cs': program(line) }), [
        'CS-HTTP-PROPAGATION-OFF Orders/Program.cs:12',
      ]);
    const image =
      'FROM mcr.microsoft.com/dotnet/aspnet:8.0\nENV DOTNET_SYSTEM_NET_HTTP_ENABLEACTIVITYPROPAGATION=false\nENTRYPOINT ["dotnet", "Orders.dll"]\n';
    assert.deepEqual(await short({ ...PROJECT, 'Orders/Dockerfile': image }), [
      'CS-HTTP-PROPAGATION-OFF Orders/Dockerfile:2',
    ]);
  });

  it('never finds a plain client', async () => {
    assert.deepEqual(await short(clients('return new HttpClient();')), []);
    assert.deepEqual(
      await short(clients('return new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 4 });')),
      [],
    );
    const other = 'DistributedContextPropagator.Current = DistributedContextPropagator.CreatePassThroughPropagator();';
    assert.deepEqual(await short({ ...PROJECT, 'Orders/Program.cs': program(other) }), []);
    const on = 'AppContext.SetSwitch("System.Net.Http.EnableActivityPropagation", true);';
    assert.deepEqual(await short({ ...PROJECT, 'Orders/Program.cs': program(on) }), []);
  });

  it('is silent without tracing', async () => {
    assert.deepEqual(
      await short({ ...clients(INITIALIZED), 'Orders/Program.cs': 'WebApplication.Create(args).Run();\n' }),
      [],
    );
  });

  it('is silent for proxies, others’ services, and where the context is injected by hand', async () => {
    const proxy =
      'var invoker = new HttpMessageInvoker(new SocketsHttpHandler { ActivityHeadersPropagator = null });\n        return null!;';
    assert.deepEqual(await short(clients(proxy)), []);
    const github = INITIALIZED.replace('});', '}) { BaseAddress = new Uri("https://api.github.com") };');
    assert.deepEqual(await short(clients(github)), []);
    assert.deepEqual(
      await short({
        ...clients(INITIALIZED),
        'Orders/Clients.cs': clients(INITIALIZED)['Orders/Clients.cs']!.replace('class Clients', 'class StripeClients'),
      }),
      [],
    );
    const byHand = `var client = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null });\n        client.DefaultRequestHeaders.Add("traceparent", Activity.Current!.Id);\n        return client;`;
    assert.deepEqual(await short(clients(byHand)), []);
  });

  it('is silent where OpenTelemetry writes another format in place of the runtime', async () => {
    const other =
      'Sdk.SetDefaultTextMapPropagator(new CompositeTextMapPropagator([new TraceContextPropagator(), new B3Propagator()]));\n';
    const silenced = 'DistributedContextPropagator.Current = DistributedContextPropagator.CreateNoOutputPropagator();';
    assert.deepEqual(await short({ ...PROJECT, 'Orders/Program.cs': program(other + silenced) }), []);
    // Without a propagator of its own a handler tells no instrumentation of its requests.
    assert.deepEqual(await short({ ...clients(INITIALIZED), 'Orders/Program.cs': program(other) }), [
      'CS-HTTP-PROPAGATION-OFF Orders/Clients.cs:10',
    ]);
  });

  it('takes away what switches it off', async () => {
    const text = await fixed(clients(INITIALIZED), 'Orders/Clients.cs');
    assert.match(text, /new SocketsHttpHandler \{ {1,2}MaxConnectionsPerServer = 4 \}/);
    const last = INITIALIZED.replace(
      'ActivityHeadersPropagator = null, MaxConnectionsPerServer = 4',
      'MaxConnectionsPerServer = 4, ActivityHeadersPropagator = null',
    );
    assert.match(
      await fixed(clients(last), 'Orders/Clients.cs'),
      /new SocketsHttpHandler \{ MaxConnectionsPerServer = 4 \}/,
    );
    const line = 'AppContext.SetSwitch("System.Net.Http.EnableActivityPropagation", false);';
    const after = await fixed({ ...PROJECT, 'Orders/Program.cs': program(line) }, 'Orders/Program.cs');
    assert.equal(after, program('').replace('\n\nvar app', '\nvar app'));
  });
});
