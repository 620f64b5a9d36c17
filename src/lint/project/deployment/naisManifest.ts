import type { ReadFile } from '../projectFiles';
import { languageOfImage, type DeploymentPart } from './deploymentPart';
import { isReference, newPart } from './processFiles';

/** The block below `autoInstrumentation:`, by its deeper indentation. */
const INSTRUMENTED = /^([ \t]+)autoInstrumentation:[ \t]*\r?\n((?:\1[ \t]+\S[^\n]*(?:\n|$))+)/m;

/** Whether a YAML text is a manifest of NAIS, the platform of Norway's public services. */
export function isNaisManifest(text: string): boolean {
  return /^apiVersion:\s*["']?nais\.io\//m.test(text) && /^kind:\s*["']?(Application|Naisjob)\b/m.test(text);
}

/**
 * What a manifest of NAIS says of its workload. They are Handlebars templates more often than not, so that they are read
 * without YAML; `observability.autoInstrumentation` has OpenTelemetry's operator put an agent in
 * (https://docs.nais.io/observability/how-to/auto-instrumentation).
 */
export function readNaisManifest(file: ReadFile): DeploymentPart[] {
  const { text } = file;
  const name = /^metadata:[^]*?\n[ \t]+name:[ \t]*["']?([\w-]+)/m.exec(text)?.[1];
  const builder = newPart(file, `Application ${name ?? ''}`.trim());
  builder.complete = 'what its image brings is not known';
  if (name !== undefined) builder.names.push(name);
  const image = /^[ \t]+image:[ \t]*["']?([^\s"']+)/m.exec(text)?.[1];
  if (image !== undefined && !image.includes('{{')) builder.language = languageOfImage(image);
  const block = INSTRUMENTED.exec(text);
  if (block !== null && /^\s*enabled:[ \t]*["']?true\b/m.test(block[2]!)) {
    const runtime = /^\s*runtime:[ \t]*["']?(\w+)/m.exec(block[2]!)?.[1] ?? '';
    const start = block.index + block[1]!.length;
    builder.look('annotation', file, start, `nais.io/auto-instrumentation: ${runtime}`);
  }
  for (const { 1: key, 2: value, index } of text.matchAll(
    /^[ \t]*-[ \t]+name:[ \t]*["']?(\w+)["']?[ \t]*\r?\n[ \t]+value:[ \t]*["']?(.*?)["']?[ \t]*\r?$/gm,
  ))
    builder.variable(file, index, key!, isReference(value!) ? undefined : value);
  return builder.agents.length + builder.environment.length === 0 ? [] : [builder.part()];
}
