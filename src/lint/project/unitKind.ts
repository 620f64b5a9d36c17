import { isTest } from '../../base/fileRoles';
import type { AssignedUnit } from './assignFiles';
import type { LintFile } from '../lintFiles';
import type { UnitLanguage } from './processUnit';
import type { ProjectFiles } from './projectFiles';

/** Code that starts something or sets tracing up, as far as text shows it. */
const STARTS: Readonly<Record<UnitLanguage, RegExp>> = {
  node: /\.listen\(|\bcreateServer\(|new NodeSDK\(|NodeTracerProvider\(|registerOTel\(|\bserve\(|NestFactory\.|\.start\(\s*\)/,
  python:
    /__name__\s*==\s*['"]__main__|set_tracer_provider\(|\bFastAPI\(|\bFlask\(__name__|get_wsgi_application|get_asgi_application|Celery\(|uvicorn\.run|\.configure_azure_monitor/,
  go: /\bSetTracerProvider\(|ListenAndServe|^func main\(/m,
  java: /@SpringBootApplication|public static void main\(|fun main\(|@QuarkusMain|SdkTracerProvider\.builder|OpenTelemetrySdk\.builder|@MicronautApplication|Micronaut\.run/,
  dotnet:
    /WebApplication\.Create|Host\.Create\w*Builder|static\s+(async\s+)?[\w<>]+\s+Main\(|WebHost\.Create|IWebJobsStartup|\.WithTracing\(|CreateTracerProviderBuilder/,
};

/** Where programs begin as a rule; looked at first, as one sign is enough. */
const ENTRY_NAME =
  /(^|\/)(main|index|server|app|application|program|startup|start|cli|__main__|manage|wsgi|asgi)\.\w+$/i;

function likelihood({ relative }: LintFile): number {
  return ENTRY_NAME.test(relative) ? 1 : 0;
}

/** At most so many files are looked at for a sign of a start. */
const MAX_LOOKED_AT = 400;

/** What is known of a unit besides its manifest. */
interface UnitUse {
  readonly isDeployed: boolean;
  /** Another unit of the workspace uses it. */
  readonly isUsed: boolean;
  /** Without it the code of a unit is not read, for its kind neither. */
  readonly isTraced: boolean;
}

/**
 * Whether a unit is run. By its manifest or deployment if these say so; what others of the workspace use and nothing
 * starts is a library; else by its code. A cut-out of which nothing is known counts as a process.
 */
export async function kindOf(
  files: ProjectFiles,
  { draft, files: own }: AssignedUnit,
  { isDeployed, isUsed, isTraced }: UnitUse,
): Promise<'process' | 'library'> {
  if (draft.kind === 'never') return 'library';
  if (draft.kind === 'process' || isDeployed) return 'process';
  if (isUsed) return 'library';
  const looked = (isTraced ? own.slice(0, MAX_LOOKED_AT) : []).sort((a, b) => likelihood(b) - likelihood(a));
  for (const file of looked) {
    if (isTest(file.relative)) continue;
    const text = await files.peek(file);
    if (text !== undefined && STARTS[draft.language].test(text)) return 'process';
  }
  return draft.kind === 'library' ? 'library' : 'process';
}
