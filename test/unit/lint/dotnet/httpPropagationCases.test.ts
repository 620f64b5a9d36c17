import assert from 'node:assert/strict';
import { dotnetCheck } from '../../../../src/lint/dotnet/check';
import { lintProject } from '../support/lintProject';
import { fixed } from './fixes';
import { csproj, OTEL, program } from './projects';

const OFF = 'new SocketsHttpHandler { ActivityHeadersPropagator = null }';
const SWITCH = 'AppContext.SetSwitch("System.Net.Http.EnableActivityPropagation", false);';
const ENVIRONMENT = 'DOTNET_SYSTEM_NET_HTTP_ENABLEACTIVITYPROPAGATION';

interface Case {
  readonly what: string;
  /** What stands in Program.cs before the application is built. */
  readonly code?: string;
  readonly more?: Readonly<Record<string, string>>;
  /** `file:line` of what is found. */
  readonly found?: string;
}

const maps = (connect: string): string => `using System.Net.Http;
static class Maps
{
    public static SocketsHttpHandler Create(Guard guard, Pool pool) => new() { ActivityHeadersPropagator = null, ConnectCallback = ${connect} };
}
`;

const REGISTERED = `builder.Services.AddHttpClient("stock").ConfigurePrimaryHttpMessageHandler(() => ${OFF})`;

const sending = (does: string, more = ''): Readonly<Record<string, string>> => ({
  'Orders/TraceHandler.cs': `using System.Diagnostics;
using System.Net.Http;
class TraceHandler : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        ${does}
        return base.SendAsync(request, cancel);
    }
    ${more}
}
`,
});

const withOption = (set: string): string =>
  csproj(...OTEL).replace(
    '  </ItemGroup>',
    `    <RuntimeHostConfigurationOption Include="System.Net.Http.EnableActivityPropagation" ${set} />\n  </ItemGroup>`,
  );

const CASES: readonly Case[] = [
  {
    what: 'the handler of a named client',
    code: `builder.Services.AddHttpClient("stock").ConfigurePrimaryHttpMessageHandler(() => ${OFF});`,
    found: 'Program.cs:12',
  },
  {
    what: 'the handler of a client whose base address is somebody else’s',
    code: `builder.Services.AddHttpClient("pay", client => client.BaseAddress = new Uri("https://api.stripe.com")).ConfigurePrimaryHttpMessageHandler(() => ${OFF});`,
  },
  {
    what: 'the handler of a client that is called after a vendor',
    code: `builder.Services.AddHttpClient<StripeClient>().ConfigurePrimaryHttpMessageHandler(() => ${OFF});`,
  },
  {
    what: 'a propagator that writes nothing, on the handler of a typed client',
    code: `builder.Services.AddHttpClient<StockClient>().UseSocketsHttpHandler((handler, _) => handler.ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator());`,
    found: 'Program.cs:12',
  },
  {
    what: 'the handler of a client with a handler before it that writes the context',
    code: `${REGISTERED}.AddHttpMessageHandler<TraceHandler>();`,
    more: sending('request.Headers.TryAddWithoutValidation("traceparent", Activity.Current?.Id);'),
  },
  {
    what: 'the handler of a client with a handler before it that has a helper write the context',
    code: `${REGISTERED}.AddHttpMessageHandler(sp => sp.GetRequiredService<TraceHandler>());`,
    more: sending(
      'Write(request);',
      'static void Write(HttpRequestMessage request) => DistributedContextPropagator.CreateW3CPropagator().Inject(Activity.Current, request, Set);',
    ),
  },
  {
    what: 'the handler within one that writes the context',
    code: `builder.Services.AddSingleton(new HttpClient(new TraceHandler { InnerHandler = ${OFF} }));`,
    more: sending('request.Headers.TryAddWithoutValidation("traceparent", Activity.Current?.Id);'),
  },
  {
    what: 'the handler of a client with a handler before it that is not among the files, and is of traces by its name',
    code: `${REGISTERED}.AddHttpMessageHandler<CorrelationHandler>();`,
  },
  {
    what: 'the handler of a client with a handler before it that writes something else',
    code: `${REGISTERED}.AddHttpMessageHandler<TraceHandler>();`,
    more: sending('request.Headers.Add("x-api-version", "2");'),
    found: 'Program.cs:12',
  },
  {
    what: 'the handler of a client beside one whose handler writes the context',
    code: `${REGISTERED}.AddHttpMessageHandler<RetryHandler>();`,
    more: sending('request.Headers.TryAddWithoutValidation("traceparent", Activity.Current?.Id);'),
    found: 'Program.cs:12',
  },
  {
    what: 'null with a mark that it is not',
    code: 'var handler = new SocketsHttpHandler();\nhandler.ActivityHeadersPropagator = null!;',
    found: 'Program.cs:13',
  },
  {
    what: 'the switch in the environment of a compose file',
    more: {
      'docker-compose.yml': `services:\n  orders:\n    build: Orders\n    environment:\n      ${ENVIRONMENT}: "0"\n`,
      'Orders/Dockerfile': 'FROM mcr.microsoft.com/dotnet/aspnet:8.0\nENTRYPOINT ["dotnet", "Orders.dll"]\n',
    },
    found: 'docker-compose.yml:5',
  },
  {
    what: 'the switch in the project file',
    more: { 'Orders/Orders.csproj': withOption('Value="false"') },
    found: 'Orders/Orders.csproj:7',
  },
  {
    what: 'the switch that the project file turns on',
    more: { 'Orders/Orders.csproj': withOption('Value="true"') },
  },
  {
    what: 'the switch that the project file may not turn off',
    more: { 'Orders/Orders.csproj': withOption(`Value="false" Condition="'$(Lean)' == 'true'"`) },
  },
  { what: 'the switch with its words in a comment', code: `// ${SWITCH}` },
  { what: 'the switch of something else', code: SWITCH.replace('EnableActivityPropagation', 'UseNtlm') },
  {
    what: 'the switch that the environment leaves on',
    more: {
      'Orders/Dockerfile': `FROM mcr.microsoft.com/dotnet/aspnet:8.0\nENV ${ENVIRONMENT}=true\nENTRYPOINT ["dotnet", "Orders.dll"]\n`,
    },
  },
  {
    what: 'a propagator that writes',
    code: 'var handler = new SocketsHttpHandler { ActivityHeadersPropagator = DistributedContextPropagator.CreateDefaultPropagator() };',
  },
  {
    what: 'a client that is made anew, as ever',
    code: 'builder.Services.AddSingleton(new HttpClient { BaseAddress = new Uri("http://stock") });',
  },
  {
    what: 'the client of the exporter',
    more: {
      'Orders/OtlpClients.cs': `using System.Net.Http;\nstatic class OtlpClients\n{\n    public static HttpClient Create() => new(${OFF});\n}\n`,
    },
  },
  {
    what: 'a handler that connects as it likes',
    more: { 'Orders/Maps.cs': maps('pool.ConnectAsync') },
    found: 'Orders/Maps.cs:4',
  },
  {
    what: 'a handler that connects to public addresses only, none of which is one’s own',
    more: { 'Orders/Maps.cs': maps('guard.ConnectToPublicAddressAsync') },
  },
  {
    what: 'a handler in a test',
    more: {
      'Orders.Tests/Orders.Tests.csproj': csproj('xunit 2.9.0', 'Microsoft.NET.Test.Sdk 17.11.0').replace(
        '</Project>',
        '  <ItemGroup><ProjectReference Include="..\\Orders\\Orders.csproj" /></ItemGroup>\n</Project>',
      ),
      'Orders.Tests/ClientTests.cs': `using System.Net.Http;\npublic class ClientTests\n{\n    [Fact] public void Calls() { var client = new HttpClient(${OFF}); }\n}\n`,
    },
  },
  {
    what: 'a process with the automatic instrumentation, which sends the context itself',
    code: SWITCH,
    more: {
      'Orders/Dockerfile':
        'FROM mcr.microsoft.com/dotnet/aspnet:8.0\nENV CORECLR_ENABLE_PROFILING=1 OTEL_DOTNET_AUTO_HOME=/otel\nENTRYPOINT ["dotnet", "Orders.dll"]\n',
    },
  },
];

function project({ code = '', more }: Partial<Case>): Record<string, string> {
  return { 'Orders/Orders.csproj': csproj(...OTEL), 'Orders/Program.cs': program(code), ...more };
}

describe('lint dotnet: CS-HTTP-PROPAGATION-OFF, shape by shape', () => {
  for (const { what, found, ...given } of CASES)
    it(`${found === undefined ? 'leaves' : 'finds'} ${what}`, async () => {
      const { short } = await lintProject(dotnetCheck, project(given));
      const place = found?.startsWith('Program') ? `Orders/${found}` : found;
      assert.deepEqual(short, place === undefined ? [] : [`CS-HTTP-PROPAGATION-OFF ${place}`]);
    });

  it('takes the lines away that assign no propagator', async () => {
    const handler = 'var handler = new SocketsHttpHandler();';
    const file = 'Orders/Program.cs';
    for (const value of ['null', 'DistributedContextPropagator.CreateNoOutputPropagator()'])
      assert.equal(
        await fixed(project({ code: `${handler}\nhandler.ActivityHeadersPropagator = ${value};` }), file),
        program(handler),
      );
  });
});
