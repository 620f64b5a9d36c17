import type { ReadFile } from '../projectFiles';
import { readYaml, type YamlNode } from '../text/yamlTree';
import { languageOfCommand, languageOfImage, PartBuilder, type DeploymentPart } from './deploymentPart';

/** Whether a YAML text may be a Kubernetes workload: looked at before it is parsed. */
export function isKubernetesManifest(text: string): boolean {
  return /^kind:\s*["']?(Deployment|StatefulSet|DaemonSet|ReplicaSet|Job|CronJob|Pod|Namespace|Rollout|Service|Knative|ConfigMap|Application)\b/m.test(
    text,
  );
}

const TELLS =
  /OTEL_|NODE_OPTIONS|JAVA_\w*OPT|javaagent|opentelemetry|odigos|beyla|ebpf|CORECLR_|DOTNET_STARTUP|ddtrace|dd-trace|datadog|newrelic|oneagent|instana|--require|--import|skywalking|PYTHONPATH|autoInstrumentation:/i;

/**
 * Whether it can say anything of tracing: parsing all manifests of a large repository takes seconds, and what they say
 * besides is not asked for.
 */
export function mayTellOfTracing(text: string): boolean {
  return TELLS.test(text);
}

/** The workloads of a manifest; a string is why it cannot be read (a Helm template). */
export function readKubernetesManifest(file: ReadFile): DeploymentPart[] | string {
  const documents = readYaml(file);
  if (typeof documents === 'string') return documents;
  const maps = new Map(
    documents.flatMap((document): [string, YamlNode][] => {
      const data = document.textOf('kind') === 'ConfigMap' ? document.get('data') : undefined;
      return data ? [[document.at('metadata', 'name')?.text ?? '', data]] : [];
    }),
  );
  return documents.flatMap((document) => workload(file, document, maps) ?? []);
}

function workload(file: ReadFile, document: YamlNode, maps: ReadonlyMap<string, YamlNode>): DeploymentPart | undefined {
  const kind = document.textOf('kind') ?? '';
  const name = document.at('metadata', 'name');
  const spec = document.at('spec', 'jobTemplate', 'spec') ?? document.get('spec');
  const pod = spec?.at('template', 'spec') ?? spec;
  const builder = new PartBuilder(
    file.at(name?.start ?? document.start, undefined, `${kind} ${name?.text ?? ''}`.trim()),
  );
  if (name?.text !== undefined) builder.names.push(name.text);
  for (const meta of [document.get('metadata'), spec?.at('template', 'metadata')]) {
    for (const section of ['annotations', 'labels']) {
      for (const [key, value] of meta?.get(section)?.entries() ?? [])
        builder.look('annotation', file, value.start, `${key}: ${value.text ?? ''}`);
    }
  }
  if (kind === 'Namespace') return builder.agents.length > 0 ? builder.part() : undefined;
  const containers = pod?.get('containers')?.items() ?? [];
  if (containers.length === 0 || pod === undefined) return undefined;
  for (const container of pod.get('initContainers')?.items() ?? []) {
    const image = container.get('image');
    if (image?.text !== undefined) builder.look('image', file, image.start, image.text);
  }
  builder.complete = 'what its image brings is not known';
  for (const container of containers) readContainer(file, container, maps, builder);
  return builder.part();
}

function readContainer(
  file: ReadFile,
  container: YamlNode,
  maps: ReadonlyMap<string, YamlNode>,
  builder: PartBuilder,
): void {
  const image = container.get('image');
  if (image?.text !== undefined) {
    builder.names.push(image.text);
    builder.look('image', file, image.start, image.text);
    if (builder.agents.length === 0) builder.language ??= languageOfImage(image.text);
  }
  const own = container.textOf('name');
  if (own !== undefined) builder.names.push(own);
  const command = ['command', 'args'].flatMap((key) => container.get(key)?.items() ?? []);
  if (command[0]) {
    const text = command.map((item) => item.text ?? '').join(' ');
    builder.command(file, command[0].start, text, command.at(-1)!.end);
    builder.language = languageOfCommand(text) ?? builder.language;
  }
  for (const item of container.get('env')?.items() ?? []) {
    const name = item.textOf('name');
    const value = item.get('value');
    if (name !== undefined) builder.variable(file, item.start, name, value?.text, value?.end);
  }
  for (const item of container.get('envFrom')?.items() ?? []) {
    const data = maps.get(item.at('configMapRef', 'name')?.text ?? '');
    for (const [name, value] of data?.entries() ?? []) builder.variable(file, value.start, name, value.text);
  }
}
