import assert from 'node:assert/strict';
import { dotnetCheck } from '../../../../src/lint/dotnet/check';
import { lintProject } from '../support/lintProject';
import { csproj, OTEL, program } from './projects';

/** A bus that is given what it sends as `type`, with properties made by `made`. */
function bus(type: string, made = 'channel.CreateBasicProperties()'): string {
  return `using System.Text.Json;
using RabbitMQ.Client;

namespace Orders;

public class RabbitBus(IConnection connection)
{
    public void Publish(${type} message, Activity? activity)
    {
        using var channel = connection.CreateModel();
        channel.BasicPublish("orders", "placed", ${made}, JsonSerializer.SerializeToUtf8Bytes(message));
    }
}
`;
}

async function found(text: string, more: Record<string, string> = {}): Promise<readonly string[]> {
  const project = {
    'Orders/Orders.csproj': csproj(...OTEL, 'RabbitMQ.Client 6.8.1', 'Confluent.Kafka 2.5.0'),
    'Orders/Program.cs': program(),
    'Orders/RabbitBus.cs': text,
  };
  return (await lintProject(dotnetCheck, { ...project, ...more })).short;
}

const LOST = ['MSG-NO-INJECT Orders/RabbitBus.cs:11'];

describe('lint dotnet: messages that are not whole among the files', () => {
  it('says nothing of a wrapper whose class is elsewhere', async () => {
    for (const type of ['BaseMessage', 'MessageEnvelope', 'EventData', 'IntegrationEvent'])
      assert.deepEqual(await found(bus(type)), [], type);
  });

  it('finds it where the class is here and carries nothing', async () => {
    const here = {
      'Orders/BaseMessage.cs': 'namespace Orders;\npublic class BaseMessage { public string Id { get; set; } }\n',
    };
    assert.deepEqual(await found(bus('BaseMessage'), here), LOST);
  });

  it('finds plain payloads, interfaces and type parameters', async () => {
    for (const type of ['string', 'object', 'OrderPlaced', 'IMessage'])
      assert.deepEqual(await found(bus(type)), LOST, type);
  });

  it('takes a type parameter for what it is bound to be', async () => {
    const generic = (bound: string): string =>
      bus('TMessage').replace(
        'Publish(TMessage message, Activity? activity)',
        `Publish<TMessage>(TMessage message)${bound}`,
      );
    assert.deepEqual(await found(generic('')), LOST);
    const bound = generic(' where TMessage : BaseMessage');
    assert.deepEqual(await found(bound), [], 'its class is elsewhere');
    const here = (field: string): Record<string, string> => ({
      'Orders/BaseMessage.cs': `namespace Orders;\npublic class BaseMessage { public string ${field} { get; set; } }\n`,
    });
    assert.deepEqual(await found(bound, here('Id')), LOST);
    assert.deepEqual(await found(bound, here('TraceParent')), []);
    // Of the class, not of the method.
    const ofClass = bus('TMessage').replace(
      'class RabbitBus(IConnection connection)',
      'class RabbitBus<TMessage>(IConnection connection) where TMessage : class, IMessage',
    );
    assert.deepEqual(await found(ofClass), LOST);
  });

  it('says nothing where an extension that is elsewhere is given the activity', async () => {
    assert.deepEqual(await found(bus('object', 'channel.CreateBasicProperties().SetTelemetry(activity)')), []);
    assert.deepEqual(await found(bus('object', 'Properties.Create(channel, activity)')), []);
  });

  it('finds it where the extension is here and does something else', async () => {
    const extension = {
      'Orders/Extensions.cs':
        'namespace Orders;\npublic static class Extensions\n{\n    public static IBasicProperties SetTelemetry(this IBasicProperties to, Activity? activity) => to;\n}\n',
    };
    assert.deepEqual(
      await found(bus('object', 'channel.CreateBasicProperties().SetTelemetry(activity)'), extension),
      LOST,
    );
  });

  it('says nothing of what is produced to Kafka, either', async () => {
    const producer = `using Confluent.Kafka;
namespace Orders;
public class Sender(IProducer<string, string> producer)
{
    public Task Send(BaseMessage message) =>
        producer.ProduceAsync("orders", new Message<string, string> { Value = Json.Write(message) });
}
`;
    assert.deepEqual(await found(producer), []);
    assert.deepEqual(await found(producer.replace('BaseMessage', 'string')), [
      'CS-KAFKA-PRODUCE-NO-INJECT Orders/RabbitBus.cs:6',
    ]);
  });

  it('takes no headers of requests for a trace context', async () => {
    const text = bus('object').replace(
      'using var channel',
      'HeaderPropagationContext.Load(message);\n        using var channel',
    );
    assert.deepEqual(await found(text), ['MSG-NO-INJECT Orders/RabbitBus.cs:12']);
  });

  it('ends where a query is made of itself again and again', async () => {
    const query = `using System.Linq;
namespace Orders;
public class Reports
{
    public IQueryable<Order> Where(IQueryable<Order> all) => all;
    public async Task<int> Count(IQueryable<Order> query, Reports other)
    {
        var found = query;
        found = found.Where(one => one.Open).Where(one => one.Paid);
        found = found.Where(one => one.Late).Where(found);
        return await found.Where(one => one.New).CountAsync();
    }
}
`;
    assert.deepEqual(await found(query), []);
  });
});
