import assert from 'node:assert/strict';
import { dotnetCheck } from '../../../../src/lint/dotnet/check';
import { lintProject } from '../support/lintProject';
import { csproj, lineOf, OTEL, program } from './projects';

const WORKER = `using Azure.Messaging.ServiceBus;

namespace Orders;

public class Worker(ServiceBusClient client, HttpClient http) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken ct)
    {
        var processor = client.CreateProcessor("orders");
        processor.ProcessMessageAsync += OnMessage;
        processor.ProcessErrorAsync += _ => Task.CompletedTask;
        await processor.StartProcessingAsync(ct);
    }

    private async Task OnMessage(ProcessMessageEventArgs args)
    {
        await http.PostAsync("http://billing/invoices", null);
        await args.CompleteMessageAsync(args.Message);
    }
}
`;

async function found(worker: string, tracing = '', more = ''): Promise<readonly string[]> {
  const { short } = await lintProject(dotnetCheck, {
    'Orders/Orders.csproj': csproj(...OTEL, 'Azure.Messaging.ServiceBus 7.18.1'),
    'Orders/Program.cs': program(`builder.Services.AddHostedService<Worker>();\n${more}`, tracing),
    'Orders/Worker.cs': worker,
  });
  return short;
}

const AT = [`CS-KAFKA-CONSUME-DROP Orders/Worker.cs:${lineOf(WORKER, '+= OnMessage')}`];

describe('lint/dotnet: what processors of Service Bus receive', () => {
  it('has no activity where nothing listens to Azure’s sources', async () => {
    assert.deepEqual(await found(WORKER), AT);
  });

  it('is found with a lambda, and with a processor in a field', async () => {
    const lambda = WORKER.replace('+= OnMessage', '+= async args => await http.PostAsync("http://billing", null)');
    assert.deepEqual(await found(lambda), AT);
    const field = WORKER.replace('var processor = client.CreateProcessor("orders");', '').replace(
      'HttpClient http)',
      'HttpClient http, ServiceBusProcessor processor)',
    );
    assert.equal((await found(field)).length, 1);
  });

  for (const [what, tracing, more] of [
    ['a source of Azure’s is added', '.AddSource("Azure.*")', ''],
    ['its own source is added', '.AddSource("Azure.Messaging.ServiceBus.ServiceBusProcessor")', ''],
    ['Azure Monitor listens', '', 'builder.Services.AddOpenTelemetry().UseAzureMonitor();'],
    ['Aspire sets its client up', '', 'builder.AddAzureServiceBusClient("bus");'],
    ['Application Insights listens', '', 'builder.Services.AddApplicationInsightsTelemetry();'],
    ['the sources are not known', '.AddSource(options.Sources)', ''],
  ] as const) {
    it(`is continued, or may be, where ${what}`, async () => {
      assert.deepEqual(await found(WORKER, tracing, more), []);
    });
  }

  it('is continued by a handler that reads the context, and nobody’s matter where it only logs', async () => {
    const reads = WORKER.replace(
      'await http.',
      'using var activity = Source.StartActivity("handle", ActivityKind.Consumer, (string)args.Message.ApplicationProperties["Diagnostic-Id"]);\n        await http.',
    );
    assert.deepEqual(await found(reads), []);
    assert.deepEqual(await found(WORKER.replace(/await http.*;/, 'logger.LogInformation("got one");')), []);
  });
});

const RECEIVER = `using Azure.Messaging.ServiceBus;

namespace Orders;

public class Worker(ServiceBusClient client, HttpClient http) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken ct)
    {
        await using var receiver = client.CreateReceiver("orders");
        while (!ct.IsCancellationRequested)
        {
            foreach (var message in await receiver.ReceiveMessagesAsync(5, cancellationToken: ct))
            {
                await HandleAsync(message);
                await receiver.CompleteMessageAsync(message, ct);
            }
        }
    }

    private async Task HandleAsync(ServiceBusReceivedMessage message)
    {
        await http.PostAsync("http://billing/invoices", null);
    }
}
`;

const ASKED = [`CS-KAFKA-CONSUME-DROP Orders/Worker.cs:${lineOf(RECEIVER, 'ReceiveMessagesAsync')}`];

describe('lint/dotnet: what receivers of Azure are asked for', () => {
  it('is worked on without its trace', async () => {
    assert.deepEqual(await found(RECEIVER), ASKED);
    assert.deepEqual(
      await found(
        RECEIVER.replace(
          'foreach (var message in await receiver.ReceiveMessagesAsync(5, cancellationToken: ct))',
          'var message = await receiver.ReceiveMessageAsync();',
        ),
      ),
      ASKED,
    );
    assert.deepEqual(
      await found(RECEIVER.replace('client.CreateReceiver("orders")', 'await client.AcceptNextSessionAsync("orders")')),
      ASKED,
    );
  });

  it('is worked on with calls of a database that Aspire traces', async () => {
    const saves = RECEIVER.replace(
      'await http.PostAsync("http://billing/invoices", null);',
      'await db.SaveChangesAsync();',
    );
    assert.deepEqual(await found(saves), []);
    assert.deepEqual(await found(saves, '', 'builder.AddSqlServerDbContext<OrdersContext>("orders");'), ASKED);
  });

  it('is of Event Hubs, too', async () => {
    const hub = RECEIVER.replace('using Azure.Messaging.ServiceBus;', 'using Azure.Messaging.EventHubs.Consumer;')
      .replace('ServiceBusClient client', 'EventHubConsumerClient consumer')
      .replace('await using var receiver = client.CreateReceiver("orders");', '')
      .replace(
        'foreach (var message in await receiver.ReceiveMessagesAsync(5, cancellationToken: ct))',
        'await foreach (var message in consumer.ReadEventsAsync(ct))',
      );
    assert.deepEqual(await found(hub), [`CS-KAFKA-CONSUME-DROP Orders/Worker.cs:${lineOf(hub, 'ReadEventsAsync')}`]);
    const processor = WORKER.replace('using Azure.Messaging.ServiceBus;', 'using Azure.Messaging.EventHubs;')
      .replace('ServiceBusClient client', 'EventProcessorClient processor')
      .replace('var processor = client.CreateProcessor("orders");', '')
      .replace('ProcessMessageAsync', 'ProcessEventAsync');
    assert.equal((await found(processor)).length, 1);
    assert.deepEqual(await found(processor, '.AddSource("Azure.*")'), []);
  });

  it('is nothing where the context is read, only logs are written, or another client is meant', async () => {
    const reads = RECEIVER.replace(
      'await http.',
      'ActivityContext.TryParse((string)message.ApplicationProperties["traceparent"], null, out var parent);\n        await http.',
    );
    assert.deepEqual(await found(reads), []);
    assert.deepEqual(await found(RECEIVER.replace(/await http.*;/, 'logger.LogInformation("got one");')), []);
    assert.deepEqual(await found(RECEIVER.replace('using Azure.Messaging.ServiceBus;', 'using Acme.Mailboxes;')), []);
  });
});
