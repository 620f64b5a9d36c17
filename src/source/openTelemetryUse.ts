import { basename } from './paths/fileLookup';
import type { WorkspaceFile, WorkspaceFiles } from './workspace/workspaceFiles';

/** Manifests, lock files, deployments and environments that can name OpenTelemetry. */
const FILE =
  /^(package\.json|package-lock\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lock|pyproject\.toml|poetry\.lock|uv\.lock|Pipfile(\.lock)?|requirements.*\.txt|setup\.(py|cfg)|pom\.xml|build\.gradle(\.kts)?|libs\.versions\.toml|go\.mod|.+\.csproj|Directory\.Packages\.props|packages\.lock\.json|Cargo\.toml|Gemfile(\.lock)?|composer\.(json|lock)|mix\.exs|(docker-)?compose.*\.ya?ml|\.env.*|.*\.env|Dockerfile.*)$/i;

const MENTION = /opentelemetry|\bOTEL_[A-Z]+|otel-?collector|javaagent:\S*otel/i;

const MAX_BYTES = 4 * 1024 * 1024;

/** Whether the workspace uses OpenTelemetry, and which file says so. */
export interface OpenTelemetryUse {
  readonly yes: boolean;
  /** `package.json names @opentelemetry/sdk-node`. */
  readonly evidence?: string;
}

/** Looks through manifests, lock files, compose and environment files, those nearest the top first. */
export async function findOpenTelemetryUse(files: WorkspaceFiles): Promise<OpenTelemetryUse> {
  const depth = (file: WorkspaceFile): number => file.relative.split('/').length;
  const telling = [...files.all()]
    .filter((file) => FILE.test(basename(file.relative)))
    .sort((a, b) => depth(a) - depth(b));
  for (const file of telling) {
    const text = await files.read(file.path, MAX_BYTES);
    const found = text === undefined ? null : MENTION.exec(text);
    if (!found) continue;
    const word = /[\w@/.:-]*$/.exec(text!.slice(Math.max(0, found.index - 40), found.index))![0];
    const rest = /^[\w@/.:-]*/.exec(text!.slice(found.index, found.index + 60))![0];
    return { yes: true, evidence: `${file.relative} names ${word}${rest}` };
  }
  return { yes: false };
}
