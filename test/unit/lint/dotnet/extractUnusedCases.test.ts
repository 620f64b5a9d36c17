import assert from 'node:assert/strict';
import { dotnetCheck } from '../../../../src/lint/dotnet/check';
import { lintProject } from '../support/lintProject';
import { csproj, OTEL, program } from './projects';

const START = 'using var activity = Source.StartActivity("receive", ActivityKind.Consumer';
const EXTRACT = 'Propagators.DefaultTextMapPropagator.Extract(default, ea.BasicProperties.Headers, Read)';
const INJECT = (carrier: string): string =>
  `Propagators.DefaultTextMapPropagator.Inject(new PropagationContext(Activity.Current!.Context, Baggage.Current), ${carrier}, Set);`;

/** What a method's body is, and whether its second line is a loss. */
const CASES: readonly (readonly [what: string, body: string, isLost: boolean])[] = [
  ['a result nobody keeps', `\n${EXTRACT};\n${START});`, true],
  ['a variable nobody reads', `\nvar parent = ${EXTRACT};\n${START});`, true],
  ['a variable of a declared type', `\nPropagationContext parent = ${EXTRACT};\n${START});`, true],
  [
    'only baggage, copied item by item',
    `\nvar parent = ${EXTRACT};\nforeach (var item in parent.Baggage) Log(item);\n${START});`,
    true,
  ],
  ['a header that is parsed in vain', `\nActivityContext.TryParse(header, null, out var parent);\n${START});`, true],
  ['a dictionary of its own', `\n${INJECT('new Dictionary<string, string>()')}`, true],
  [
    'a named carrier that is left behind',
    `var carrier = new Dictionary<string, string>();\n${INJECT('carrier')}`,
    true,
  ],
  ['a parent by name', `\nvar parent = ${EXTRACT};\n${START}, parentContext: parent.ActivityContext);`, false],
  [
    'a link',
    `\nvar parent = ${EXTRACT};\n${START}, default(ActivityContext), links: [new ActivityLink(parent.ActivityContext)]);`,
    false,
  ],
  ['a deconstruction', `\nvar (context, baggage) = ${EXTRACT};\n${START}, context);`, false],
  ['a field', `\nthis.parent = ${EXTRACT};`, false],
  ['a lambda that reads it', `\nvar parent = ${EXTRACT};\nQueue(() => Start(parent.ActivityContext));`, false],
  ['an object that carries it', `\nvar parent = ${EXTRACT};\nreturn new Envelope { Context = parent };`, false],
  ['baggage where no activity is started', `\nvar parent = ${EXTRACT};\nBaggage.Current = parent.Baggage;`, false],
  [
    'a condition over the parsed header',
    `\nif (ActivityContext.TryParse(header, null, out var parent))\n${START}, parent);`,
    false,
  ],
  [
    'a carrier that is returned',
    `var carrier = new Dictionary<string, string>();\n${INJECT('carrier')}\nreturn carrier;`,
    false,
  ],
  ['a carrier of a request', `\n${INJECT('request.Headers')}`, false],
  ['an archive', '\narchive.Extract(folder, name, true);', false],
];

async function lines(body: string): Promise<readonly number[]> {
  const { findings } = await lintProject(dotnetCheck, {
    'Orders/Orders.csproj': csproj(...OTEL),
    'Orders/Program.cs': program(),
    'Orders/Receiver.cs': `namespace Orders;\npublic class Receiver\n{\n    public object Receive(BasicDeliverEventArgs ea, string header)\n    {\n${body}\n    }\n}\n`,
  });
  return findings.filter(({ rule }) => rule === 'EXTRACT-UNUSED').map(({ line }) => line);
}

describe('lint dotnet: EXTRACT-UNUSED, shape by shape', () => {
  for (const [what, body, isLost] of CASES)
    it(`${isLost ? 'finds' : 'leaves'} ${what}`, async () => assert.deepEqual(await lines(body), isLost ? [7] : []));
});
