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
