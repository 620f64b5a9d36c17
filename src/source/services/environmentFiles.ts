import { dotEnvRows } from '../../base/texts/dotEnv';
import type { ServiceDeclaration } from './serviceDeclaration';
import { isServiceName, serviceOfResourceAttributes } from './serviceDeclaration';
import { basename } from '../paths/fileLookup';
import type { ProjectRoots } from '../paths/projectRoots';
import type { WorkspaceFile } from '../workspace/workspaceFiles';

const FILE =
  /^(\.env.*|.*\.env|Dockerfile.*|.*\.Dockerfile|Procfile|Makefile|.*\.(sh|ps1|bat|mk|properties|toml|cfg|ini|service)|package\.json|launch\.json|tasks\.json|launchSettings\.json|appsettings.*\.json|ecosystem\.config\.c?js|fly\.toml|serverless\.ya?ml)$/i;

/** `ENV KEY value`, as Dockerfiles were written first. */
const DOCKER_PAIR = /^\s*ENV\s+(OTEL_SERVICE_NAME|OTEL_RESOURCE_ATTRIBUTES)[ \t]+(?!=)/gim;

const NAME =
  /\bOTEL_SERVICE_NAME["']?\s*[=:]\s*["']?([^\s"',;\\)}]+)|-?\botel\.service\.name\s*[=:]\s*["']?([^\s"',;\\)}]+)/g;
const ATTRIBUTES = /\b(?:OTEL_RESOURCE_ATTRIBUTES|otel\.resource\.attributes)["']?\s*[=:]\s*["']?([^\s"';\\)}]+)/g;

/** Whether a file may set a service's name through the environment. */
export function isEnvironmentFile(relative: string): boolean {
  return FILE.test(basename(relative));
}

/**
 * `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` in files that set the environment of a process. A file that names
 * several services says nothing about which folder is whose.
 */
export function readEnvironmentFile(file: WorkspaceFile, text: string, roots: ProjectRoots): ServiceDeclaration[] {
  // Most say nothing of it, which two plain looks tell.
  if (!text.includes('OTEL_') && !text.includes('otel.')) return [];
  const service = environmentName(
    /Dockerfile/i.test(basename(file.relative)) ? text.replace(DOCKER_PAIR, '$1=') : text,
  );
  return service === undefined ? [] : [{ service, folder: roots.nearest(file), score: 0.93, from: file.relative }];
}

/** The one service that a text names which sets variables. */
export function environmentName(text: string): string | undefined {
  const names = new Set<string>();
  for (const match of text.matchAll(NAME)) names.add((match[1] ?? match[2])!);
  for (const match of text.matchAll(ATTRIBUTES)) names.add(serviceOfResourceAttributes(match[1]!) ?? '');
  const [service, ...more] = [...names].filter(isServiceName);
  return more.length === 0 ? service : undefined;
}

/** `KEY=value` rows of a `.env` file, for compose's variables. */
export function parseDotEnv(text: string): Map<string, string> {
  return new Map(dotEnvRows(text).map(({ name, value }) => [name, value]));
}

/** Replaces `${NAME}`, `${NAME:-default}` and `$NAME`; an unknown one becomes empty. */
export function substitute(text: string, values: ReadonlyMap<string, string>): string {
  let result = text;
  for (let round = 0; round < 4 && result.includes('$'); round++) {
    result = result.replace(
      /\$\{(\w+)(?::?[-?+]([^}]*))?\}|\$(\w+)/g,
      (_, braced?: string, fallback?: string, bare?: string) => {
        return values.get((braced ?? bare)!) ?? fallback ?? '';
      },
    );
  }
  return result;
}
