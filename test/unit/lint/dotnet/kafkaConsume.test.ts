import assert from 'node:assert/strict';
import { dotnetCheck } from '../../../../src/lint/dotnet/check';
import { lintProject } from '../support/lintProject';
import { fixed } from './fixes';
import { csproj, lineOf, OTEL, program } from './projects';

const WORKER = `using System.Diagnostics;
using Confluent.Kafka;

namespace Orders;

public class OrderConsumer(IConsumer<string, string> consumer, OrderHandler handler, ILogger<OrderConsumer> logger)
    : BackgroundService
{
    private static readonly ActivitySource Source = new("Orders");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        consumer.Subscribe("orders");
        while (!stoppingToken.IsCancellationRequested)
        {
            var result = consumer.Consume(stoppingToken);
            using var activity = Source.StartActivity("process order", ActivityKind.Consumer);
            await handler.HandleAsync(result.Message.Value, stoppingToken);
        }
    }
}
`;

const HANDLER = `namespace Orders;

public class OrderHandler(HttpClient http)
{
    public async Task HandleAsync(string body, CancellationToken ct)
    {
        await http.PostAsync("http://billing/orders", new StringContent(body), ct);
    }
}
`;

const PROJECT = {
  'Orders/Orders.csproj': csproj(...OTEL, 'Confluent.Kafka 2.5.0'),
  'Orders/Program.cs': program(
    'builder.Services.AddSingleton(new ConsumerBuilder<string, string>(config).Build());\nbuilder.Services.AddHostedService<OrderConsumer>();',
  ),
  'Orders/OrderConsumer.cs': WORKER,
  'Orders/OrderHandler.cs': HANDLER,
};
const START = '            using var activity = Source.StartActivity("process order", ActivityKind.Consumer);\n';
const FOUND = `CS-KAFKA-CONSUME-DROP Orders/OrderConsumer.cs:${lineOf(WORKER, 'consumer.Consume')}`;

async function short(files: Record<string, string>): Promise<readonly string[]> {
  return (await lintProject(dotnetCheck, { ...PROJECT, ...files })).short;
}

function worker(from: string, to: string): Record<string, string> {
  assert.ok(WORKER.includes(from));
  return { 'Orders/OrderConsumer.cs': WORKER.replace(from, to) };
}

describe('lint dotnet: CS-KAFKA-CONSUME-DROP', () => {
  it('finds a loop that starts activities without their parent', async () => {
    const { short: found, findings } = await lintProject(dotnetCheck, PROJECT);
    assert.deepEqual(found, [FOUND]);
    assert.equal(findings[0]!.severity, 'warning');
    assert.match(findings[0]!.message, /`Orders\/Program\.cs:6` WithTracing/);
  });

  it('finds one whose handler calls out', async () => {
    assert.deepEqual(await short(worker(START, '')), [FOUND]);
  });

  it('finds one that is given its handler as a delegate', async () => {
    const consumer =
      'using Confluent.Kafka;\nclass Receiver\n{\n    private readonly IConsumer<string, string> _consumer;\n    public async Task ReceiveAsync(Func<string, Task> handle, CancellationToken ct)\n    {\n        while (true)\n        {\n            var result = _consumer.Consume(ct);\n            await handle(result.Message.Value);\n        }\n    }\n}\n';
    assert.deepEqual(await short({ 'Orders/OrderConsumer.cs': consumer }), [
      'CS-KAFKA-CONSUME-DROP Orders/OrderConsumer.cs:9',
    ]);
  });

  it('finds one that stores what it reads where databases have spans', async () => {
    const handler = HANDLER.replace(/await http[^;]*;/, 'await db.SaveChangesAsync(ct);').replace(
      'HttpClient http',
      'OrdersContext db',
    );
    const files = { ...worker(START, ''), 'Orders/OrderHandler.cs': handler };
    assert.deepEqual(await short(files), []);
    const traced = { 'Orders/Program.cs': program('', '\n        .AddEntityFrameworkCoreInstrumentation()') };
    assert.deepEqual(await short({ ...files, ...traced }), [FOUND]);
  });

  it('only informs of the instrumented consumer, whose activity is over when Consume returns', async () => {
    const files = {
      'Orders/Program.cs': program(
        'builder.Services.AddSingleton(new InstrumentedConsumerBuilder<string, string>(config));',
        '\n        .AddKafkaConsumerInstrumentation<string, string>()',
      ),
    };
    const { findings } = await lintProject(dotnetCheck, { ...PROJECT, ...files });
    assert.deepEqual(
      findings.map(({ rule, severity }) => `${rule} ${severity}`),
      ['CS-KAFKA-CONSUME-DROP info'],
    );
    assert.deepEqual(
      await short({
        ...files,
        ...worker(
          'consumer.Consume(stoppingToken)',
          'await consumer.ConsumeAndProcessMessageAsync(Handle, stoppingToken)',
        ),
      }),
      [],
    );
  });

  it('warns of one that nothing switches on, and is silent where it starts an activity from the headers', async () => {
    const consumer = 'builder.Services.AddSingleton(new InstrumentedConsumerBuilder<string, string>(config));';
    const packages = [...OTEL, 'Confluent.Kafka 2.5.0', 'OpenTelemetry.Instrumentation.ConfluentKafka 0.1.0-alpha.2'];
    const files = {
      ...PROJECT,
      'Orders/Orders.csproj': csproj(...packages),
      'Orders/Program.cs': `using Confluent.Kafka;\n${program(consumer)}`,
    };
    const { findings } = await lintProject(dotnetCheck, files);
    assert.deepEqual(
      findings.map(({ severity, line }) => `${severity} ${line}`),
      [`warning ${lineOf(WORKER, 'consumer.Consume')}`],
    );
    assert.match(findings[0]!.message, /InstrumentedConsumerBuilder .* does nothing without AddKafkaConsumerInstr/);

    const on = program(consumer, '\n        .AddKafkaConsumerInstrumentation<string, string>()');
    const read = worker(
      'ActivityKind.Consumer)',
      'ActivityKind.Consumer, Propagators.DefaultTextMapPropagator.Extract(default, result.Message.Headers, Read).ActivityContext)',
    );
    assert.deepEqual(await short({ ...files, 'Orders/Program.cs': on, ...read }), []);
  });

  it('is silent where the body only logs', async () => {
    const logging = worker(
      WORKER.slice(WORKER.indexOf(START), WORKER.indexOf('        }\n    }\n}')),
      '            logger.LogInformation("{Key}", result.Message.Key);\n',
    );
    assert.deepEqual(await short(logging), []);
  });

  it('takes a check of the health of a database for no spans of it', async () => {
    const storing = worker(
      WORKER.slice(WORKER.indexOf(START), WORKER.indexOf('        }\n    }\n}')),
      '            await orders.InsertOneAsync(result.Message.Value);\n',
    );
    const start = (more: string) => ({ 'Orders/Program.cs': program(more) });
    assert.deepEqual(await short({ ...storing, ...start('builder.Services.AddHealthChecks().AddMongoDb(url);') }), []);
    assert.deepEqual(await short({ ...storing, ...start('builder.Services.AddMongoDb(url);') }), [FOUND]);
  });

  it('is silent where what is received is thrown away, as while waiting for partitions', async () => {
    const worker = WORKER.replace('var result = consumer.Consume', 'consumer.Consume').replace(
      'result.Message.Value',
      '"x"',
    );
    assert.deepEqual((await lintProject(dotnetCheck, { ...PROJECT, 'Orders/OrderConsumer.cs': worker })).short, []);
  });

  it('is silent where the context is read, here or in a helper, or linked to', async () => {
    const kind = 'ActivityKind.Consumer)';
    for (const parent of [
      'ActivityKind.Consumer, ActivityContext.Parse(Header(result, "traceparent"), null))',
      'ActivityKind.Consumer, parentContext: KafkaTracing.ParentOf(result))',
      'ActivityKind.Consumer, links: [new ActivityLink(context)])',
    ])
      assert.deepEqual(await short(worker(kind, parent)), []);
    const helper =
      'public static class Reading\n{\n    public static PropagationContext Read<K, V>(ConsumeResult<K, V> result) => Propagators.DefaultTextMapPropagator.Extract(default, result.Message.Headers, Get);\n}\n';
    assert.deepEqual(
      await short({
        ...worker(START, `            var parent = Reading.Read(result);\n${START}`),
        'Orders/Reading.cs': helper,
      }),
      [],
    );
  });

  it('is silent where the payload carries the context, with agents and with Confluent.Kafka.Extensions', async () => {
    const typed = WORKER.replace('IConsumer<string, string>', 'IConsumer<string, OrderPlaced>').replace(
      '    : BackgroundService',
      '    : BackgroundService, IConsumerService',
    );
    const placed = 'public record OrderPlaced(string Id, string TraceContext);\n';
    assert.deepEqual(await short({ 'Orders/OrderConsumer.cs': typed, 'Orders/OrderPlaced.cs': placed }), []);
    assert.deepEqual(
      await short({
        'Orders/Dockerfile': 'FROM x\nENV DD_DOTNET_TRACER_HOME=/opt/datadog\nENTRYPOINT ["dotnet", "Orders.dll"]\n',
      }),
      [],
    );
    assert.deepEqual(
      await short(
        worker(
          'var result = consumer.Consume(stoppingToken);',
          'await consumer.ConsumeWithInstrumentation((result, ct) => Task.CompletedTask, stoppingToken);',
        ),
      ),
      [],
    );
  });

  it('starts the activity with the context of the headers', async () => {
    const text = await fixed(PROJECT, 'Orders/OrderConsumer.cs');
    assert.ok(
      text.includes(`            var parentContext = Propagators.DefaultTextMapPropagator.Extract(
                default,
                result.Message.Headers,
                static (headers, key) => headers is not null && headers.TryGetLastBytes(key, out var value)
                    ? new[] { Encoding.UTF8.GetString(value) }
                    : Array.Empty<string>());
            using var activity = Source.StartActivity("process order", ActivityKind.Consumer, parentContext.ActivityContext);
`),
      text,
    );
    assert.match(
      text,
      /^using System;\nusing System\.Diagnostics;\nusing System\.Text;\nusing Confluent\.Kafka;\nusing OpenTelemetry\.Context\.Propagation;\n/,
    );
  });
});
