import assert from 'node:assert/strict';
import { readUnits } from '../../../../src/lint/project/readUnits';
import { MemoryFiles } from '../support/memoryFiles';
import { dependenciesOf, filesOf, unitsById } from './units';

describe('lint: C# projects', () => {
  it('takes what all projects get for tests only for one of those that are called so', async () => {
    const web = '<Project Sdk="Microsoft.NET.Sdk.Web"></Project>';
    const tests =
      '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType></PropertyGroup></Project>';
    const packages = `<ItemGroup Condition="'$(IsTestProject)' == 'true'"><PackageReference Include="xunit.v3" /></ItemGroup>`;
    const named = `<PropertyGroup Condition="$(MSBuildProjectName.EndsWith('Tests'))"><IsTestProject>true</IsTestProject></PropertyGroup>`;
    for (const shared of [
      { 'Directory.Build.targets': `<Project>${packages}</Project>` },
      { 'Directory.Build.props': `<Project>${named}${packages}</Project>` },
    ]) {
      const units = await unitsById({
        ...shared,
        'src/Orders.Api/Orders.Api.csproj': web,
        'src/Orders.Latest/Orders.Latest.csproj': web,
        'src/Orders.UnitTests/Orders.UnitTests.csproj': tests,
        'test/Orders.Checks/Orders.Checks.csproj': tests,
        'src/Orders.Checks/Orders.Checks.csproj': web.replace(
          '></',
          '><PropertyGroup><IsTestProject>true</IsTestProject></PropertyGroup></',
        ),
      });
      const kinds = [...units].map(([id, { kind }]) => `${id.replace(/^.*[\\/]/, '')} ${kind}`);
      assert.deepEqual(kinds.sort(), [
        'Orders.Api.csproj process',
        'Orders.Checks.csproj library',
        'Orders.Checks.csproj library',
        'Orders.Latest.csproj process',
        'Orders.UnitTests.csproj library',
      ]);
    }
  });

  it('reads references, central versions, what all projects have, and other projects', async () => {
    const units = await unitsById({
      'Directory.Packages.props': `<Project>
  <PropertyGroup><OtelVersion>1.9.0</OtelVersion></PropertyGroup>
  <ItemGroup>
    <PackageVersion Include="OpenTelemetry.Extensions.Hosting" Version="$(OtelVersion)" />
    <PackageVersion Include="Confluent.Kafka" Version="2.5.0" />
    <GlobalPackageReference Include="Nerdbank.GitVersioning" Version="3.6.1" />
  </ItemGroup>
</Project>`,
      'Directory.Build.props':
        '<Project><ItemGroup><PackageReference Include="Serilog" Version="4.0.0" /></ItemGroup></Project>',
      'src/Orders.Api/Orders.Api.csproj': `<Project Sdk="Microsoft.NET.Sdk.Web">
  <ItemGroup>
    <PackageReference Include="OpenTelemetry.Extensions.Hosting" />
    <PackageReference Include="Confluent.Kafka" VersionOverride="2.4.0" />
    <PackageReference Include="MassTransit"><Version>[8.1.0,9.0)</Version></PackageReference>
    <ProjectReference Include="..\\Common\\Common.csproj" />
  </ItemGroup>
</Project>`,
      'src/Orders.Api/packages.lock.json': JSON.stringify({
        version: 1,
        dependencies: {
          'net8.0': {
            MassTransit: { type: 'Direct', resolved: '8.2.5' },
            'OpenTelemetry.Api': { type: 'Transitive', resolved: '1.9.0' },
          },
        },
      }),
      'src/Orders.Api/Program.cs': '',
      'src/Common/Common.csproj':
        '<Project Sdk="Microsoft.NET.Sdk"><ItemGroup><PackageReference Include="RabbitMQ.Client" Version="7.0.0"/></ItemGroup></Project>',
      'src/Common/Client.cs': '',
      'tests/Orders.Tests/Orders.Tests.csproj':
        '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType></PropertyGroup><ItemGroup><PackageReference Include="xunit" Version="2.9.0"/><ProjectReference Include="../../src/Orders.Api/Orders.Api.csproj"/></ItemGroup></Project>',
      'tests/Orders.Tests/T.cs': '',
    });
    const orders = units.get('src/Orders.Api/Orders.Api.csproj');
    const at = '@src/Orders.Api/Orders.Api.csproj';
    assert.deepEqual(dependenciesOf(orders), [
      `opentelemetry.extensions.hosting 1.9.0 → 1.9.0 runtime ${at}:3`,
      `confluent.kafka 2.4.0 → 2.4.0 runtime ${at}:4`,
      `masstransit [8.1.0,9.0) → 8.2.5 runtime ${at}:5`,
      'serilog 4.0.0 → 4.0.0 runtime @Directory.Build.props:1',
      'nerdbank.gitversioning 3.6.1 → 3.6.1 runtime @Directory.Packages.props:6',
      'opentelemetry.api  → 1.9.0 indirect @src/Orders.Api/packages.lock.json:1',
      'rabbitmq.client 7.0.0 → 7.0.0 runtime @src/Common/Common.csproj:1',
    ]);
    assert.deepEqual(filesOf(orders), ['src/Common/Client.cs', 'src/Orders.Api/Program.cs']);
    assert.deepEqual(
      [...units.values()].map(({ kind }) => kind),
      ['library', 'process', 'library'],
    );
  });

  it('keeps the code of projects out of the Aspire host that starts them', async () => {
    const units = await unitsById({
      'Host/Host.csproj':
        '<Project Sdk="Microsoft.NET.Sdk"><Sdk Name="Aspire.AppHost.Sdk" Version="9.0.0"/><ItemGroup><ProjectReference Include="..\\Api\\Api.csproj"/></ItemGroup></Project>',
      'Host/Program.cs': '',
      'Api/Api.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web"/>',
      'Api/Program.cs': '',
    });
    assert.deepEqual(filesOf(units.get('Host/Host.csproj')), ['Host/Program.cs']);
    assert.equal(units.get('Api/Api.csproj')?.kind, 'process');
  });

  it('comes to an end where projects refer to each other, and says what it cannot read', async () => {
    const facts = await readUnits(
      new MemoryFiles({
        'A/A.csproj':
          '<Project Sdk="Microsoft.NET.Sdk"><ItemGroup><ProjectReference Include="../B/B.csproj"/></ItemGroup></Project>',
        'A/a.cs': '',
        'B/B.csproj':
          '<Project Sdk="Microsoft.NET.Sdk"><ItemGroup><ProjectReference Include="../A/A.csproj"/></ItemGroup></Project>',
        'B/b.cs': '',
        'C/C.csproj': '<<<<<<< HEAD\n<Project/>',
        'A/packages.lock.json': '{',
      }),
    );
    assert.deepEqual(
      facts.units.map((unit) => filesOf(unit)),
      [['A/a.cs', 'B/b.cs'], ['A/a.cs', 'B/b.cs'], []],
    );
    assert.equal(facts.skipped.length, 2);
  });

  it('gives sources of a project whose file is missing to who refers to it, as in a cut-out', async () => {
    const units = await unitsById({
      'src/Api/Api.csproj':
        '<Project Sdk="Microsoft.NET.Sdk.Web"><ItemGroup><ProjectReference Include="..\\Domain\\Domain.csproj" /></ItemGroup></Project>',
      'src/Api/Program.cs': '',
      'src/Domain/Events/Placed.cs': '',
    });
    assert.deepEqual(filesOf(units.get('src/Api/Api.csproj')), ['src/Api/Program.cs', 'src/Domain/Events/Placed.cs']);
    assert.equal(units.get('src/Domain/Domain.csproj')?.kind, 'library');
  });

  it('knows of such a project only in which version it would depend on what', async () => {
    const units = await unitsById({
      'Directory.Packages.props':
        '<Project><ItemGroup><PackageVersion Include="MassTransit" Version="8.4.1" /><PackageVersion Include="OpenTelemetry.AutoInstrumentation" Version="1.9.0" /></ItemGroup></Project>',
      'src/Api/Api.csproj':
        '<Project Sdk="Microsoft.NET.Sdk.Web"><ItemGroup><ProjectReference Include="..\\Bus\\Bus.csproj" /></ItemGroup></Project>',
      'src/Api/Program.cs': '',
    });
    const missing = units.get('src/Bus/Bus.csproj')?.dependencies;
    assert.deepEqual(
      [...(missing?.values() ?? [])].map(({ name, version, scope }) => [name, version, scope]),
      [['masstransit', '8.4.1', 'indirect']],
    );
  });
});
