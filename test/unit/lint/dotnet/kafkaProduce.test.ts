import assert from 'node:assert/strict';
import { dotnetCheck } from '../../../../src/lint/dotnet/check';
import { lintProject } from '../support/lintProject';
import { fixed } from './fixes';
import { CONTROLLER, KAFKA_ORDERS as PROJECT, PUBLISHER } from './kafkaOrders';
import { csproj, lineOf, OTEL, program } from './projects';

const FOUND = `CS-KAFKA-PRODUCE-NO-INJECT Orders/OrderPublisher.cs:${lineOf(PUBLISHER, '_producer.ProduceAsync')}`;

async function short(files: Record<string, string>): Promise<readonly string[]> {
  return (await lintProject(dotnetCheck, { ...PROJECT, ...files })).short;
}

function publisher(from: string, to: string): Record<string, string> {
  assert.ok(PUBLISHER.includes(from));
  return { 'Orders/OrderPublisher.cs': PUBLISHER.replace(from, to) };
}

const INLINE = publisher(
  PUBLISHER.slice(PUBLISHER.indexOf('        var message'), PUBLISHER.indexOf('    }\n}')),
  '        await _producer.ProduceAsync("orders", new Message<string, string> { Key = order.Id, Value = "{}" }, ct);\n',
);

describe('lint dotnet: CS-KAFKA-PRODUCE-NO-INJECT', () => {
  it('finds a message that is produced without headers', async () => {
    const { short: found, findings } = await lintProject(dotnetCheck, PROJECT);
    assert.deepEqual(found, [FOUND]);
    assert.match(findings[0]!.message, /`Orders\/Program\.cs:6` WithTracing/);
    assert.deepEqual(findings[0]!.related, ['Orders/OrderPublisher.cs:13 the producer is built here']);
  });

  it('finds a message that is made in the call, and one of Produce', async () => {
    assert.equal((await short(INLINE)).length, 1);
    assert.deepEqual(
      await short(
        publisher('await _producer.ProduceAsync("orders", message, ct)', '_producer.Produce("orders", message)'),
      ),
      [FOUND],
    );
  });

  it("finds it where an activity of the producer's own is started around a message that callers make", async () => {
    const wrapper = (activity: string): Record<string, string> => ({
      'Orders/OrderPublisher.cs': `using Confluent.Kafka;
using System.Diagnostics;

namespace Orders;

public class Wrapper(IProducer<string, string> producer)
{
    public void OnProduce(string topic, Message<string, string> message)
    {
        using var activity = ${activity};
        producer.Produce(topic, message);
    }
}
`,
      'Orders/Activities.cs': `using System.Diagnostics;

namespace Orders;

static class Activities
{
    static readonly ActivitySource Source = new("Orders");
    public static Activity? Start(string topic) => Source.StartActivity($"{topic} publish", ActivityKind.Producer);
}
`,
      'Orders/OrdersController.cs': '',
    });
    assert.equal((await short(wrapper('Activities.Start(topic)'))).length, 1);
    assert.equal((await short(wrapper('logger.BeginScope(topic)'))).length, 0);
  });

  it('finds it where the producer is injected and built in Program.cs', async () => {
    const injected = PUBLISHER.replace(
      / {4}public OrderPublisher[^}]*}[^}]*}\n/,
      '    public OrderPublisher(IProducer<string, string> producer) => _producer = producer;\n',
    );
    const found = await short({
      'Orders/OrderPublisher.cs': injected,
      'Orders/Program.cs': program(
        'builder.Services.AddSingleton<IProducer<string, string>>(_ => new ProducerBuilder<string, string>(config).Build());',
      ),
    });
    assert.equal(found.length, 1);
  });

  it('finds it where the set-up stands in a project of the workspace that is used', async () => {
    const found = await short({
      'Orders/Orders.csproj': csproj('Confluent.Kafka 2.5.0').replace(
        '</Project>',
        '  <ItemGroup><ProjectReference Include="..\\ServiceDefaults\\ServiceDefaults.csproj" /></ItemGroup>\n</Project>',
      ),
      'Orders/Program.cs':
        'var builder = WebApplication.CreateBuilder(args);\nbuilder.AddServiceDefaults();\nbuilder.Build().Run();\n',
      'ServiceDefaults/ServiceDefaults.csproj': csproj(...OTEL).replace('Sdk.Web', 'Sdk'),
      'ServiceDefaults/Extensions.cs':
        'public static class Extensions\n{\n    public static T AddServiceDefaults<T>(this T builder) where T : IHostApplicationBuilder\n    {\n        builder.Services.AddOpenTelemetry().WithTracing(t => t.AddOtlpExporter());\n        return builder;\n    }\n}\n',
    });
    assert.deepEqual(found, [FOUND]);
  });

  it('is silent without tracing, and where only metrics are exported', async () => {
    const metrics = program().replace(/\.WithTracing[^;]*/, '.WithMetrics(m => m.AddAspNetCoreInstrumentation())');
    assert.deepEqual(await short({ 'Orders/Program.cs': metrics }), []);
    assert.deepEqual(await short({ 'Orders/Program.cs': 'WebApplication.CreateBuilder(args).Build().Run();\n' }), []);
  });

  it('is silent with instrumented builders', async () => {
    const built = 'new ProducerBuilder<string, string>(config).Build()';
    const instrumented = publisher(built, 'new InstrumentedProducerBuilder<string, string>(config).Build()');
    const packages = {
      'Orders/Orders.csproj': csproj(
        ...OTEL,
        'Confluent.Kafka 2.5.0',
        'OpenTelemetry.Instrumentation.ConfluentKafka 0.1.0-alpha.2',
      ),
    };
    const { findings } = await lintProject(dotnetCheck, { ...PROJECT, ...packages, ...instrumented });
    assert.equal(findings.length, 1);
    assert.match(findings[0]!.message, /InstrumentedProducerBuilder .* does nothing without AddKafkaProducerInstr/);
    for (const on of [
      '.AddKafkaProducerInstrumentation<string, string>()',
      '.AddSource("OpenTelemetry.Instrumentation.ConfluentKafka")',
    ])
      assert.deepEqual(
        await short({ ...packages, ...instrumented, 'Orders/Program.cs': program('', `\n        ${on}`) }),
        [],
      );
    for (const by of [
      'new InstrumentedProducerBuilder<string, string>(config).Build()',
      'new ProducerBuilder<string, string>(config).BuildWithInstrumentation()',
    ])
      assert.deepEqual(await short(publisher(built, by)), []);
    assert.deepEqual(
      await short({ 'Orders/Program.cs': program('builder.AddKafkaProducer<string, string>("kafka");') }),
      [],
    );
  });

  it('finds it beside an instrumented consumer, which is none of its own', async () => {
    const consumers = 'builder.Services.AddSingleton(new InstrumentedConsumerBuilder<string, string>(config));';
    const on = '\n        .AddKafkaConsumerInstrumentation<string, string>()';
    const start = `using Confluent.Kafka;\n${program(consumers, on)}`;
    assert.deepEqual(await short({ 'Orders/Program.cs': start }), [FOUND]);
  });

  it('is silent with agents', async () => {
    const agent =
      'FROM mcr.microsoft.com/dotnet/aspnet:8.0\nENV CORECLR_ENABLE_PROFILING=1\nENV OTEL_DOTNET_AUTO_HOME=/otel\nENTRYPOINT ["dotnet", "Orders.dll"]\n';
    assert.deepEqual(await short({ 'Orders/Dockerfile': agent }), []);
    const packaged = csproj(...OTEL, 'Confluent.Kafka 2.5.0', 'OpenTelemetry.AutoInstrumentation 1.9.0');
    assert.deepEqual(await short({ 'Orders/Orders.csproj': packaged }), []);
  });

  it('is silent where the context is injected, here or in a helper', async () => {
    const before = '        await _producer.ProduceAsync';
    const inject =
      '        Propagators.DefaultTextMapPropagator.Inject(new PropagationContext(Activity.Current!.Context, Baggage.Current), message.Headers, Set);\n';
    assert.deepEqual(await short(publisher(before, inject + before)), []);
    assert.deepEqual(await short(publisher(before, `        KafkaTracing.Prepare(message);\n${before}`)), [
      FOUND.replace(/\d+$/, (line) => String(Number(line) + 1)),
    ]);
    const helper =
      'public static class KafkaTracing\n{\n    public static void Prepare<K, V>(Message<K, V> message) => Fill(message.Headers);\n\n    static void Fill(Headers headers) => headers.Add("traceparent", Encoding.UTF8.GetBytes(Activity.Current!.Id!));\n}\n';
    assert.deepEqual(
      await short({
        ...publisher(before, `        KafkaTracing.Prepare(message);\n${before}`),
        'Orders/KafkaTracing.cs': helper,
      }),
      [],
    );
  });

  it('is silent where the caller injects, but not where it only reads a context', async () => {
    const call = 'await publisher.PublishAsync(order, ct);';
    const inject = CONTROLLER.replace(call, `Tracing.Inject(order);\n        ${call}`);
    assert.deepEqual(await short({ 'Orders/OrdersController.cs': inject }), []);
    const read = CONTROLLER.replace(call, `ActivityContext parent = Read(order);\n        ${call}`);
    assert.deepEqual(await short({ 'Orders/OrdersController.cs': read }), [FOUND]);
  });

  it('is silent where the payload carries the context', async () => {
    const controller = CONTROLLER.replace('decimal Total)', 'decimal Total, string? TraceParent)');
    assert.deepEqual(await short({ 'Orders/OrdersController.cs': controller }), []);
    assert.deepEqual(
      await short(
        publisher(
          'JsonSerializer.Serialize(order)',
          'JsonSerializer.Serialize(new { order, Trace = Activity.Current?.Id })',
        ),
      ),
      [],
    );
  });

  it('is silent for an outbox that keeps the context in what it stores', async () => {
    const save =
      '    public void Save(Stored stored)\n    {\n        stored.TraceId = Activity.Current?.TraceId.ToString();\n    }\n}\n';
    assert.deepEqual(await short({ 'Orders/OrderPublisher.cs': PUBLISHER.replace(/\}\n$/, save) }), []);
  });

  it('is silent for dead letters that are passed on, wrappers that nobody calls, health checks and background loops', async () => {
    const call = 'await _producer.ProduceAsync("orders", message, ct)';
    assert.deepEqual(await short(publisher(call, 'await _producer.ProduceAsync("dead", result.Message, ct)')), []);
    assert.deepEqual(
      await short({
        'Orders/OrderPublisher.cs':
          'using Confluent.Kafka;\nclass Raw(IProducer<string, string> producer)\n{\n    public Task Put(string topic, Message<string, string> message) => producer.ProduceAsync(topic, message);\n}\n',
        'Orders/OrdersController.cs': '',
      }),
      [],
    );
    assert.deepEqual(
      await short({ ...publisher('class OrderPublisher', 'class KafkaHealthCheck'), 'Orders/OrdersController.cs': '' }),
      [],
    );
    const loop = PUBLISHER.replace('class OrderPublisher', 'class OrderPublisher : BackgroundService').replace(
      'public async Task PublishAsync(Order order, CancellationToken ct)',
      'protected override async Task ExecuteAsync(CancellationToken ct)',
    );
    assert.deepEqual(await short({ 'Orders/OrderPublisher.cs': loop, 'Orders/OrdersController.cs': '' }), []);
  });

  it('is silent for clients of frameworks', async () => {
    const bus = PUBLISHER.replace('IProducer<string, string> _producer', 'ITopicProducer<Order> _producer').replace(
      /_producer = new[^;]*;/,
      '_producer = null!;',
    );
    assert.deepEqual(await short({ 'Orders/OrderPublisher.cs': bus }), []);
  });

  it('injects into the headers of a message in a variable', async () => {
    const text = await fixed(PROJECT, 'Orders/OrderPublisher.cs');
    assert.match(
      text,
      /^using System\.Diagnostics;\nusing System\.Text;\nusing System\.Text\.Json;\nusing Confluent\.Kafka;\nusing OpenTelemetry;\nusing OpenTelemetry\.Context\.Propagation;\n\nnamespace/,
    );
    assert.ok(
      text.includes(`        message.Headers ??= new Headers();
        Propagators.DefaultTextMapPropagator.Inject(
            new PropagationContext(Activity.Current?.Context ?? default, Baggage.Current),
            message.Headers,
            static (headers, key, value) => headers.Add(key, Encoding.UTF8.GetBytes(value)));
        await _producer.ProduceAsync("orders", message, ct);
`),
      text,
    );
  });

  it('gives a message that is made in the call a name first', async () => {
    const text = await fixed({ ...PROJECT, ...INLINE }, 'Orders/OrderPublisher.cs');
    assert.match(text, /\n {8}var message = new Message<string, string> \{.*\};\n {8}message\.Headers \?\?=/);
    assert.match(text, /\n {8}await _producer\.ProduceAsync\("orders", message, ct\);\n/);
  });

  it('gives a member with an expression for its body one in braces', async () => {
    const inline = INLINE['Orders/OrderPublisher.cs']!;
    for (const [written, kept] of [
      ['public async Task PublishAsync(Order order, CancellationToken ct) => await _producer', 'await _producer'],
      ['public Task PublishAsync(Order order, CancellationToken ct)\n        => _producer', 'return _producer'],
    ] as const) {
      const code = inline.replace(
        /public async Task PublishAsync\([^]*?await _producer([^]*?;)\n {4}\}/,
        `${written}$1`,
      );
      assert.ok(code.includes('=>'), code);
      const text = await fixed({ ...PROJECT, 'Orders/OrderPublisher.cs': code }, 'Orders/OrderPublisher.cs');
      assert.match(
        text,
        /PublishAsync\(Order order, CancellationToken ct\)\n {4}\{\n {8}var message = new Message<.*;\n/,
      );
      assert.ok(text.includes(`\n        ${kept}.ProduceAsync("orders", message, ct);\n    }\n`), text);
    }
  });

  it('is silent where headers of a kept message are copied, but not for configured ones', async () => {
    const copied = (from: string): Record<string, string> =>
      publisher(
        '        await _producer',
        `        message.Headers = new Headers();\n        foreach (var header in ${from}) message.Headers.Add(header.Key, Bytes(header.Value));\n        await _producer`,
      );
    assert.deepEqual(await short(copied('order.Metadata.Entries')), []);
    assert.equal((await short(copied('_options.Headers'))).length, 1);
  });
});
