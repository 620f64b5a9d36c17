import assert from 'node:assert/strict';
import { dotnetCheck } from '../../../../src/lint/dotnet/check';
import { applyFix, lintProject } from '../support/lintProject';
import { csproj, lineOf, OTEL, program } from './projects';

const BUS = `
builder.Services.AddMassTransit(x =>
{
    x.AddConsumers(typeof(Program).Assembly);
    x.UsingRabbitMq((context, cfg) => cfg.ConfigureEndpoints(context));
});`;
const CONSUMER = `using MassTransit;

namespace Orders;

public class PlacedConsumer(ILogger<PlacedConsumer> logger, HttpClient client) : IConsumer<OrderPlaced>
{
    public async Task Consume(ConsumeContext<OrderPlaced> context)
    {
        await client.PostAsync("http://billing/invoices", null);
    }
}
`;
const ONLY_LOGS = CONSUMER.replace(/await client.*;/, 'logger.LogInformation("placed");');
const HANDLER = `using MassTransit;

namespace Orders;

public class PlaceOrderHandler(IPublishEndpoint endpoint)
{
    public async Task Handle(PlaceOrder command, CancellationToken ct)
    {
        await endpoint.Publish(new OrderPlaced(command.Id), ct);
    }
}
`;

const AZURE = {
  packages: ['MassTransit.Azure.ServiceBus.Core 8.3.6'],
  bus: BUS.replace('UsingRabbitMq', 'UsingAzureServiceBus'),
};

interface Shape {
  readonly packages?: readonly string[];
  readonly bus?: string;
  readonly tracing?: string;
  readonly more?: Readonly<Record<string, string>>;
}

function project({ packages = ['MassTransit.RabbitMQ 8.3.6'], bus = BUS, tracing = '', more = {} }: Shape = {}) {
  return {
    'Orders/Orders.csproj': csproj(...OTEL, ...packages),
    'Orders/Program.cs': program(bus, tracing),
    'Orders/PlaceOrderHandler.cs': HANDLER,
    ...more,
  };
}

describe('lint/dotnet: a bus that nothing listens to', () => {
  it('is reported whatever the options of an instrumentation call, and not where an extension may add a source', async () => {
    const tracing = (extension: string): string =>
      `\n        .AddSqlClientInstrumentation(options => options.Enrich = (activity, _, _) => activity.AddTag("tenant", tenant))\n        .AddOtlpExporter(exporter => ConfigureExporter(exporter))${extension}`;
    assert.equal((await lintProject(dotnetCheck, project({ tracing: tracing('') }))).findings.length, 1);
    const extended = project({ tracing: tracing('\n        .AddCompanySources()') });
    assert.deepEqual((await lintProject(dotnetCheck, extended)).findings, []);
  });

  it('is reported once, where the listener is missing, with what is sent', async () => {
    const files = project();
    const { findings } = await lintProject(dotnetCheck, files);
    assert.equal(findings.length, 1);
    const [found] = findings;
    assert.equal(found!.rule, 'MSG-NO-INJECT');
    assert.equal(found!.line, lineOf(files['Orders/Program.cs'], '.WithTracing'));
    assert.match(found!.message, /AddSource\("MassTransit"\) is missing/);
    assert.deepEqual(found!.related.length, 1);
  });

  it('is none the less on the transports of databases, and only where its own broker has no instrumentation', async () => {
    for (const call of ['UsingPostgres', 'UsingSqlServer', 'UsingGrpc']) {
      const packages = [`MassTransit.${call === 'UsingGrpc' ? 'Grpc' : 'SqlTransport.PostgreSQL'} 8.2.4`];
      const { findings } = await lintProject(
        dotnetCheck,
        project({ packages, bus: BUS.replace('UsingRabbitMq', call) }),
      );
      assert.deepEqual(
        findings.map(({ rule }) => rule),
        ['MSG-NO-INJECT'],
        call,
      );
    }
    const beside = (name: string) => project({ tracing: `\n        .${name}()` });
    const besideKafka = await lintProject(dotnetCheck, beside('AddConfluentKafkaInstrumentation'));
    assert.equal(besideKafka.findings.length, 1);
    assert.deepEqual((await lintProject(dotnetCheck, beside('AddRabbitMqInstrumentation'))).findings, []);
  });

  it('is said of what asks, of endpoints that are looked up, of what is sent later, and of machines of state', async () => {
    const of = async (dependency: string, sends: string): Promise<number> => {
      const handler = HANDLER.replace('IPublishEndpoint endpoint', dependency).replace(/await endpoint.*;/, sends);
      const files = { ...project(), 'Orders/PlaceOrderHandler.cs': handler };
      return (await lintProject(dotnetCheck, files)).findings.length;
    };
    assert.equal(await of('IRequestClient<PlaceOrder> client', 'await client.GetResponse<OrderPlaced>(command);'), 1);
    const lookedUp = 'var to = await provider.GetSendEndpoint(new Uri("queue:orders")); await to.Send(command);';
    assert.equal(await of('ISendEndpointProvider provider', lookedUp), 1);
    assert.equal(await of('IMessageScheduler later', 'await later.SchedulePublish(command.At, command);'), 1);
    assert.equal(await of('IRequestClient<PlaceOrder> client', 'client.Create(command);'), 0);
    const machine = `using MassTransit;

namespace Orders;

public class OrderMachine : MassTransitStateMachine<OrderState>
{
    public OrderMachine()
    {
        Initially(When(Placed).Publish(context => new OrderBilled(context.Saga.CorrelationId)));
    }

    public Event<OrderPlaced> Placed { get; set; }
}
`;
    const none = 'public class PlaceOrderHandler { }';
    const withMachine = { ...project(), 'Orders/PlaceOrderHandler.cs': none, 'Orders/OrderMachine.cs': machine };
    assert.equal((await lintProject(dotnetCheck, withMachine)).findings.length, 1);
    const another = machine.replace('MassTransitStateMachine<OrderState>', 'StateMachine<OrderState>');
    const withAnother = { ...withMachine, 'Orders/OrderMachine.cs': another };
    assert.deepEqual((await lintProject(dotnetCheck, withAnother)).findings, []);
  });

  it("is none the less beside Aspire's client of RabbitMQ before it is one of version 7", async () => {
    const bus = `${BUS}\nbuilder.AddRabbitMQClient("rabbit");`;
    const with9 = project({ bus, packages: ['MassTransit.RabbitMQ 8.3.6', 'Aspire.RabbitMQ.Client 9.4.1'] });
    assert.equal((await lintProject(dotnetCheck, with9)).findings.length, 1);
    const with13 = project({ bus, packages: ['MassTransit.RabbitMQ 8.3.6', 'Aspire.RabbitMQ.Client 13.1.0'] });
    assert.deepEqual((await lintProject(dotnetCheck, with13)).short, []);
  });

  it('is not said to be covered by what sets it up', async () => {
    const { explained } = await lintProject(dotnetCheck, project());
    assert.ok(explained.includes('covered: AddAspNetCoreInstrumentation'));
    assert.ok(!explained.includes('covered: AddMassTransit'));
  });

  it('listens to it by its fix', async () => {
    const files = project();
    const { findings } = await lintProject(dotnetCheck, files);
    const fixed = applyFix(files, findings[0]!.finding);
    assert.match(fixed['Orders/Program.cs']!, /Instrumentation\(\)\.AddSource\("MassTransit"\)/);
    assert.deepEqual((await lintProject(dotnetCheck, fixed)).short, []);
  });

  it("is no different with the instrumentation of MassTransit 7's activities", async () => {
    const { findings } = await lintProject(
      dotnetCheck,
      project({ tracing: '\n        .AddMassTransitInstrumentation()' }),
    );
    assert.equal(findings.length, 1);
    assert.match(findings[0]!.message, /AddMassTransitInstrumentation listens to versions before 8/);
  });

  it("is not helped by the broker's client where an outbox sends later", async () => {
    const tracing = '.AddSource("Azure.*")';
    const outbox = AZURE.bus.replace(
      'x.AddConsumers',
      'x.AddEntityFrameworkOutbox<OrdersDb>(o => { o.UsePostgres(); o.UseBusOutbox(); });\n    x.AddConsumers',
    );
    assert.deepEqual((await lintProject(dotnetCheck, project({ ...AZURE, tracing }))).short, []);
    const { findings } = await lintProject(dotnetCheck, project({ ...AZURE, bus: outbox, tracing }));
    assert.equal(findings.length, 1);
    const insights = `${outbox}\nbuilder.Services.AddApplicationInsightsTelemetry();`;
    assert.equal((await lintProject(dotnetCheck, project({ ...AZURE, bus: insights, tracing }))).findings.length, 1);
    const listened = { ...AZURE, bus: outbox, tracing: '.AddSource("MassTransit")' };
    assert.deepEqual((await lintProject(dotnetCheck, project(listened))).short, []);
  });

  it("is found with Azure's broker, and once where one of several brokers is chosen", async () => {
    assert.equal((await lintProject(dotnetCheck, project(AZURE))).findings.length, 1);
    const both = project({ packages: [...AZURE.packages, 'MassTransit.RabbitMQ 8.3.6'], bus: `${BUS}\n${AZURE.bus}` });
    assert.equal((await lintProject(dotnetCheck, both)).findings.length, 1);
  });

  it('is found in the set-up that services share', async () => {
    const shared = {
      'Defaults/Defaults.csproj': csproj(...OTEL),
      'Defaults/Extensions.cs': `using OpenTelemetry.Trace;
public static class Extensions
{
    public static IHostApplicationBuilder AddServiceDefaults(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOpenTelemetry()
            .WithTracing(tracing =>
            {
                tracing.AddAspNetCoreInstrumentation().AddHttpClientInstrumentation();
            });
        return builder;
    }
}
`,
      'Orders/Orders.csproj': csproj('MassTransit.RabbitMQ 8.3.6').replace(
        '</Project>',
        '<ItemGroup><ProjectReference Include="..\\Defaults\\Defaults.csproj" /></ItemGroup></Project>',
      ),
      'Orders/Program.cs': `using Orders;
var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
${BUS}
builder.Build().Run();
`,
      'Orders/PlaceOrderHandler.cs': HANDLER,
    };
    const { short } = await lintProject(dotnetCheck, shared);
    assert.deepEqual(short, ['MSG-NO-INJECT Defaults/Extensions.cs:7']);
  });

  it('is found where a process only receives, and works for what it receives', async () => {
    const files = project({ more: { 'Orders/PlaceOrderHandler.cs': '', 'Orders/PlacedConsumer.cs': CONSUMER } });
    const { findings } = await lintProject(dotnetCheck, files);
    assert.equal(findings.length, 1);
    assert.match(findings[0]!.message, /continues the trace of the messages that it receives only while/);
    assert.deepEqual(
      findings[0]!.finding.related.map(({ message }) => message),
      ['received without its trace'],
    );
  });

  it('is found where what receives only logs, but the bus was meant to be traced', async () => {
    const more = { 'Orders/PlaceOrderHandler.cs': '', 'Orders/PlacedConsumer.cs': ONLY_LOGS };
    assert.deepEqual((await lintProject(dotnetCheck, project({ more }))).short, []);
    const meant = project({ more, tracing: '\n        .AddMassTransitInstrumentation()' });
    assert.equal((await lintProject(dotnetCheck, meant)).findings.length, 1);
  });

  it('is found where MassTransit is imported for all files at once', async () => {
    const handler = HANDLER.replace('using MassTransit;\n', '');
    const usings = { 'Orders/PlaceOrderHandler.cs': handler, 'Orders/GlobalUsings.cs': 'global using MassTransit;\n' };
    assert.equal((await lintProject(dotnetCheck, project({ more: usings }))).findings.length, 1);
    const none = { 'Orders/PlaceOrderHandler.cs': handler };
    assert.deepEqual((await lintProject(dotnetCheck, project({ more: none }))).short, []);
  });

  const migrations = (inner: string) => `using OpenTelemetry.Trace;
public static class Migrations
{
    private const string SourceName = "Migrations";

    public static void AddMigrations(this IServiceCollection services) =>
        services.AddOpenTelemetry().WithTracing(tracing => tracing${inner});
}
`;
  const withMigrations = (inner: string) =>
    project({ bus: `${BUS}\nbuilder.Services.AddMigrations();`, more: { 'Orders/Migrations.cs': migrations(inner) } });

  it('is found beside a place that only adds a source of its own', async () => {
    const files = withMigrations('.AddSource(SourceName)');
    const { short } = await lintProject(dotnetCheck, files);
    assert.deepEqual(short, [`MSG-NO-INJECT Orders/Program.cs:${lineOf(files['Orders/Program.cs'], '.WithTracing')}`]);
  });

  const shared = (given: string) =>
    project({
      bus: `${BUS}\nbuilder.AddOwnTracing(${given});`,
      more: {
        'Orders/OwnTracing.cs': `using OpenTelemetry.Trace;

public static class OwnTracing
{
    public static void AddOwnTracing(this WebApplicationBuilder builder, string serviceName) =>
        builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing.AddSource(serviceName));
}
`,
      },
    });

  it('is found where a source is added under the name that the service is given', async () => {
    const files = shared('builder.Environment.ApplicationName');
    const { short } = await lintProject(dotnetCheck, files);
    assert.deepEqual(short, [`MSG-NO-INJECT Orders/Program.cs:${lineOf(files['Orders/Program.cs'], '.WithTracing')}`]);
    assert.deepEqual((await lintProject(dotnetCheck, shared('"MassTransit"'))).short, []);
  });

  it('is no finding where more than one file sets instrumentations up', async () => {
    const { short } = await lintProject(dotnetCheck, withMigrations('.AddSqlClientInstrumentation()'));
    assert.deepEqual(short, []);
  });

  it('is found in a cut-out by the version that is kept for all projects', async () => {
    const files = project({
      packages: [],
      more: {
        'Directory.Packages.props':
          '<Project><ItemGroup><PackageVersion Include="MassTransit.RabbitMQ" Version="8.4.1" /></ItemGroup></Project>',
      },
    });
    assert.deepEqual((await lintProject(dotnetCheck, files)).short, []);
    const referring = files['Orders/Orders.csproj'].replace(
      '</Project>',
      '<ItemGroup><ProjectReference Include="..\\EventBus\\EventBus.csproj" /></ItemGroup></Project>',
    );
    const { findings } = await lintProject(dotnetCheck, { ...files, 'Orders/Orders.csproj': referring });
    assert.equal(findings.length, 1);
    assert.match(findings[0]!.message, /Directory\.Packages\.props:1` MassTransit\.RabbitMQ 8\.4\.1/);
  });

  const silent: Readonly<Record<string, Shape>> = {
    'its source is added': { tracing: '\n        .AddSource("MassTransit")' },
    'all sources are added': { tracing: '\n        .AddSource("*")' },
    'its source is named by its own constant': {
      tracing: '\n        .AddSource(DiagnosticHeaders.DefaultListenerName)',
    },
    'a source of an unknown name is added': { tracing: '\n        .AddSource(Sources.MassTransitSourceName)' },
    'something unknown is added': { tracing: '\n        .AddMessagingTelemetry()' },
    'the client of the broker is listened to': { tracing: '\n        .AddSource("RabbitMQ.Client.*")' },
    'its version is not known': { packages: ['MassTransit.RabbitMQ $(MassTransitVersion)'] },
    'it is version 7': { packages: ['MassTransit.RabbitMQ 7.3.1'] },
    'nothing leaves the process': { bus: BUS.replace('UsingRabbitMq', 'UsingInMemory') },
    "Azure's own client carries the context, as its sources are listened to": {
      ...AZURE,
      tracing: '\n        .AddSource("Azure.*")',
    },
    "Azure's own client carries the context, as its distribution listens": {
      ...AZURE,
      bus: `${AZURE.bus}\nbuilder.Services.AddOpenTelemetry().UseAzureMonitor();`,
    },
    'Application Insights listens to the client of Azure': {
      ...AZURE,
      bus: `${AZURE.bus}\nbuilder.Services.AddApplicationInsightsTelemetry();`,
    },
    'a listener of its own listens to all': {
      more: {
        'Orders/Listen.cs':
          'class Listen { void All() => ActivitySource.AddActivityListener(new ActivityListener()); }',
      },
    },
    'a distribution traces the process': { bus: `${BUS}\nbuilder.Services.AddHoneycomb(options);` },
  };
  for (const [why, shape] of Object.entries(silent)) {
    it(`is no finding where ${why}`, async () => {
      assert.deepEqual((await lintProject(dotnetCheck, project(shape))).short, []);
    });
  }
});
