import assert from 'node:assert/strict';
import { dotnetCheck } from '../../../../src/lint/dotnet/check';
import { lintProject } from '../support/lintProject';
import { csproj, lineOf, OTEL, program } from './projects';

const WORKER = `using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Orders;

public class Worker(IModel channel, HttpClient http) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken ct)
    {
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.Received += async (_, ea) =>
        {
            await http.PostAsync("http://billing/invoices", null, ct);
            channel.BasicAck(ea.DeliveryTag, false);
        };
        channel.BasicConsume("orders", false, consumer);
        return Task.CompletedTask;
    }
}
`;

async function found(worker: string, packages: readonly string[] = ['RabbitMQ.Client 6.8.1'], tracing = '') {
  const { findings } = await lintProject(dotnetCheck, {
    'Orders/Orders.csproj': csproj(...OTEL, ...packages),
    'Orders/Program.cs': program('builder.Services.AddHostedService<Worker>();', tracing),
    'Orders/Worker.cs': worker,
  });
  return findings.filter(({ rule }) => rule === 'CS-KAFKA-CONSUME-DROP');
}

function replaced(from: string, to: string): string {
  assert.ok(WORKER.includes(from));
  return WORKER.replace(from, to);
}

describe('lint/dotnet: what is consumed from RabbitMQ', () => {
  it('is reported where nobody reads its context, at the consumer', async () => {
    const [one, ...more] = await found(WORKER);
    assert.deepEqual(more, []);
    assert.equal(one?.rule, 'CS-KAFKA-CONSUME-DROP');
    assert.equal(one.line, lineOf(WORKER, 'new AsyncEventingBasicConsumer'));
  });

  it('is reported where the client would read it, and nothing listens to its source', async () => {
    assert.equal((await found(WORKER, ['RabbitMQ.Client 7.1.2'])).length, 1);
    const publisher = '\n        .AddSource("RabbitMQ.Client.Publisher")';
    assert.equal((await found(WORKER, ['RabbitMQ.Client 7.1.2'], publisher)).length, 1);
  });

  it('is reported where a method of the class handles it', async () => {
    const worker = `${replaced(WORKER.slice(WORKER.indexOf('async (_, ea)'), WORKER.indexOf('};') + 2), 'OnReceived;')
      .trimEnd()
      .slice(0, -1)}
    private async Task OnReceived(object sender, BasicDeliverEventArgs ea) => await http.PostAsync("http://billing", null);
}
`;
    assert.equal((await found(worker)).length, 1);
  });

  const HANDLED = `using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Orders;

public class Listener(IModel channel)
{
    public void Listen<T>(string queue, Func<T, Task> handle)
    {
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.Received += async (_, ea) => await handle(JsonSerializer.Deserialize<T>(ea.Body.Span)!);
        channel.BasicConsume(queue, false, consumer);
    }
}

public class Worker(Listener listener, HttpClient http) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken ct)
    {
        listener.Listen<Placed>("orders", Bill);
        return Task.CompletedTask;
    }

    private async Task Bill(Placed placed) => await http.PostAsync("http://billing/invoices", null);
}
`;

  it('is reported where a caller says what is done for a message and is given its text only', async () => {
    const lambda = HANDLED.replace('Bill);', 'async placed => await http.PostAsync("http://billing", null));');
    for (const worker of [HANDLED, lambda]) {
      const [one, ...more] = await found(worker);
      assert.deepEqual(more, []);
      assert.equal(one?.line, lineOf(HANDLED, 'new AsyncEventingBasicConsumer'));
    }
  });

  it('is left alone where that caller does nothing traced, or is given headers or a class that carries a context', async () => {
    const logs = HANDLED.replace('http.PostAsync("http://billing/invoices", null)', 'Console.Out.WriteLineAsync("x")');
    const given = HANDLED.replace('Func<T, Task>', 'Func<T, BasicDeliverEventArgs, Task>').replace(
      'ea.Body.Span)!)',
      'ea.Body.Span)!, ea)',
    );
    const carries = `${HANDLED}\npublic class Placed\n{\n    public string TraceParent { get; set; }\n}\n`;
    for (const worker of [logs, given, carries]) assert.deepEqual(await found(worker), []);
  });

  const silent: Readonly<Record<string, [string, string[]?, string?]>> = {
    'it only logs': [
      replaced('await http.PostAsync("http://billing/invoices", null, ct);', 'logger.LogInformation("x");'),
    ],
    'the context is extracted': [
      replaced(
        'await http',
        'var parent = propagator.Extract(default, ea.BasicProperties, Read);\n            await http',
      ),
    ],
    'the header is parsed': [
      replaced(
        'await http',
        'ActivityContext.TryParse(Text(ea, "traceparent"), null, out var parent);\n            await http',
      ),
    ],
    'the client reads it by itself': [WORKER, ['RabbitMQ.Client 7.1.2'], '\n        .AddSource("RabbitMQ.Client.*")'],
    'what listens to its source is not known': [
      WORKER,
      ['RabbitMQ.Client 7.1.2'],
      '\n        .AddSource(Sources.FromSettings())',
    ],
    'its version is not known': [WORKER, ['RabbitMQ.Client $(RabbitVersion)']],
    'it is instrumented': [WORKER, ['RabbitMQ.Client 6.8.1'], '\n        .AddRabbitMQInstrumentation()'],
    'who calls says what is done for a message': [
      replaced(
        'protected override Task ExecuteAsync(CancellationToken ct)',
        'public Task Listen(Func<string, Task> handle, CancellationToken ct)',
      ),
    ],
  };
  for (const [why, [worker, packages, tracing]] of Object.entries(silent)) {
    it(`is left alone where ${why}`, async () => {
      assert.deepEqual(await found(worker, packages, tracing), []);
    });
  }
});
