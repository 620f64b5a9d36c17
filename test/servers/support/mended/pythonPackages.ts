import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { cached, type Log } from '../../../support/cacheFolder';
import { runTool } from '../../../support/servers/runTool';

/** OpenTelemetry's version for Python, and what goes with it. */
const SDK = '1.45.1';
const CONTRIB = '0.66b1';

const PACKAGES = [
  `opentelemetry-sdk==${SDK}`,
  `opentelemetry-exporter-otlp-proto-http==${SDK}`,
  ...['httpx', 'requests', 'kafka-python', 'confluent-kafka'].map(
    (name) => `opentelemetry-instrumentation-${name}==${CONTRIB}`,
  ),
  'httpx==0.28.1',
  'requests==2.34.2',
  'kafka-python==3.0.12',
  'confluent-kafka==2.16.1',
];

/** Why Python's programs cannot be run here; undefined where they can. */
export function missingPython(): string | undefined {
  const asked = spawnSync('python3', ['-c', 'import sys, pip; sys.exit(sys.version_info < (3, 10))']);
  return asked.status === 0 ? undefined : 'Python 3.10 or newer with pip is missing';
}

/** The folder of packages that `PYTHONPATH` names, fetched once (43 MB). */
export async function pythonPackages(log: Log): Promise<string> {
  const folder = await cached(`otel-python-${SDK}`, log, async (target) => {
    const args = ['-m', 'pip', 'install', '--quiet', '--no-input', '--target', path.join(target, 'lib'), ...PACKAGES];
    await runTool({ what: 'fetching OpenTelemetry for Python', command: 'python3', args, cwd: target }, log);
  });
  return path.join(folder, 'lib');
}
