import { stat } from 'node:fs/promises';
import path from 'node:path';

/** The folders of services, sorted by whether they are there. */
export interface ServiceFolders {
  readonly existing: Record<string, string>;
  readonly missing: readonly { readonly service: string; readonly folder: string }[];
}

/** @param given service name to folder, absolute or relative to the workspace. */
export async function existingFolders(
  given: Readonly<Record<string, string>>,
  workspace: string,
): Promise<ServiceFolders> {
  const existing: [service: string, folder: string][] = [];
  const missing: { service: string; folder: string }[] = [];
  for (const [service, folder] of Object.entries(given)) {
    const info = await stat(path.resolve(workspace, folder)).catch(() => undefined);
    if (info?.isDirectory()) existing.push([service, folder]);
    else missing.push({ service, folder });
  }
  return { existing: Object.fromEntries(existing), missing };
}
