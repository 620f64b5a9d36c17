import type { Folder } from '../paths/projectRoots';

/** A place in the workspace that says where a service's code is. */
export interface ServiceDeclaration {
  /** `service.name`. */
  readonly service: string;
  readonly folder: Folder;
  /** Where the name is set, if that is further in: counts where several services share `folder`. */
  readonly near?: Folder;
  /** 0 to 1: how surely spans of this name come from this folder. */
  readonly score: number;
  /** For the log: `compose.yaml`. */
  readonly from: string;
}

/** A name whose folder is still to be found by the name of an image or of the folder. */
export interface NamedService {
  readonly service: string;
  /** What the folder may be called: an image's last part, a deployment's name. */
  readonly alias: string;
  readonly score: number;
  readonly from: string;
}

/** What one configuration file says. */
export interface Declared {
  readonly declarations: readonly ServiceDeclaration[];
  readonly named: readonly NamedService[];
}

/** From here on a declaration speaks of telemetry itself, not of a package that may run under another name. */
export const EXPLICIT_SCORE = 0.85;

const SERVICE_NAME = /^[\p{L}\p{N}_@][\p{L}\p{N}\p{M}_.\-/@:#]{0,254}$/u;

/** Whether a text can be a service's name, and is no unresolved variable. */
export function isServiceName(text: unknown): text is string {
  return typeof text === 'string' && SERVICE_NAME.test(text);
}

/** `service.name` out of `OTEL_RESOURCE_ATTRIBUTES`. */
export function serviceOfResourceAttributes(text: string): string | undefined {
  const name = /(?:^|,)\s*service\.name\s*=\s*([^,\s"']+)/.exec(text)?.[1];
  return isServiceName(name) ? name : undefined;
}
