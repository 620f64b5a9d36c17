import assert from 'node:assert/strict';
import { dotnetCheck } from '../../../../src/lint/dotnet/check';
import { applyFix, lintProject } from '../support/lintProject';
import { csproj, lineOf, OTEL, program } from './projects';

interface Bus {
  readonly package: string;
  readonly setup: string;
  readonly code: string;
  readonly listens: string;
  readonly missing: RegExp;
}

const BUSES: Readonly<Record<string, Bus>> = {
  NServiceBus: {
    package: 'NServiceBus 9.2.0',
    setup: 'var endpoint = new EndpointConfiguration("orders");\nbuilder.UseNServiceBus(endpoint);',
    code: 'using NServiceBus;\n\npublic class PlaceOrder(IMessageSession session)\n{\n    public Task Handle(Order order) => session.Send(order);\n}\n',
    listens: '\n        .AddSource("NServiceBus.*")',
    missing: /AddSource\("NServiceBus\.Core"\) is missing/,
  },
  'an endpoint of NServiceBus that only receives': {
    package: 'NServiceBus 9.2.0',
    setup: 'builder.UseNServiceBus(new EndpointConfiguration("billing"));',
    code: 'using NServiceBus;\n\npublic class Billing(HttpClient client) : IHandleMessages<Placed>\n{\n    public async Task Handle(Placed message, IMessageHandlerContext context) => await client.PostAsync("http://billing", null);\n}\n',
    listens: '\n        .AddSource("NServiceBus.Core")',
    missing: /continues the trace .* AddSource\("NServiceBus\.Core"\) is missing/,
  },
  'Wolverine that listens': {
    package: 'WolverineFx.RabbitMQ 3.10.0',
    setup:
      'builder.Host.UseWolverine(options =>\n{\n    options.UseRabbitMq();\n    options.ListenToRabbitQueue("orders");\n});',
    code: 'public class OrderHandler { public Task Handle(Placed placed) => Task.CompletedTask; }\n',
    listens: '\n        .AddSource("Wolverine")',
    missing: /continues the trace .* AddSource\("Wolverine"\) is missing/,
  },
  'KafkaFlow that only receives': {
    package: 'KafkaFlow.OpenTelemetry 3.0.9',
    setup:
      'builder.Services.AddKafka(kafka => kafka\n    .AddOpenTelemetryInstrumentation()\n    .AddCluster(cluster => cluster.AddConsumer(consumer => consumer.Topic("placed"))));',
    code: 'using KafkaFlow;\n\npublic class Billing(HttpClient client) : IMessageHandler<Placed>\n{\n    public async Task Handle(IMessageContext context, Placed message) => await client.PostAsync("http://billing", null);\n}\n',
    listens: '\n        .AddSource("KafkaFlow.OpenTelemetry")',
    missing: /continues the trace .* AddSource\("KafkaFlow\.OpenTelemetry"\) is missing/,
  },
  CAP: {
    package: 'DotNetCore.CAP 8.3.1',
    setup: 'builder.Services.AddCap(options => options.UseRabbitMQ("rabbit"));',
    code: 'using DotNetCore.CAP;\n\npublic class PlaceOrder(ICapPublisher publisher)\n{\n    public Task Handle(Order order) => publisher.PublishAsync("placed", order);\n}\n',
    listens: '\n        .AddCapInstrumentation()',
    missing: /AddCapInstrumentation is missing/,
  },
  Rebus: {
    package: 'Rebus 8.4.2',
    setup: 'builder.Services.AddRebus(configure => configure.Transport(t => t.UseRabbitMq("rabbit", "orders")));',
    code: 'using Rebus.Bus;\n\npublic class PlaceOrder(IBus bus)\n{\n    public Task Handle(Order order) => bus.Publish(order);\n}\n',
    listens: '\n        .AddRebusInstrumentation()',
    missing: /AddRebusInstrumentation is missing/,
  },
};

function project(bus: Bus, tracing = '', more: readonly string[] = []): Record<string, string> {
  return {
    'Orders/Orders.csproj': csproj(...OTEL, bus.package, ...more),
    'Orders/Program.cs': program(bus.setup, tracing),
    'Orders/PlaceOrder.cs': bus.code,
  };
}

async function linted(files: Readonly<Record<string, string>>) {
  return (await lintProject(dotnetCheck, files)).findings;
}

describe('lint/dotnet: buses beside MassTransit', () => {
  for (const [name, bus] of Object.entries(BUSES)) {
    it(`reports ${name} once, at the set-up`, async () => {
      const files = project(bus);
      const [found, ...more] = await linted(files);
      assert.deepEqual(more, []);
      assert.equal(found?.rule, 'MSG-NO-INJECT');
      assert.equal(found.line, lineOf(files['Orders/Program.cs']!, '.WithTracing'));
      assert.match(found.message, bus.missing);
    });

    it(`is silent for ${name} where it is listened to`, async () => {
      assert.deepEqual(await linted(project(bus, bus.listens)), []);
    });

    it(`is silent for ${name} where nobody shows that its package is there`, async () => {
      assert.deepEqual(await linted(project({ ...bus, package: 'MediatR 12.0.0' })), []);
    });

    it(`mends ${name}`, async () => {
      const files = project(bus);
      const [found] = await linted(files);
      assert.deepEqual(await linted(applyFix(files, found!.finding)), []);
    });
  }

  it('are only sent through where Wolverine receives nothing: its messages have the id of the activity then', async () => {
    const bus = BUSES['Wolverine that listens']!;
    assert.deepEqual(await linted(project({ ...bus, setup: bus.setup.replace(/.*ListenTo.*\n/, '') })), []);
  });

  it("leave Rebus alone beside its package for activities, and others' types of the same name", async () => {
    const rebus = BUSES['Rebus']!;
    assert.deepEqual(await linted(project(rebus, '', ['Rebus.Diagnostics 1.2.0'])), []);
    const other = { ...rebus, code: rebus.code.replace('using Rebus.Bus;', 'using Acme.Bus;') };
    assert.deepEqual(await linted(project(other)), []);
  });

  it('know no traces where KafkaFlow is used without its package for them, and no middleware of one’s own', async () => {
    const bus: Bus = {
      package: 'KafkaFlow 3.0.9',
      setup:
        'builder.Services.AddKafka(kafka => kafka.AddCluster(cluster => cluster.AddProducer("orders", Configure)));',
      code: 'using KafkaFlow;\n\npublic class PlaceOrder(IMessageProducer<PlaceOrder> producer)\n{\n    public Task Handle(Order order) => producer.ProduceAsync("placed", order);\n}\n',
      listens: '',
      missing: /AddOpenTelemetryInstrumentation is missing/,
    };
    const [found, ...more] = await linted(project(bus));
    assert.deepEqual(more, []);
    assert.match(found?.message ?? '', bus.missing);
    const own = `${bus.code}\npublic class Marks : IMessageMiddleware\n{\n    public Task Invoke(IMessageContext context, MiddlewareDelegate next) => next(context);\n}\n`;
    assert.deepEqual(await linted(project({ ...bus, code: own })), []);
    const events = bus.setup.replace('kafka.AddCluster', 'kafka.AddOpenTelemetryInstrumentation().AddCluster');
    assert.deepEqual(await linted(project({ ...bus, setup: events })), []);
  });

  it('know none with that package either, where it is not called', async () => {
    const setup =
      'builder.Services.AddKafka(kafka => kafka.AddCluster(cluster => cluster.AddProducer("orders", Configure)));';
    const code = (type: string, producer: string): string =>
      `using KafkaFlow;\nusing KafkaFlow.Producers;\n\npublic class PlaceOrder(${type} producers)\n{\n    public Task Handle(Order order) => ${producer}.ProduceAsync("placed", order);\n}\n`;
    const flow = (producer: string, type = 'IProducerAccessor', set = setup): Bus => ({
      package: 'KafkaFlow 3.0.9',
      setup: set,
      code: code(type, producer),
      listens: '',
      missing: /AddOpenTelemetryInstrumentation is missing/,
    });
    const traces = ['KafkaFlow.OpenTelemetry 3.0.9'];
    for (const producer of ['producers["orders"]', 'producers.GetProducer("orders")']) {
      const [found, ...more] = await linted(project(flow(producer), '', traces));
      assert.deepEqual(more, []);
      assert.match(found?.message ?? '', flow(producer).missing);
    }
    const called = setup.replace('kafka.AddCluster', 'kafka.AddOpenTelemetryInstrumentation().AddCluster');
    assert.deepEqual(
      await linted(
        project(
          flow('producers["orders"]', undefined, called),
          '\n        .AddSource("KafkaFlow.OpenTelemetry")',
          traces,
        ),
      ),
      [],
    );
    // The rest of the set-up, and so the call, is somewhere else.
    const elsewhere = 'builder.Services.AddKafka(kafka => kafka.ConfigureOrders(configuration));';
    assert.deepEqual(await linted(project(flow('producers["orders"]', undefined, elsewhere), '', traces)), []);
    // Another's type with an index.
    assert.deepEqual(await linted(project(flow('producers["orders"]', 'OwnProducers'), '', traces)), []);
  });

  it('count as untraced beside Azure Monitor, which listens to none of them', async () => {
    const bus = BUSES['NServiceBus']!;
    const setup = `${bus.setup}\nbuilder.Services.AddOpenTelemetry().UseAzureMonitor(options => options.Credential = credential);`;
    assert.equal((await linted(project({ ...bus, setup }))).length, 1);
  });

  it('install the package where it belongs: in the project, in the version of the other', async () => {
    const files = project(BUSES['CAP']!);
    const [found] = await linted(files);
    const fixed = applyFix(files, found!.finding);
    assert.equal(found!.finding.fixes[0]!.title, 'Install and add AddCapInstrumentation');
    assert.match(fixed['Orders/Program.cs']!, /Instrumentation\(\)\.AddCapInstrumentation\(\)/);
    assert.match(
      fixed['Orders/Orders.csproj']!,
      /\n {4}<PackageReference Include="DotNetCore\.CAP\.OpenTelemetry" Version="8\.3\.1" \/>\n {4}<PackageReference Include="OpenTelemetry\.Extensions/,
    );
  });

  it('switch on what Rebus needs besides', async () => {
    const files = project(BUSES['Rebus']!);
    const [found] = await linted(files);
    const start = applyFix(files, found!.finding)['Orders/Program.cs']!;
    assert.match(start, /using Rebus\.OpenTelemetry\.Configuration;/);
    assert.match(start, /\.Transport\(.*\)\.Options\(options => options\.EnableDiagnosticSources\(\)\)\);/);
  });

  it('install it with a central version where versions are central', async () => {
    const files = project(BUSES['CAP']!);
    const bare = files['Orders/Orders.csproj']!.replace(/ Version="[^"]*"/g, '');
    const central = files['Orders/Orders.csproj']!.replace(/PackageReference/g, 'PackageVersion');
    const all = { ...files, 'Orders/Orders.csproj': bare, 'Directory.Packages.props': central };
    const [found] = await linted(all);
    const fixed = applyFix(all, found!.finding);
    assert.match(fixed['Orders/Orders.csproj']!, /<PackageReference Include="DotNetCore\.CAP\.OpenTelemetry" \/>/);
    assert.match(
      fixed['Directory.Packages.props']!,
      /<PackageVersion Include="DotNetCore\.CAP\.OpenTelemetry" Version="8\.3\.1" \/>\n {4}<PackageVersion/,
    );
  });
});
