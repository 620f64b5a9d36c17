import { csproj, OTEL, program } from './projects';

export const PUBLISHER = `using System.Text.Json;
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

export const CONTROLLER = `using Microsoft.AspNetCore.Mvc;

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

/** A traced service that produces without headers, and the request it does so for. */
export const KAFKA_ORDERS = {
  'Orders/Orders.csproj': csproj(...OTEL, 'Confluent.Kafka 2.5.0'),
  'Orders/Program.cs': program(),
  'Orders/OrderPublisher.cs': PUBLISHER,
  'Orders/OrdersController.cs': CONTROLLER,
};
