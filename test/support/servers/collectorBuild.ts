import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Log } from '../cacheFolder';
import { GO_ENVIRONMENT } from './goBuild';
import { runTool } from './runTool';
import { COLLECTOR } from './versions';

const CORE = 'go.opentelemetry.io/collector';
const CONTRIB = 'github.com/open-telemetry/opentelemetry-collector-contrib';

/** The parts of the Collector; each is a Go module at the Collector's version. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  receivers: [`${CORE}/receiver/otlpreceiver`, `${CONTRIB}/receiver/zipkinreceiver`],
  processors: [
    `${CORE}/processor/batchprocessor`,
    `${CORE}/processor/memorylimiterprocessor`,
    `${CONTRIB}/processor/tailsamplingprocessor`,
  ],
  exporters: [`${CORE}/exporter/otlpexporter`, `${CORE}/exporter/otlphttpexporter`, `${CORE}/exporter/debugexporter`],
};

/** Builds `<target>/collector` with the Collector's own builder, which is built first. */
export async function buildCollector(target: string, log: Log): Promise<void> {
  const manifest = path.join(target, 'builder.yaml');
  await writeFile(manifest, builderManifest(target));
  const env = { ...GO_ENVIRONMENT, GOBIN: target };
  const builder = ['install', `${CORE}/cmd/builder@v${COLLECTOR}`];
  await runTool({ what: "building the Collector's builder", command: 'go', args: builder, cwd: target, env }, log);
  const what = `building OpenTelemetry Collector ${COLLECTOR}`;
  const args = [`--config=${manifest}`];
  await runTool({ what, command: path.join(target, 'builder'), args, cwd: target, env: GO_ENVIRONMENT }, log);
}

function builderManifest(target: string): string {
  const lines = ['dist:', '  name: collector', '  description: for tests', `  version: ${COLLECTOR}`];
  lines.push(`  output_path: ${JSON.stringify(target)}`);
  for (const [kind, modules] of Object.entries(PARTS)) {
    lines.push(`${kind}:`, ...modules.map((module) => `  - gomod: ${module} v${COLLECTOR}`));
  }
  return `${lines.join('\n')}\n`;
}
