import assert from 'node:assert/strict';
import { dotnetCheck } from '../../../../src/lint/dotnet/check';
import { lintProject } from '../support/lintProject';
import { csproj, OTEL, program } from './projects';

async function found(body: string): Promise<readonly string[]> {
  const { findings } = await lintProject(dotnetCheck, {
    'Orders/Orders.csproj': csproj(...OTEL),
    'Orders/Program.cs': program(),
    'Orders/Receiver.cs': `namespace Orders;\npublic class Receiver\n{\n    private static readonly TextMapPropagator Propagator = Propagators.DefaultTextMapPropagator;\n    public void Receive(BasicDeliverEventArgs ea)\n    {\n${body}\n    }\n}\n`,
  });
  return findings.map(({ rule, line, message }) => `${rule} ${line} ${message}`);
}

const EXTRACT = 'Propagator.Extract(default, ea.BasicProperties, Get);';
const START = 'using var activity = Source.StartActivity("receive", ActivityKind.Consumer';

describe('lint dotnet: EXTRACT-UNUSED', () => {
  it('finds contexts that are dropped', async () => {
    assert.match((await found(EXTRACT))[0]!, /^EXTRACT-UNUSED 7 The extracted context is dropped/);
    assert.match(
      (await found(`var parent = ${EXTRACT}\n${START});`))[0]!,
      /^EXTRACT-UNUSED 7 `parent` is extracted but never used/,
    );
    assert.match(
      (await found(`Propagators.DefaultTextMapPropagator.Extract(default, ea.BasicProperties, Get);\n${START});`))[0]!,
      /^EXTRACT-UNUSED 7/,
    );
  });

  it('finds contexts of which only the baggage is used', async () => {
    const lines = `var parent = ${EXTRACT}\nBaggage.Current = parent.Baggage;\n${START});`;
    assert.match((await found(lines))[0]!, /only the baggage is used/);
  });

  it('knows a propagator by its type', async () => {
    const lines = 'TextMapPropagator text = Format();\nvar parent = text.Extract(default, ea.BasicProperties, Get);';
    assert.match((await found(`${lines}\n${START});`))[0]!, /^EXTRACT-UNUSED 8 `parent` is extracted but never used/);
    assert.deepEqual(await found(`${lines.replace('TextMapPropagator', 'Archive')}\n${START});`), []);
  });

  it('finds a parsed context that no activity gets', async () => {
    const parse = 'ActivityContext.TryParse(header, null, out var parent);';
    assert.match((await found(`${parse}\n${START});`))[0]!, /`parent` is read but never used/);
    assert.deepEqual(await found(`${parse}\n${START}, parent);`), []);
  });

  it('finds carriers that nothing sends', async () => {
    const inject = (carrier: string): string =>
      `Propagator.Inject(new PropagationContext(c, Baggage.Current), ${carrier}, Set);`;
    assert.match((await found(inject('new Dictionary<string, string>()')))[0]!, /a new carrier that nothing sends/);
    assert.match(
      (await found(`var headers = new Headers();\n${inject('headers')}`))[0]!,
      /put into `headers`, which nothing sends/,
    );
    assert.deepEqual(await found(`var headers = new Headers();\n${inject('headers')}\nSend(headers);`), []);
    assert.deepEqual(
      await found(
        `var headers = new Headers();\nvar m = new Message { Headers = headers };\n${inject('headers')}\nSend(m);`,
      ),
      [],
    );
    assert.deepEqual(await found(inject('ea.BasicProperties')), []);
  });

  it('is silent where the context is used, returned or kept', async () => {
    assert.deepEqual(await found(`var parent = ${EXTRACT}\n${START}, parent.ActivityContext);`), []);
    assert.deepEqual(await found(`var parent = ${EXTRACT}\nHandle(parent);`), []);
    assert.deepEqual(await found(`var parent = ${EXTRACT}\nTask.Run(() => Handle(parent));`), []);
    assert.deepEqual(await found(`return ${EXTRACT}`), []);
    assert.deepEqual(await found(`_parent = ${EXTRACT}`), []);
    assert.deepEqual(await found(`Baggage.Current = ${EXTRACT.replace(';', '.Baggage;')}`), []);
    assert.deepEqual(await found('zip.Extract(file, folder, true);'), []);
  });
});
