import path from 'node:path';
import type { ReadFile } from '../projectFiles';
import { languageOfCommand, type DeploymentPart } from './deploymentPart';
import { isReference, newPart } from './processFiles';

/** Whether a text has anything that such a reading could find. */
const TELLS =
  /OTEL_|NODE_OPTIONS|JAVA_\w*OPT|javaagent|inject-(java|nodejs|python|dotnet|go)\b|CORECLR_|DOTNET_|beyla|ebpf|odigos|datadog|ddtrace|dd-trace|newrelic|oneagent|opentelemetry|AWS_LAMBDA_EXEC_WRAPPER|skywalking|pinpoint|applicationinsights/i;

const VARIABLE =
  /\b(OTEL_\w+|NODE_OPTIONS|JAVA_TOOL_OPTIONS|JDK_JAVA_OPTIONS|_JAVA_OPTIONS|\w*JAVA_OPTS|CATALINA_OPTS|CORECLR_\w+|DOTNET_STARTUP_HOOKS|BEYLA_\w+|AWS_LAMBDA_EXEC_WRAPPER|PYTHONPATH|GOFLAGS)\b/;

/** Files of forms that are read by line only: they are templates or code, or there is too much in them that is not asked. */
export function isLineFile(file: string): boolean {
  return /(^(values.*|serverless|template|app|fly|render|samconfig|helmfile.*|skaffold|application\.argo)\.(ya?ml|toml)$|\.(tf|tfvars|hcl|nomad|tpl|gotmpl|j2|bicep)$|^(task-?def\w*|taskdefinition|container-?def\w*)\S*\.json$|^ecosystem\.config\.[cm]?js$|^supervisord?.*\.(conf|ini)$|^build\.gradle(\.kts)?$|^gradle\.properties$|^pom\.xml$|^jvm\.(config|options)$|\.(service|conf)\.j2$)/i.test(
    path.basename(file),
  );
}

/**
 * What lines show: agents, annotations, images, and the variables that matter here with the value beside the name or, as
 * in Kubernetes, in the line after.
 */
export function readLines(file: ReadFile): DeploymentPart[] {
  if (!TELLS.test(file.text)) return [];
  const builder = newPart(file, path.basename(file.path));
  builder.complete = `${path.basename(file.path)} is read by line only`;
  builder.names.push(...namesOf(file));
  const isBuildFile = /^(build\.gradle(\.kts)?|gradle\.properties|pom\.xml)$/.test(path.basename(file.path));
  let offset = 0;
  const rows = file.text.split('\n').slice(0, 20_000);
  rows.forEach((row, i) => {
    const start = offset + (row.length - row.trimStart().length);
    offset += row.length + 1;
    const line = row.trim().slice(0, 2_000);
    if (line === '' || /^(#|\/\/|\{\{-?\s*\/\*|<!--)/.test(line)) return;
    if (!isDependency(line, isBuildFile)) builder.look(isBuildFile ? 'build' : 'line', file, start, line);
    if (isBuildFile) return;
    builder.look('annotation', file, start, line.replace(/["'\\]/g, ''));
    const image = /^-?\s*["']?(?:image|repository)["']?\s*[:=]\s*["']?([^\s"']+)/.exec(line)?.[1];
    if (image !== undefined) builder.look('image', file, start, `${image}:`);
    const name = VARIABLE.exec(line)?.[1];
    if (name !== undefined) builder.variable(file, start, name, valueAfter(name, line, rows[i + 1] ?? ''));
    const command =
      /(?:^|[{,]\s*)["']?(?:command|args|cmd|script|node_args|interpreter_args|startCommand)["']?\s*[:=]\s*(.+)$/.exec(
        line,
      )?.[1];
    if (command !== undefined) {
      builder.command(file, start, command.replace(/[[\]",]+/g, ' '));
      builder.language ??= languageOfCommand(command);
    }
  });
  return builder.agents.length + builder.environment.length + builder.commands.length === 0 ? [] : [builder.part()];
}

/** A library that only extends an agent, or is compiled against: no sign of the agent itself. */
function isDependency(line: string, isBuildFile: boolean): boolean {
  return isBuildFile && /(compileOnly|testImplementation|testRuntimeOnly)\b/.test(line);
}

function valueAfter(name: string, line: string, next: string): string | undefined {
  const rest = line.slice(line.indexOf(name) + name.length);
  const beside = /^["']?\s*(?:[:=]>?|,?\s*["']?value["']?\s*[:=])\s*(.+?),?\s*\}?\s*$/.exec(rest)?.[1];
  const below = /^\s*["']?value["']?\s*[:=]\s*(.+?),?\s*$/.exec(next)?.[1];
  const value = (beside ?? below)?.replace(/^(["'])(.*?)\1.*$/, '$2');
  return value === undefined || isReference(value) ? undefined : value;
}

/** `charts/orders/templates/deployment.yaml` is about `orders`, and so may be `orders-deployment.yaml`. */
function namesOf(file: ReadFile): string[] {
  const parts = file.file.relative.split('/');
  const folders = parts
    .slice(0, -1)
    .filter(
      (part) =>
        !/^(templates?|charts?|helm|deploy(ment)?s?|k8s|kubernetes|manifests|infra|terraform|base|overlays)$/i.test(
          part,
        ),
    );
  const name = parts
    .at(-1)!
    .replace(/\.[^.]*$/, '')
    .replace(/[-_.]?(deployment|values|service|statefulset|pod)$/i, '');
  return [
    ...(folders.length > 0 ? [folders.at(-1)!] : []),
    ...(name === '' || /^(values|template|app|main|pom|build)$/i.test(name) ? [] : [name]),
  ];
}
