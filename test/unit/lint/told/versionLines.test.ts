import assert from 'node:assert/strict';
import { dotnetCheck } from '../../../../src/lint/dotnet/check';
import { nodeCheck } from '../../../../src/lint/node/check';
import { pythonCheck } from '../../../../src/lint/python/check';
import { lintProject } from '../support/lintProject';
import { sdk } from '../node/support';

const AUTO = '@opentelemetry/auto-instrumentations-node';

const META = sdk('getNodeAutoInstrumentations()', `import { getNodeAutoInstrumentations } from '${AUTO}';`);

/** A service with the meta package in whatever version its lock files say. */
function service(locks: Record<string, string>, more = ''): Record<string, string> {
  return {
    'package.json': `{
  "name": "stock",${more}
  "scripts": { "start": "node dist/main.js" },
  "dependencies": {
    "@opentelemetry/sdk-node": "^0.52.0",
    "${AUTO}": ">=0.41.0"
  }
}
`,
    'src/tracing.ts': META,
    'src/stock.ts': 'export const stock = () => fetch(`${process.env.STOCK_URL}/all`);\n',
    ...locks,
  };
}

const NPM = (version: string): string => `{
  "name": "stock",
  "lockfileVersion": 3,
  "packages": {
    "": {
      "name": "stock"
    },
    "node_modules/${AUTO}": {
      "version": "${version}"
    }
  }
}
`;
const YARN = (version: string): string => `# yarn lockfile v1

"${AUTO}@>=0.41.0":
  version "${version}"
`;
const PNPM = `lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      '${AUTO}':
        specifier: '>=0.41.0'
        version: 0.45.0
packages:
  '${AUTO}@0.45.0':
    resolution: {integrity: sha512-x}
`;

describe('lint: the line that says a version', () => {
  const lines: readonly [string, Record<string, string>, string][] = [
    ['npm', { 'package-lock.json': NPM('0.45.0') }, 'package-lock.json:9'],
    ['yarn', { 'yarn.lock': YARN('0.45.0') }, 'yarn.lock:4'],
    ['pnpm', { 'pnpm-lock.yaml': PNPM }, 'pnpm-lock.yaml:9'],
  ];
  for (const [manager, locks, line] of lines)
    it(`is that of the lock file where it decides: ${manager}`, async () => {
      const { findings } = await lintProject(nodeCheck, service(locks));
      assert.deepEqual(findings.length, 1);
      assert.ok(findings[0]!.message.startsWith(`\`${line}\`: auto-instrumentations-node 0.45.0 contains no undici`));
      assert.equal(findings[0]!.evidence[0], `${line} auto-instrumentations-node 0.45.0 contains no undici`);
    });

  it('is told at the manifest where a preload has no set-up, with the lock file as evidence', async () => {
    const files = service({ 'package-lock.json': NPM('0.45.0') });
    const preloaded = {
      ...files,
      'package.json': files['package.json']!.replace('node dist', `node --require ${AUTO}/register dist`),
      'src/tracing.ts': '',
    };
    const { findings } = await lintProject(nodeCheck, preloaded);
    assert.deepEqual(
      findings.map(({ file, line, evidence }) => `${file}:${line} ${evidence[0]}`),
      ['package.json:6 package-lock.json:9 auto-instrumentations-node 0.45.0 contains no undici'],
    );
  });

  it('is none where two lock files disagree: what the range allows is not taken for installed', async () => {
    const both = { 'package-lock.json': NPM('0.45.0'), 'yarn.lock': YARN('0.52.0') };
    const { findings, explained, facts } = await lintProject(nodeCheck, service(both));
    assert.deepEqual(findings, []);
    assert.ok(explained.includes('covered: http'), 'both have it');
    assert.ok(explained.includes(`unknown: undici: which version of ${AUTO} is installed is not known`));
    assert.match(facts.skipped[0]!.why, /package-lock\.json and yarn\.lock disagree on .*these versions are not known/);
    assert.ok(facts.skipped[0]!.isPartly);
  });

  it('is that of the manifest where lock files disagree and all are too old', async () => {
    const both = { 'package-lock.json': NPM('0.44.0'), 'yarn.lock': YARN('0.45.0') };
    const { findings } = await lintProject(nodeCheck, service(both));
    assert.deepEqual(
      findings.map(({ rule, evidence }) => `${rule} ${evidence[0]}`),
      ['JS-FETCH-NO-UNDICI package.json:6 auto-instrumentations-node 0.44.0 or 0.45.0 contains no undici'],
    );
  });

  it('is that of the manager that the manifest names, and the explanation says so', async () => {
    const both = { 'package-lock.json': NPM('0.45.0'), 'yarn.lock': YARN('0.52.0') };
    const { findings, facts } = await lintProject(nodeCheck, service(both, ' "packageManager": "npm@10.8.0",'));
    assert.deepEqual(findings.length, 1);
    assert.match(facts.skipped[0]!.file, /yarn\.lock$/);
    assert.match(facts.skipped[0]!.why, /\(0\.45\.0, 0\.52\.0\): the first is believed, as package\.json names npm/);
  });

  it('is that of poetry.lock for a library that an instrumentation leaves alone', async () => {
    const { findings } = await lintProject(pythonCheck, {
      'pyproject.toml':
        '[project]\nname = "shop"\ndependencies = [\n  "flask",\n  "httpx",\n  "opentelemetry-distro",\n  "opentelemetry-exporter-otlp",\n  "opentelemetry-instrumentation-httpx",\n]\n',
      'poetry.lock': '[[package]]\nname = "httpx"\nversion = "0.17.1"\ndescription = "x"\n',
      Dockerfile: 'FROM python:3.12-slim\nCOPY . /app\nCMD ["opentelemetry-instrument", "gunicorn", "app:app"]\n',
      'app.py':
        'import httpx\nfrom flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get("/<sku>")\ndef stock(sku):\n    return httpx.get(f"http://stock:8080/{sku}").json()\n',
    });
    assert.equal(findings[0]?.evidence[0], 'poetry.lock:3 httpx 0.17.1');
    assert.match(findings[0].message, /this process is traced \(`Dockerfile:3`\)/);
  });

  it('is that of the central versions in .NET', async () => {
    const { findings } = await lintProject(dotnetCheck, {
      'Directory.Packages.props':
        '<Project>\n  <ItemGroup>\n    <PackageVersion Include="RabbitMQ.Client" Version="7.0.0" />\n    <PackageVersion Include="OpenTelemetry.Extensions.Hosting" Version="1.9.0" />\n  </ItemGroup>\n</Project>\n',
      'Shop.csproj':
        '<Project Sdk="Microsoft.NET.Sdk.Web">\n  <ItemGroup>\n    <PackageReference Include="RabbitMQ.Client" />\n    <PackageReference Include="OpenTelemetry.Extensions.Hosting" />\n  </ItemGroup>\n</Project>\n',
      'Program.cs': `using OpenTelemetry.Trace;
using RabbitMQ.Client;
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddOpenTelemetry().WithTracing(t => t.AddAspNetCoreInstrumentation().AddOtlpExporter());
var app = builder.Build();
app.MapPost("/orders", async (IChannel channel, byte[] body) =>
{
    await channel.BasicPublishAsync("", "orders", false, new BasicProperties(), body);
});
app.Run();
`,
    });
    assert.deepEqual(
      findings.map(({ rule, evidence }) => [rule, evidence.filter((one) => one.startsWith('Directory'))]),
      [['MSG-NO-INJECT', ['Directory.Packages.props:3 RabbitMQ.Client 7.0.0']]],
    );
  });
});
