import assert from 'node:assert/strict';
import { dotnetCheck } from '../../../../src/lint/dotnet/check';
import { lintProject } from '../support/lintProject';
import { csproj, OTEL, program } from './projects';

const PRODUCER = `using Confluent.Kafka;

namespace Orders;

public class BusProducer(IProducer<string, byte[]> producer, BusEvents events)
{
    public async Task ProduceAsync(Outgoing outgoing)
    {
        await events.Started.FireAsync(outgoing);
        await producer.ProduceAsync(outgoing.Topic, new Message<string, byte[]> { Key = outgoing.Key, Value = outgoing.Body });
    }
}
`;

const OBSERVER = `using OpenTelemetry.Context.Propagation;

namespace Orders;

public static class KafkaObserver
{
    private static readonly TextMapPropagator Propagator = Propagators.DefaultTextMapPropagator;

    public static Task OnStarted(Outgoing outgoing)
    {
        Propagator.Inject(new PropagationContext(Current(), default), outgoing, Write);
        return Task.CompletedTask;
    }
}
`;

const SUBSCRIBED = `namespace Orders;

public static class ObserverExtensions
{
    public static void Observe(this BusEvents events) => events.Started.Subscribe(one => KafkaObserver.OnStarted(one));
}
`;

async function found(files: Record<string, string>): Promise<readonly string[]> {
  const project = {
    'Orders/Orders.csproj': csproj(...OTEL, 'Confluent.Kafka 2.5.0', 'RabbitMQ.Client 6.8.1'),
    'Orders/Program.cs': program(),
    'Orders/BusProducer.cs': PRODUCER,
  };
  return (await lintProject(dotnetCheck, { ...project, ...files })).short;
}

describe('lint dotnet: contexts that code out of sight injects', () => {
  it('says nothing of messages where an observer of them injects', async () => {
    assert.equal((await found({})).length, 1);
    assert.deepEqual(await found({ 'Orders/KafkaObserver.cs': OBSERVER, 'Orders/Extensions.cs': SUBSCRIBED }), []);
    assert.deepEqual(
      await found({
        'Orders/KafkaObserver.cs': OBSERVER,
        'Orders/Extensions.cs': SUBSCRIBED.replace('one => KafkaObserver.OnStarted(one)', 'KafkaObserver.OnStarted'),
      }),
      [],
    );
  });

  it('says nothing of messages to RabbitMQ then, either', async () => {
    const publisher = `using RabbitMQ.Client;

namespace Orders;

public class OrderPublisher(IModel channel)
{
    public void Hand(byte[] body) => channel.BasicPublish("orders", "created", channel.CreateBasicProperties(), body);
}
`;
    const rabbit = { 'Orders/BusProducer.cs': '', 'Orders/OrderPublisher.cs': publisher };
    assert.equal((await found(rabbit)).length, 1);
    assert.deepEqual(await found({ ...rabbit, 'Orders/KafkaObserver.cs': OBSERVER }), []);
  });

  it('says nothing where an extension that is not among the files has a library of messages inject', async () => {
    const bus = 'builder.Services.AddKafka(kafka => kafka.AddOpenTelemetryInstrumentation());';
    assert.deepEqual(await found({ 'Orders/Program.cs': program(bus) }), []);
  });

  it('finds the message where the extension is the one that sets tracing up before version 1.4', async () => {
    const hosting = `using OpenTelemetry.Trace;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddOpenTelemetryTracing(tracing => tracing.AddSource("orders-kafka").AddOtlpExporter());
builder.Services.AddSingleton<BusProducer>();
builder.Build().Run();
`;
    assert.equal((await found({ 'Orders/Program.cs': hosting })).length, 1);
    const bus = hosting.replace('AddSingleton<BusProducer>()', 'AddKafka(kafka => kafka.UseOpenTelemetryTracing())');
    assert.deepEqual(await found({ 'Orders/Program.cs': bus }), []);
  });

  it('finds the message beside another that is injected by who sends it', async () => {
    const other = OBSERVER.replace('OnStarted(Outgoing outgoing)', 'SendAsync(Outgoing outgoing, IBus bus)').replace(
      'return Task.CompletedTask;',
      'return bus.PublishAsync(outgoing);',
    );
    assert.equal((await found({ 'Orders/KafkaObserver.cs': other })).length, 1);
  });

  it('finds the message where only requests are injected out of sight', async () => {
    const requests = OBSERVER.replace('Outgoing outgoing', 'HttpRequestMessage outgoing');
    assert.equal((await found({ 'Orders/KafkaObserver.cs': requests })).length, 1);
  });
});
