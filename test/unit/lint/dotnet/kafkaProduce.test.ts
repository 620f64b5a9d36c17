import assert from 'node:assert/strict';
import { dotnetCheck } from '../../../../src/lint/dotnet/check';
import { lintProject } from '../support/lintProject';
import { csproj, lineOf, OTEL, program } from './projects';

const PUBLISHER = `using System.Text.Json;
using Confluent.Kafka;

namespace Orders;

public class OrderPublisher
{
    private readonly IProducer<string, string> _producer;

    public OrderPublisher(IConfiguration configuration)
    {
        var config = new ProducerConfig { BootstrapServers = configuration["Kafka"] };
        _producer = new ProducerBuilder<string, string>(config).Build();
    }

    public async Task PublishAsync(Order order, CancellationToken ct)
    {
        var message = new Message<string, string>
        {
            Key = order.Id,
            Value = JsonSerializer.Serialize(order),
        };
        await _producer.ProduceAsync("orders", message, ct);
    }
}
`;

const CONTROLLER = `using Microsoft.AspNetCore.Mvc;

namespace Orders;

[ApiController, Route("orders")]
public class OrdersController(OrderPublisher publisher) : ControllerBase
{
    [HttpPost]
    public async Task<IActionResult> Create(Order order, CancellationToken ct)
    {
        await publisher.PublishAsync(order, ct);
        return Accepted();
    }
}

public record Order(string Id, decimal Total);
`;

const PROJECT = {
  'Orders/Orders.csproj': csproj(...OTEL, 'Confluent.Kafka 2.5.0'),
  'Orders/Program.cs': program(),
  'Orders/OrderPublisher.cs': PUBLISHER,
  'Orders/OrdersController.cs': CONTROLLER,
};
const FOUND = `CS-KAFKA-PRODUCE-NO-INJECT Orders/OrderPublisher.cs:${lineOf(PUBLISHER, '_producer.ProduceAsync')}`;

async function short(files: Record<string, string>): Promise<readonly string[]> {
  return (await lintProject(dotnetCheck, { ...PROJECT, ...files })).short;
}

describe('lint dotnet: CS-KAFKA-PRODUCE-NO-INJECT', () => {
  it('finds a message that is produced without headers', async () => {
    const { short: found, findings } = await lintProject(dotnetCheck, PROJECT);
    assert.deepEqual(found, [FOUND]);
    assert.match(findings[0]!.message, /`Orders\/Program\.cs:6` WithTracing/);
    assert.deepEqual(findings[0]!.related, ['Orders/OrderPublisher.cs:13 the producer is built here']);
  });

  it('is silent without tracing', async () => {
    const bare = program().replace(/\.WithTracing[^;]*/, '.WithMetrics(m => m.AddAspNetCoreInstrumentation())');
    assert.deepEqual(await short({ 'Orders/Program.cs': bare }), []);
  });
});
