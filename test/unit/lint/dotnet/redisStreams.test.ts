import assert from 'node:assert/strict';
import { dotnetCheck } from '../../../../src/lint/dotnet/check';
import { lintProject } from '../support/lintProject';
import { csproj, lineOf, OTEL, program } from './projects';

const PUBLISHER = `using StackExchange.Redis;

namespace Orders;

public class OrdersController(IConnectionMultiplexer redis) : ControllerBase
{
    [HttpPost]
    public async Task Place(Order order)
    {
        var db = redis.GetDatabase();
        await db.StreamAddAsync("orders", "payload", order.ToJson());
    }
}
`;

const READER = `using StackExchange.Redis;

namespace Orders;

public class Worker(IConnectionMultiplexer redis, HttpClient http) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken ct)
    {
        var db = redis.GetDatabase();
        while (!ct.IsCancellationRequested)
        {
            foreach (var entry in await db.StreamReadGroupAsync("orders", "billing", "one"))
            {
                await Handle(entry);
                await db.StreamAcknowledgeAsync("orders", "billing", entry.Id);
            }
        }
    }

    private async Task Handle(StreamEntry entry)
    {
        await http.PostAsync("http://billing/invoices", null);
    }
}
`;

async function found(publisher = PUBLISHER, reader = READER): Promise<readonly string[]> {
  const { short } = await lintProject(dotnetCheck, {
    'Orders/Orders.csproj': csproj(...OTEL, 'StackExchange.Redis 2.8.0'),
    'Orders/Program.cs': program('builder.Services.AddHostedService<Worker>();'),
    'Orders/OrdersController.cs': publisher,
    'Orders/Worker.cs': reader,
  });
  return short;
}

const AT = [`MSG-NO-INJECT Orders/OrdersController.cs:${lineOf(PUBLISHER, 'StreamAddAsync')}`];

describe('lint/dotnet: streams of Redis', () => {
  it('carry no context to the group that works them off', async () => {
    assert.deepEqual(await found(), AT);
    const named = 'private const string Key = "orders";\n    ';
    assert.deepEqual(
      await found(
        PUBLISHER,
        READER.replace('protected override', `${named}protected override`).replace(
          'Async("orders", "billing", "one"',
          'Async(Key, "billing", "one"',
        ),
      ),
      AT,
    );
  });

  it('are silent where an entry has the context, nothing is done for it, or another stream is read', async () => {
    assert.deepEqual(await found(PUBLISHER.replace('order.ToJson()', 'Wrap(order, Activity.Current?.Id)')), []);
    assert.deepEqual(await found(PUBLISHER, READER.replace(/await http.*;/, 'logger.LogInformation("got one");')), []);
    assert.deepEqual(
      await found(PUBLISHER, READER.replace('Async("orders", "billing", "one"', 'Async("returns", "billing", "one"')),
      [],
    );
    assert.deepEqual(
      await found(PUBLISHER, READER.replace('await http.', 'var parent = entry["traceparent"];\n        await http.')),
      [],
    );
  });

  it('are silent where nothing of the program reads them in a group', async () => {
    assert.deepEqual(await found(PUBLISHER, READER.replace('StreamReadGroupAsync', 'StreamRangeAsync')), []);
  });
});
