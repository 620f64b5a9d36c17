import assert from 'node:assert/strict';
import { openMapper, operation, told, withFolder } from '../../support/mappingWorkspace';

const FILES = {
  'Shop/Consumers.cs': `namespace Shop.Consumers;
public class OrderConsumer : IConsumer<OrderPlaced>
{
    public Task Consume(ConsumeContext<OrderPlaced> context) => Task.CompletedTask;
}
public class Billing : IHandleMessages<OrderPlaced>
{
    public Task Handle(OrderPlaced message, IMessageHandlerContext context) => Task.CompletedTask;
    public Task Cleanup() => Task.CompletedTask;
}
`,
  'Other/Consumers.cs': `namespace Other;
public class OrderConsumer { public Task Consume(int a) => Task.CompletedTask; }
public class Functions { [Function("Import")] public Task Run(string blob) => Task.CompletedTask; }
`,
};

const CONSUMER = 'messaging.masstransit.consumer_type';

describe('what .NET frameworks call', () => {
  it('is the method of the class that the span names, told apart by its namespace', () =>
    withFolder(FILES, async (folder) => {
      const mapper = await openMapper([folder]);
      const of = async (name: string, scope: string, attributes: Record<string, string> = {}): Promise<string> => {
        const key = operation('CONSUMER', name, attributes, { scope, language: 'dotnet' });
        return told(mapper, await mapper.map(key));
      };
      assert.equal(
        await of('x process', 'MassTransit', { [CONSUMER]: 'Shop.Consumers.OrderConsumer' }),
        'Shop/Consumers.cs:4 OrderConsumer.Consume 0.9',
      );
      assert.equal(
        await of('Billing', 'NServiceBus.Core', { 'nservicebus.handler.handler_type': 'Shop.Consumers.Billing' }),
        'Shop/Consumers.cs:8 Billing.Handle 0.9',
      );
      assert.equal(
        await of('JOB Billing.Cleanup', 'OpenTelemetry.Instrumentation.Hangfire'),
        'Shop/Consumers.cs:9 Billing.Cleanup 0.8',
      );
      assert.equal(
        await of('function Import', 'Microsoft.Azure.Functions.Worker'),
        'Other/Consumers.cs:3 Functions.Run 0.9',
      );
      assert.match(await of('x process', 'MassTransit', { [CONSUMER]: 'Library.OrderConsumer' }), /^unmapped/);
    }));
});
