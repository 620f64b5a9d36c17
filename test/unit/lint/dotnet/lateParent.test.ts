import assert from 'node:assert/strict';
import { dotnetCheck } from '../../../../src/lint/dotnet/check';
import { lintProject } from '../support/lintProject';
import { csproj, OTEL, program } from './projects';

async function found(body: string): Promise<readonly string[]> {
  const { findings } = await lintProject(dotnetCheck, {
    'Orders/Orders.csproj': csproj(...OTEL),
    'Orders/Program.cs': program(),
    'Orders/Receiver.cs': `namespace Orders;\npublic class Receiver\n{\n    private readonly ActivitySource source;\n    public Activity Receive(Message message)\n    {\n${body}\n    }\n}\n`,
  });
  return findings.map(({ rule, line, message }) => `${rule} ${line} ${message}`);
}

const SET = 'activity.SetParentId(message.TraceParent);';

describe('lint dotnet: EXTRACT-UNUSED, parents that come too late', () => {
  it('finds those that are given to an activity that runs', async () => {
    const late = /^EXTRACT-UNUSED 8 `activity` has been started already/;
    assert.match((await found(`using var activity = source.StartActivity("receive");\n${SET}`))[0]!, late);
    assert.match(
      (await found(`var activity = source.StartActivity("receive");\nactivity?.SetParentId(id);`))[0]!,
      late,
    );
    assert.match((await found(`using (var activity = source.StartActivity("receive"))\n{ ${SET} }`))[0]!, late);
    assert.match((await found(`var activity = new Activity("receive").Start();\n${SET}`))[0]!, late);
  });

  it('finds those of an activity that is never started', async () => {
    const never = /^EXTRACT-UNUSED 8 `activity` is created and never started/;
    const created = 'using var activity = source.CreateActivity("receive", ActivityKind.Consumer);\n';
    assert.match((await found(`${created}activity!.SetParentId(parent.TraceId, parent.SpanId);`))[0]!, never);
    assert.deepEqual(await found(`${created}${SET}\nactivity.Start();`), []);
    assert.deepEqual(await found(`${created}${SET}\nactivity?.SetTag("a", 1)?.Start();`), []);
    assert.deepEqual(await found(`${created}${SET}\nBegin(activity);`), []);
    assert.deepEqual(await found(`${created}${SET}\nreturn activity;`), []);
  });

  it('is silent for activities that are started afterwards, and for those of others', async () => {
    assert.deepEqual(await found(`var activity = new Activity("receive");\n${SET}\nactivity.Start();`), []);
    assert.deepEqual(await found('message.Activity.SetParentId(id);'), []);
    assert.deepEqual(await found('Activity.Current?.SetParentId(requestId);'), []);
    assert.deepEqual(await found(`var activity = Begin();\n${SET}`), []);
  });
});
