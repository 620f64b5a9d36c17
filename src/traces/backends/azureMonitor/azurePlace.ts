import type { BackendAddress, BackendConfig } from '../backendConfig';
import { BackendError } from '../backendError';
import { AZURE_CLOUDS, cloudOfHost, type AzureCloud } from './azureCloud';
import { CLASSIC_DIALECT, WORKSPACE_DIALECT, type AzureDialect } from './azureDialect';

const GUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
/** An address that names what is asked already. */
const WITH_ID = /^(.*?)\/v1\/(workspaces|apps)\/([^/?#]+)(?:\/query)?\/*$/i;
const RESOURCE = /^\/subscriptions\/[^/]+\/resourcegroups\/[^/]+\/providers\/[\w./()-]+$/i;

/** What is asked, and where its pages are. */
export interface AzurePlace {
  /** What the user calls the backend. */
  readonly name: string;
  readonly address: string;
  readonly cloud: AzureCloud;
  readonly dialect: AzureDialect;
  readonly isWorkspace: boolean;
  /** Of the workspace or the application; undefined where it was not said, or not as one. */
  readonly id: string | undefined;
  /** What stands where the id should. */
  readonly written: string | undefined;
  readonly tenant: string | undefined;
  /** What tokens are asked for. */
  readonly audience: string;
  /** The Application Insights resource of the configuration. */
  readonly resource: string | undefined;
}

/** Reads what people paste: the address of the API with an id in it, or the id of a workspace alone. */
export function readAzureAddress(text: string): BackendAddress | undefined {
  // What is typed without a scheme gets one before it comes here.
  const alone = text.trim().replace(/^https?:\/\/|\/+$/g, '');
  if (GUID.test(alone)) {
    return { url: 'https://api.loganalytics.azure.com', options: { workspace: alone.toLowerCase() } };
  }
  const [, url, kind = '', id] = WITH_ID.exec(text.trim()) ?? [];
  if (url === undefined || id === undefined) return undefined;
  return { url, options: { [kind.toLowerCase() === 'apps' ? 'application' : 'workspace']: id } };
}

/** What a configuration means. */
export function azurePlace({ name, url, options, tenant }: BackendConfig): AzurePlace {
  const said = (option: string): string | undefined => String(options[option] ?? '').trim() || undefined;
  const [workspace, application] = [said('workspace'), said('application')];
  const { hostname } = new URL(url);
  const cloud = AZURE_CLOUDS[said('cloud')?.toLowerCase() ?? ''] ?? cloudOfHost(hostname) ?? AZURE_CLOUDS['public']!;
  const isWorkspace = application === undefined && !/applicationinsights/i.test(hostname);
  const written = isWorkspace ? workspace : (application ?? workspace);
  const resource = said('resource');
  return {
    ...{ name, address: url, cloud, isWorkspace, written, tenant: tenant?.trim() },
    dialect: isWorkspace ? WORKSPACE_DIALECT : CLASSIC_DIALECT,
    id: written !== undefined && isId(written) ? written : undefined,
    audience: said('audience') ?? (isWorkspace ? cloud.workspaceAudience : cloud.applicationAudience),
    resource: resource !== undefined && RESOURCE.test(resource) ? resource : undefined,
  };
}

/**
 * Where queries go.
 * @throws BackendError where the configuration does not say what is asked.
 */
export function queryPath(place: AzurePlace): string {
  const { id, isWorkspace } = place;
  if (id === undefined) throw noId(place);
  return `/v1/${isWorkspace ? 'workspaces' : 'apps'}/${encodeURIComponent(id)}/query`;
}

/** The page of the portal that lists what the id is of. */
export function resourcesPage({ cloud, isWorkspace }: Pick<AzurePlace, 'cloud' | 'isWorkspace'>): string {
  const type = isWorkspace ? 'Microsoft.OperationalInsights%2Fworkspaces' : 'microsoft.insights%2Fcomponents';
  return `${cloud.portal}/#view/HubsExtension/BrowseResource/resourceType/${type}`;
}

function noId(place: AzurePlace): BackendError {
  const { name, address, isWorkspace, written } = place;
  const option = isWorkspace ? 'workspace' : 'application';
  const what = isWorkspace ? 'the Workspace ID of its overview' : 'the Application ID of its page API Access';
  const message =
    written === undefined
      ? `${name} needs to know which ${option} is meant.`
      : `"${written}" is no id of ${isWorkspace ? 'a workspace' : 'an application'}.`;
  const cure = `Set "${option}" among the options of this backend to ${what} (a GUID), listed at ${resourcesPage(place)}.`;
  return new BackendError('badRequest', message, address, cure);
}

/** Ids are GUIDs; Microsoft's own demonstrations have names. */
function isId(text: string): boolean {
  return GUID.test(text) || /^DEMO_(WORKSPACE|APP)$/.test(text);
}
