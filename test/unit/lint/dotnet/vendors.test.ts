import assert from 'node:assert/strict';
import { dotnetCheck } from '../../../../src/lint/dotnet/check';
import { mayTrace } from '../../../../src/lint/project/mayTrace';
import { readUnits } from '../../../../src/lint/project/readUnits';
import { lintProject } from '../support/lintProject';
import { MemoryFiles } from '../support/memoryFiles';
import { csproj } from './projects';

const SENDER = `using Confluent.Kafka;

namespace Orders;

[ApiController]
public class OrdersController(IProducer<string, string> producer) : ControllerBase
{
    [HttpPost]
    public async Task Create(Order order) => await producer.ProduceAsync("orders", new Message<string, string> { Value = order.Id });
}
`;

/** Packages of vendors with what sets them up; none of them covers Confluent.Kafka without its profiler. */
const VENDORS: readonly (readonly [name: string, setUp: string])[] = [
  ['Elastic.Apm.NetCoreAll', 'app.UseAllElasticApm(configuration);'],
  ['Microsoft.ApplicationInsights.AspNetCore', 'builder.Services.AddApplicationInsightsTelemetry();'],
  ['Azure.Monitor.OpenTelemetry.AspNetCore', 'builder.Services.AddOpenTelemetry().UseAzureMonitor();'],
  ['Google.Cloud.Diagnostics.AspNetCore3', 'builder.Services.AddGoogleTrace(options);'],
  ['Honeycomb.OpenTelemetry', 'builder.Services.AddHoneycomb(options);'],
  ['Grafana.OpenTelemetry', 'builder.Services.AddOpenTelemetry().WithTracing(t => t.UseGrafana());'],
];

function project(name: string, setUp: string): Record<string, string> {
  return {
    'Orders/Orders.csproj': csproj(`${name} 1.0.0`, 'Confluent.Kafka 2.5.0'),
    'Orders/Program.cs': `var builder = WebApplication.CreateBuilder(args);\n${setUp}\nbuilder.Build().Run();\n`,
    'Orders/OrdersController.cs': SENDER,
  };
}

describe('lint dotnet: vendors', () => {
  for (const [name, setUp] of VENDORS) {
    it(`takes ${name} for tracing`, async () => {
      const files = project(name, setUp);
      const { units } = await readUnits(new MemoryFiles(files));
      assert.equal(mayTrace(units[0]!), 'yes');
      assert.deepEqual((await lintProject(dotnetCheck, files)).short, [
        'CS-KAFKA-PRODUCE-NO-INJECT Orders/OrdersController.cs:9',
      ]);
    });
  }

  it('leaves what their agents cover', async () => {
    const files = project('Serilog', '');
    for (const line of [
      'CORECLR_ENABLE_PROFILING=1',
      'NEW_RELIC_LICENSE_KEY=x CORECLR_NEWRELIC_HOME=/nr',
      'DD_DOTNET_TRACER_HOME=/dd',
    ]) {
      const image = `FROM x\nENV ${line}\nENTRYPOINT ["dotnet", "Orders.dll"]\n`;
      assert.deepEqual((await lintProject(dotnetCheck, { ...files, 'Orders/Dockerfile': image })).short, [], line);
    }
  });
});
