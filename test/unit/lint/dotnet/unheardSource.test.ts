import assert from 'node:assert/strict';
import { dotnetCheck } from '../../../../src/lint/dotnet/check';
import { applyFix, lintProject } from '../support/lintProject';
import { csproj, lineOf, OTEL, program } from './projects';

const TELEMETRY = `using System.Diagnostics;

namespace Orders;

public static class Telemetry
{
    public const string SourceName = "Orders.Messaging";
    public static readonly ActivitySource Source = new(SourceName);
}
`;
const HANDLER = `using System.Diagnostics;
using OpenTelemetry.Context.Propagation;

namespace Orders;

public class PlacedHandler(HttpClient client)
{
    private static readonly TextMapPropagator Propagator = Propagators.DefaultTextMapPropagator;

    public async Task Handle(Delivery delivery)
    {
        var parent = Propagator.Extract(default, delivery.Headers, ReadHeader);
        using var activity = Telemetry.Source.StartActivity("handle", ActivityKind.Consumer, parent.ActivityContext);
        await client.PostAsync("http://billing/invoices", null);
    }

    private static IEnumerable<string> ReadHeader(IDictionary<string, string> headers, string name) => [headers[name]];
}
`;
const SENDER = `using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Context.Propagation;

namespace Orders;

public class OrderSender(IQueue queue)
{
    public async Task Send(Order order)
    {
        var headers = new Dictionary<string, string>();
        using var activity = Telemetry.Source.StartActivity("send", ActivityKind.Producer);
        if (activity != null)
        {
            var context = new PropagationContext(activity.Context, Baggage.Current);
            Propagators.DefaultTextMapPropagator.Inject(context, headers, (all, key, value) => all[key] = value);
        }
        await queue.SendAsync(order, headers);
    }
}
`;

interface Shape {
  readonly handler?: string;
  readonly telemetry?: string;
  readonly more?: string;
  readonly tracing?: string;
}

function project({ handler = HANDLER, telemetry = TELEMETRY, more = '', tracing = '' }: Shape = {}) {
  return {
    'Orders/Orders.csproj': csproj(...OTEL),
    'Orders/Program.cs': program(more, tracing),
    'Orders/Telemetry.cs': telemetry,
    'Orders/PlacedHandler.cs': handler,
  };
}

async function shortOf(shape: Shape): Promise<readonly string[]> {
  return (await lintProject(dotnetCheck, project(shape))).short;
}

describe('lint/dotnet: an activity source that nobody listens to', () => {
  it('drops the parent that was read from a message: said once, at the set-up', async () => {
    const files = project();
    const { findings } = await lintProject(dotnetCheck, files);
    const [found] = findings;
    assert.equal(findings.length, 1);
    assert.equal(found!.rule, 'EXTRACT-UNUSED');
    assert.equal(found!.line, lineOf(files['Orders/Program.cs'], '.WithTracing'));
    assert.match(found!.message, /AddSource\("Orders\.Messaging"\) is missing/);
    assert.deepEqual(found!.related, [
      `Orders/PlacedHandler.cs:${lineOf(HANDLER, 'StartActivity')} its parent is dropped here`,
    ]);
  });

  it('has the calls of background work begin a trace each', async () => {
    const job = (body: string, base = 'BackgroundService'): string => `using System.Diagnostics;

namespace Orders;

public class Dues(HttpClient client) : ${base}
{
    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            ${body}
        }
    }
}
`;
    const starts = 'using var activity = Telemetry.Source.StartActivity("dues");';
    const ask = 'var dues = await client.GetAsync("http://billing/dues");';
    const send = 'await client.PostAsync("http://billing/invoices", null);';
    const files = project({ handler: job(`${starts} ${ask} ${send}`) });
    const { findings } = await lintProject(dotnetCheck, files);
    const [found] = findings;
    assert.equal(findings.length, 1);
    assert.equal(found!.rule, 'SPAN-NOT-ACTIVE');
    assert.equal(found!.line, lineOf(files['Orders/Program.cs'], '.WithTracing'));
    assert.match(found!.message, /"Orders\.Messaging".* each call of the background work/);
    const at = `SPAN-NOT-ACTIVE Orders/Program.cs:${found!.line}`;

    const helper = TELEMETRY.replace(
      '(SourceName);',
      '(SourceName);\n    public static Activity? Begin(string name) => Source.StartActivity(name);',
    );
    const byHelper = starts.replace('Source.StartActivity', 'Begin');
    assert.deepEqual(await shortOf({ handler: job(`${byHelper} ${ask} ${send}`), telemetry: helper }), [at]);
    assert.deepEqual(await shortOf({ handler: job(`${starts} foreach (var due in all) { ${send} }`) }), [at]);

    for (const shape of [
      { handler: job(`${starts} ${send}`) },
      { handler: job(`${ask} ${send} ${starts}`) },
      { handler: job(`${starts} Count(); Count();`) },
      { handler: job(`${starts} ${ask} ${send}`, 'ControllerBase') },
      { handler: job(`${starts} ${ask} ${send}`), tracing: '.AddSource(Telemetry.SourceName)' },
      { handler: job(`${byHelper} ${send}`), telemetry: helper },
    ])
      assert.deepEqual(await shortOf(shape), []);
  });

  it('has a name that is made of others: of a type, an assembly, a constant', async () => {
    const named = (name: string, more = ''): Shape => ({
      telemetry: TELEMETRY.replace(
        'const string SourceName = "Orders.Messaging"',
        `static readonly string SourceName = ${name}`,
      ).replace('public static readonly ActivitySource', `${more}public static readonly ActivitySource`),
    });
    for (const [name, told] of [
      ['nameof(PlacedHandler)', 'PlacedHandler'],
      ['typeof(PlacedHandler).FullName!', 'Orders.PlacedHandler'],
      ['typeof(PlacedHandler).Namespace + ".Messaging"', 'Orders.Messaging'],
      ['$"{Base}.Messaging"', 'Acme.Messaging'],
      ['typeof(PlacedHandler).FullName ?? "orders"', 'Orders.PlacedHandler'],
    ] as const) {
      const { findings } = await lintProject(
        dotnetCheck,
        project(named(name, 'private const string Base = "Acme";\n    ')),
      );
      assert.match(
        findings[0]?.message ?? '',
        new RegExp(`AddSource\\("${told.replace('.', '\\.')}"\\) is missing`),
        name,
      );
    }
    // The service's own name is what its project is called, which is listened to.
    assert.deepEqual(await shortOf(named('typeof(Telemetry).Assembly.GetName().Name!')), []);
    assert.deepEqual(await shortOf(named('Assembly.GetExecutingAssembly().GetName().Name')), []);
  });

  it('is that of a library of the workspace whose receiver the process makes, also where projects of data are missing', async () => {
    const info = `using System.Diagnostics;
using System.Reflection;

namespace Broker;

public static class Info
{
    public static readonly AssemblyName AssemblyName = typeof(Info).Assembly.GetName();
    public static readonly string SourceName = AssemblyName.Name!;
    internal static readonly ActivitySource Source = new(SourceName);
}
`;
    const receiver = `using System.Diagnostics;

namespace Broker;

public class Receiver(IConsumer consumer, Reader reader)
{
    public void Start() => consumer.Listener += OnMessage;

    private void OnMessage(Message message)
    {
        var parent = reader.Extract(message);
        using var activity = Info.Source.StartActivity("receive", ActivityKind.Consumer, parent.ActivityContext);
        handler(message);
    }
}
`;
    const reference = (path: string): string =>
      `<ItemGroup><ProjectReference Include="${path}" /></ItemGroup></Project>`;
    const files = (added: string, missing = 'Acme.Contracts'): Record<string, string> => ({
      'Orders/Orders.csproj': csproj(...OTEL).replace('</Project>', reference('../Broker/Broker.csproj')),
      'Orders/Program.cs': program('var receiver = new Broker.Receiver(consumer, reader);', added),
      'Broker/Broker.csproj': csproj().replace('</Project>', reference(`../${missing}/${missing}.csproj`)),
      'Broker/Info.cs': info,
      'Broker/Receiver.cs': receiver,
    });
    assert.deepEqual((await lintProject(dotnetCheck, files(''))).short, ['EXTRACT-UNUSED Orders/Program.cs:6']);
    assert.deepEqual((await lintProject(dotnetCheck, files('\n        .AddSource(Broker.Info.SourceName)'))).short, []);
    assert.deepEqual((await lintProject(dotnetCheck, files('', 'Acme.Observability'))).short, []);
  });

  it('is listened to by the fix', async () => {
    const files = project();
    const { findings } = await lintProject(dotnetCheck, files);
    const fixed = applyFix(files, findings[0]!.finding);
    assert.match(fixed['Orders/Program.cs']!, /\.AddSource\("Orders\.Messaging"\)/);
    assert.deepEqual((await lintProject(dotnetCheck, fixed)).short, []);
  });

  it('has no context to write into what is sent', async () => {
    assert.deepEqual(await shortOf({ handler: SENDER }), ['MSG-NO-INJECT Orders/Program.cs:6']);
  });

  it('has none either where a helper is given the activity to write it', async () => {
    const handler = SENDER.replace(/if \(activity[^]*?\n {8}\}\n/, 'Mark(activity, headers);\n').replace(
      /\n\}\n$/,
      `

    private static void Mark(Activity sent, Dictionary<string, string> headers)
    {
        var context = new PropagationContext(sent.Context, Baggage.Current);
        Propagators.DefaultTextMapPropagator.Inject(context, headers, (all, key, value) => all[key] = value);
    }
}
`,
    );
    assert.deepEqual(await shortOf({ handler }), ['MSG-NO-INJECT Orders/Program.cs:6']);
    const others = handler.replace('(sent.Context, ', '(Activity.Current?.Context ?? default, ');
    assert.deepEqual(await shortOf({ handler: others }), []);
    const either = handler.replace('ActivityKind.Producer);', 'ActivityKind.Producer) ?? Activity.Current;');
    assert.deepEqual(await shortOf({ handler: either }), []);
  });

  it('is one that a constructor makes, and whose name a property gives', async () => {
    const made = (name: string, more = ''): string => `using System.Diagnostics;

namespace Orders;

public static class Telemetry
{
    static Telemetry()
    {
        Source = new(${name});
    }

    public static ActivitySource Source { get; private set; }
    public static string SourceName => Source.Name;
${more}}
`;
    const found = ['EXTRACT-UNUSED Orders/Program.cs:6'];
    assert.deepEqual(await shortOf({ telemetry: made('"Orders.Messaging"') }), found);
    assert.deepEqual(
      await shortOf({ telemetry: made('"Orders.Messaging"'), tracing: '.AddSource(Telemetry.SourceName)' }),
      [],
    );
    assert.deepEqual(
      await shortOf({ telemetry: made('"Orders.Messaging"'), tracing: '.AddSource(Telemetry.Source.Name)' }),
      [],
    );
    // The process is called like its project, which is listened to.
    assert.deepEqual(await shortOf({ telemetry: made('AppDomain.CurrentDomain.FriendlyName') }), []);
    // It may be another one later.
    const replaced = made(
      '"Orders.Messaging"',
      '    public static void Use(ActivitySource other) { Source = other; }\n',
    );
    assert.deepEqual(await shortOf({ telemetry: replaced, tracing: '.AddSource("Orders.Jobs")' }), found);
    const renamed = made('"Orders.Messaging"', '    public static void Rename(string name) { Source = new(name); }\n');
    assert.deepEqual(await shortOf({ telemetry: renamed }), []);
  });

  it('is told where the builder configures what it instruments and exports', async () => {
    for (const tracing of [
      '.ConfigureRedisInstrumentation((services, redis) => { })',
      '.UseStackdriverExporter("orders")',
    ])
      assert.deepEqual(await shortOf({ tracing }), ['EXTRACT-UNUSED Orders/Program.cs:6'], tracing);
    assert.deepEqual(await shortOf({ tracing: '.UseAcmeTracing()' }), []);
  });

  it('is told beside a library’s source whose name the library says', async () => {
    for (const name of ['DiagnosticHeaders.DefaultListenerName', 'KafkaFlowInstrumentation.ActivitySourceName'])
      assert.deepEqual(await shortOf({ tracing: `.AddSource(${name})` }), ['EXTRACT-UNUSED Orders/Program.cs:6'], name);
    assert.deepEqual(await shortOf({ tracing: '.AddSource(AcmeInstrumentation.ActivitySourceName)' }), []);
  });

  it('loses nothing where the current activity’s context is sent instead', async () => {
    const handler = SENDER.replace('if (activity != null)', 'if (Activity.Current is { } current)').replace(
      'activity.Context',
      'current.Context',
    );
    assert.deepEqual(await shortOf({ handler }), []);
  });

  it('loses nothing where its activities neither get nor give a context', async () => {
    const handler = HANDLER.replace(', ActivityKind.Consumer, parent.ActivityContext', '').replace(
      /var parent = .*\n/,
      '',
    );
    assert.deepEqual(await shortOf({ handler }), []);
  });

  it('may be any that the process makes, where it is given', async () => {
    const handler = HANDLER.replace('HttpClient client', 'HttpClient client, ActivitySource source').replace(
      'Telemetry.Source.',
      'source.',
    );
    assert.deepEqual(await shortOf({ handler }), ['EXTRACT-UNUSED Orders/Program.cs:6']);
    assert.deepEqual(await shortOf({ handler, tracing: '.AddSource("Orders.*")' }), []);
  });

  for (const [what, shape] of Object.entries<Shape>({
    'by its name': { tracing: '.AddSource("Orders.Messaging")' },
    'by its constant': { tracing: '.AddSource(Telemetry.SourceName)' },
    'by the source itself': { tracing: '.AddSource(Telemetry.Source.Name)' },
    'by a pattern': { tracing: '.AddSource("Orders.*")' },
    'by names that are not known': { tracing: '.AddSource(options.Sources)' },
    'by the name of the application': {
      tracing: '.AddSource(builder.Environment.ApplicationName)',
      telemetry: TELEMETRY.replace('"Orders.Messaging"', '"Orders"'),
    },
    'by a listener': {
      more: 'ActivitySource.AddActivityListener(new ActivityListener { ShouldListenTo = _ => true });',
    },
    'maybe by a package of the company': { tracing: '.AddAcmeInstrumentation()' },
  })) {
    it(`is listened to ${what}`, async () => {
      assert.deepEqual(await shortOf(shape), []);
    });
  }

  it('is none that the name of the application is another than', async () => {
    assert.deepEqual(await shortOf({ tracing: '.AddSource(builder.Environment.ApplicationName)' }), [
      'EXTRACT-UNUSED Orders/Program.cs:6',
    ]);
  });
});
