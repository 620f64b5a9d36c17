/** A project file with packages given as `Name Version`. */
export function csproj(...packages: string[]): string {
  const references = packages.map((one) => {
    const [name, version] = one.split(' ');
    return `    <PackageReference Include="${name}" Version="${version}" />`;
  });
  return `<Project Sdk="Microsoft.NET.Sdk.Web">
  <PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup>
  <ItemGroup>
${references.join('\n')}
  </ItemGroup>
</Project>
`;
}

export const OTEL = [
  'OpenTelemetry.Extensions.Hosting 1.9.0',
  'OpenTelemetry.Instrumentation.AspNetCore 1.9.0',
  'OpenTelemetry.Exporter.OpenTelemetryProtocol 1.9.0',
];

/** The start of a web service that is traced; `more` stands before it is built. */
export function program(more = '', tracing = ''): string {
  return `using Orders;
using OpenTelemetry.Trace;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddOpenTelemetry()
    .WithTracing(tracing => tracing
        .AddSource("Orders")${tracing}
        .AddAspNetCoreInstrumentation()
        .AddHttpClientInstrumentation()
        .AddOtlpExporter());
builder.Services.AddControllers();
${more}
var app = builder.Build();
app.MapControllers();
app.Run();
`;
}

/** The line (from 1) in which a piece of text begins. */
export function lineOf(text: string, piece: string): number {
  const at = text.indexOf(piece);
  if (at < 0) throw new Error(`"${piece}" is not in the text`);
  return text.slice(0, at).split('\n').length;
}
